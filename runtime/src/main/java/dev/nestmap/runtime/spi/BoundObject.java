/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import dev.nestmap.runtime.internal.load.LiveObject;

/** A loaded or in-memory object whose maps match their records. Generated classes are created from it. */
public final class BoundObject {
    private final LiveObject object;

    /**
     * Creates a bound object. The runtime calls it.
     *
     * @param object the loaded maps and programs
     */
    public BoundObject(LiveObject object) {
        this.object = object;
    }

    /**
     * Returns the handle that an accessor is created from.
     *
     * @param name name of the map in C
     * @return the map
     */
    public MapHandle map(String name) {
        return new MapHandle(object.map(name), object.state(name));
    }

    /** {@return the loaded maps and programs, for the runtime} */
    public LiveObject object() {
        return object;
    }
}
