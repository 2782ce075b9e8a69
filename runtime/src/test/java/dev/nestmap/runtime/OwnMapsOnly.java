/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import org.jspecify.annotations.Nullable;

/** A process without CAP_SYS_ADMIN: it may make maps, and open none by id. */
record OwnMapsOnly(MapFactory factory) implements MapFactory {
    @Override
    public RawMap create(MapShape shape, @Nullable RawMap prototype) {
        return factory.create(shape, prototype);
    }

    @Override
    public @Nullable RawMap open(int id) {
        throw new AssertionError("opens map " + id + ", though this process made every map");
    }

    @Override
    public long pageSize() {
        return factory.pageSize();
    }

    @Override
    public int possibleCpus() {
        return factory.possibleCpus();
    }
}
