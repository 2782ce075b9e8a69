/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.spring;

import dev.nestmap.runtime.LoadedObject;
import java.util.function.Supplier;

/** Loads objects into the kernel, or in tests creates the same maps in the Java heap. */
public final class NestmapObjects {
    private final NestmapProperties properties;

    NestmapObjects(NestmapProperties properties) {
        this.properties = properties;
    }

    /**
     * Loads an object, for example {@code objects.load(TrafficBpf::load, TrafficBpf::inMemory)}.
     *
     * @param <T> the generated class of the object
     * @param inKernel loads it
     * @param inMemory creates its maps in the Java heap; called instead if the property {@code nestmap.in-memory} is true
     * @return the object. As a bean, it is closed with the context
     */
    public <T extends LoadedObject> T load(Supplier<? extends T> inKernel, Supplier<? extends T> inMemory) {
        return properties.inMemory() ? inMemory.get() : inKernel.get();
    }
}
