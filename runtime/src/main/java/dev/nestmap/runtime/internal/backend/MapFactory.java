/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.schema.MapDef;
import org.jspecify.annotations.Nullable;

/** Makes and finds maps. */
public interface MapFactory {
    /**
     * A new, empty map that the caller owns.
     *
     * @param prototype for a map of maps a map of the kind that it is to hold, else null
     * @throws dev.nestmap.runtime.error.BpfException when the kernel refuses it
     */
    RawMap create(MapShape shape, @Nullable RawMap prototype);

    /** The same for maps of this definition, whose types are told to the kernel where it has to know them. */
    default MapFactory of(MapDef definition) {
        return this;
    }

    /** How many CPUs have a value of their own in the maps of which each CPU has one. */
    int possibleCpus();

    /**
     * The map with this id, as a raw map of its own that the caller owns; null when there is none any more.
     *
     * @throws dev.nestmap.runtime.error.BpfException when the kernel refuses it: it takes CAP_SYS_ADMIN
     */
    @Nullable
    RawMap open(int id);
}
