/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.open.OpenMap;
import org.jspecify.annotations.Nullable;

/**
 * The map in which programs count failed inserts into inner maps, or the lost events of a stream at 0: see {@link dev.nestmap.schema.LostInsertMap}. A program counts before it
 * ends, so the count of a displaced map is final when its slot has changed.
 */
public final class LostInsertTable {
    /**
     * The id of no map: its entry counts the failed inserts into inner maps that got no entry, because the table was full. Also the key of a
     * stream's only count.
     */
    private static final SlotKey OTHERS = CountMap.key(0);

    private final CountMap counts;

    public LostInsertTable(OpenMap counts) {
        this.counts = new CountMap(counts);
    }

    /**
     * Returns the number of failed inserts into the inner map with this id: at least, if the table was full before it had the map. Null if the
     * table was full at any time and lacks the map now.
     */
    public @Nullable Long of(int mapId) {
        long count = counts.read(CountMap.key(mapId));
        if (count > 0 || counts.read(OTHERS) <= 0) {
            return Math.max(0, count);
        }
        String name = counts.map().shape().name();
        WarningLog.RUNTIME.warn(
                "inner maps without a count in " + name,
                "map " + name + " was full with " + counts.map().shape().maxEntries()
                        + " entries, so programs could not count the failed inserts into other inner maps. For every inner map without a"
                        + " count, it is unknown whether inserts have failed. To begin with an empty map, drain all inner maps, end the service and,"
                        + " if the outer map is pinned, remove the pin beside it whose name ends in -lost-inserts",
                null);
        return null;
    }

    /** Returns the number of lost events of the stream that has this table for itself. */
    public long ofStream() {
        return Math.max(0, counts.read(OTHERS));
    }

    /** Whether programs have counted failed inserts into the inner map with this id. */
    boolean has(int mapId) {
        return counts.read(CountMap.key(mapId)) >= 0;
    }

    /** Removes the count of an inner map that programs use no more. Only logs a failure, because the map must end in any case. */
    public void forget(int mapId) {
        try {
            counts.take(CountMap.key(mapId));
        } catch (BpfException e) {
            notForgotten(Integer.toUnsignedString(mapId), e);
        }
    }

    /** Logs that counts can't be removed. */
    void notForgotten(String maps, BpfException cause) {
        String name = counts.map().shape().name();
        WarningLog.RUNTIME.warn(
                "lost inserts of " + name,
                "the count of lost inserts into inner map " + maps + " stays in map " + name
                        + ". If the inner map is recycled, its next count includes this one",
                cause);
    }

    /** The map in which programs count. */
    public OpenMap map() {
        return counts.map();
    }
}
