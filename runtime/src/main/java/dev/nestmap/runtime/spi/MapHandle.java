/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.outer.OpenedMap;
import dev.nestmap.runtime.internal.outer.OuterMapState;
import org.jspecify.annotations.Nullable;

/** A map that an accessor is created from. Generated code only passes it on. */
public final class MapHandle {
    private final LeasedMap map;
    private final @Nullable OuterMapState state;

    /**
     * Creates a handle. The runtime calls it.
     *
     * @param map the map
     * @param state the inner maps of a map of maps; null for any other map
     */
    public MapHandle(LeasedMap map, @Nullable OuterMapState state) {
        this.map = map;
        this.state = state;
    }

    /**
     * Creates a handle. The runtime calls it.
     *
     * @param opened the map and its inner maps
     */
    public MapHandle(OpenedMap opened) {
        this(opened.map(), opened.state());
    }

    /** {@return the map, for the runtime} */
    public LeasedMap map() {
        return map;
    }

    /** {@return the inner maps of a map of maps, for the runtime; null for any other map} */
    public @Nullable OuterMapState state() {
        return state;
    }
}
