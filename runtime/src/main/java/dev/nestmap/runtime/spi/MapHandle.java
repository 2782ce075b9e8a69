/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.outer.OpenedMap;
import dev.nestmap.runtime.internal.outer.OuterMapState;
import org.jspecify.annotations.Nullable;

/** What a generated accessor is made from. Generated code only hands it on; what is in it is the runtime's own. */
public final class MapHandle {
    private final LeasedMap map;
    private final @Nullable OuterMapState state;

    /**
     * For the runtime.
     *
     * @param state the inner maps, when this is a map of maps
     */
    public MapHandle(LeasedMap map, @Nullable OuterMapState state) {
        this.map = map;
        this.state = state;
    }

    /** For the runtime. */
    public MapHandle(OpenedMap opened) {
        this(opened.map(), opened.state());
    }

    /** For the runtime: the map. */
    public LeasedMap map() {
        return map;
    }

    /** For the runtime: the inner maps of a map of maps. */
    public @Nullable OuterMapState state() {
        return state;
    }
}
