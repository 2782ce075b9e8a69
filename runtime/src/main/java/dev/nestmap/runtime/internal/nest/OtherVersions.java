/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.open.FormerVersion;
import dev.nestmap.schema.text.PinnedMapText;

/** Knows how a drain reads displaced maps of other versions than that of their outer map. */
@FunctionalInterface
public interface OtherVersions {
    /** Knows none: the maps wait. */
    OtherVersions NONE = text -> {
        throw unreadable(text, "this process opens no maps of other versions");
    };

    /** Says why the maps of a version have to wait. */
    static BpfException unreadable(PinnedMapText text, String why) {
        return BpfException.of(Reason.MISMATCH, "conversion of displaced maps of " + text.pin())
                .because(why);
    }

    /**
     * Returns what reads the maps of a version.
     *
     * @throws BpfException with {@link Reason#MISMATCH} if they have to wait for a process that knows it
     */
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
