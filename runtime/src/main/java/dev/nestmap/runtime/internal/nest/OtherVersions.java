/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.open.FormerVersion;
import dev.nestmap.schema.text.PinnedMapText;
import org.jspecify.annotations.Nullable;

/** Knows how a drain reads displaced maps of other versions than that of their outer map. */
@FunctionalInterface
public interface OtherVersions {
    /** Knows none: the maps wait. */
    OtherVersions NONE = text -> null;

    /** Returns what reads the maps of a version; null if they have to wait for a process that knows it. */
    @Nullable
    Reader of(PinnedMapText text);

    /** Reads the maps of a version. */
    @FunctionalInterface
    interface Reader {
        /**
         * Returns what a drain passes in place of a map: the map itself, or a new one with its entries.
         *
         * @throws dev.nestmap.runtime.error.BpfException if an entry can't be converted
         */
        FormerMap read(RawMap map);
    }

    /**
     * A map of another version, as a drain passes it.
     *
     * @param map the receiver closes it
     */
    record FormerMap(RawMap map, FormerVersion version) {}
}
