/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.observe.Uncounted;
import dev.nestmap.schema.LostInsertMap;
import dev.nestmap.schema.UncountedMap.Counter;

/**
 * Says of each displaced map how many additions the inner maps of its outer map have refused while it was in its slot. A map notes the number
 * of refusals before it comes into a slot, and when it has left the slot. For maps that another process put there, the first is not known:
 * {@link Counter#REPORTED} takes its place, which is never higher.
 */
final class Refusals {
    /** In place of a number that is not known. */
    static final long UNKNOWN = Long.MIN_VALUE;

    private final String outer;
    private final MapShape inner;
    private final UncountedTable table;

    /** {@link Counter#REPORTED}, as far as this process knows. */
    private volatile long reported;

    /** The numbers when this process opened the map, or when listeners last learned them. */
    private long lastRefused;

    private long lastUnknown;

    /** The highest number of refusals that this process has read. */
    private volatile long seen;

    /** Until {@link #isDue} again: how many maps have to end that came into their slots before this number of refusals, or how many in all. */
    private long awaitedBefore;

    private long awaited;
    private long awaitedAtMost;

    Refusals(String outer, MapShape inner, UncountedTable table) {
        this.outer = outer;
        this.inner = inner;
        this.table = table;
        this.reported = table.first(Counter.REPORTED);
        this.lastRefused = table.first(Counter.REFUSED);
        this.lastUnknown = table.first(Counter.UNKNOWN_KEY);
        this.seen = lastRefused;
    }

    /** The number of additions that inner maps have refused. */
    long refused() {
        long refused = table.read(Counter.REFUSED);
        seen = Math.max(seen, refused); // a race only delays what isDue says
        return refused;
    }

    /** The number of additions for keys without inner maps. */
    long unknownKey() {
        return table.read(Counter.UNKNOWN_KEY);
    }

    /** The number of refusals at a time when the map was in no slot: at most this one. */
    private long before(long known) {
        return known == UNKNOWN ? reported : known;
    }

    /** Returns the number of refusals while a map was in its slot; 0 if it was in none. Fixed by the first call after the map has left it. */
    long of(DisplacedMap map) {
        if (map.refused() == UNKNOWN) {
            map.setRefused(Math.max(0, refused() - before(map.refusedBefore())));
        }
        return map.refused();
    }

    /** Fixes the number for a displaced map that has left its slot. */
    void settle(DisplacedMap map, long refusedAfter) {
        map.setRefused(Math.max(0, refusedAfter - before(map.refusedBefore())));
    }

    /** Whether a map may have come into its slot when inner maps had refused fewer additions. */
    boolean isBefore(long refusedBefore, long refused) {
        return before(refusedBefore) < refused;
    }

    /** Whether there are refusals that the next process would take for news of each map that it finds. */
    boolean isBehind() {
        return seen > reported;
    }

    /**
     * Notes that a map was acknowledged or discarded. Returns whether it is time to look whether all maps that may have refused additions have
     * ended. That reads all slots, so it is time only when all that the last look has found have ended, or as many as there are slots.
     */
    synchronized boolean isDue(DisplacedMap ended) {
        if (!isBehind()) {
            return false;
        }
        awaitedAtMost--;
        if (isBefore(ended.refusedBefore(), awaitedBefore)) {
            awaited--;
        }
        return awaited <= 0 || awaitedAtMost <= 0;
    }

    /**
     * Takes over the result of a look at all maps. If none of them may have refused an addition, the next process will know it.
     *
     * @param refused the number of refusals before the look
     * @param before how many maps in slots, or displaced and not acknowledged, may have come into their slots before
     * @param slots the number of slots with maps
     */
    synchronized void looked(long refused, long before, long slots) {
        awaitedBefore = refused;
        awaited = before;
        awaitedAtMost = slots;
        if (before == 0 && refused > reported) {
            table.reported(refused);
            reported = refused;
        }
    }

    /** Tells listeners what has been added to the numbers since the last call, and warns of refusals. Throws nothing. */
    void report() {
        try {
            Uncounted news = news(refused(), unknownKey());
            if (news.refused() > 0) {
                WarningLog.RUNTIME.warn(
                        "full maps of " + outer,
                        "inner maps of " + outer + " have refused " + news.refused()
                                + " additions of programs, mostly because they were full (max_entries "
                                + inner.maxEntries()
                                + "): these counts are missing, and maps that drains pass now are not exact. Declare a larger"
                                + " maxEntries, or rotate more often"
                                + (LostInsertMap.canCount(inner.kind())
                                        ? "; @InnerMap(countsLostInserts = true) counts them for each inner map"
                                        : ""),
                        null);
            }
            if (news.refused() > 0 || news.unknownKey() > 0) {
                OperationListeners.uncounted(news);
            }
        } catch (BpfException e) {
            // The map was closed meanwhile: the numbers are still there for the next process, or nobody wants them.
        }
    }

    private synchronized Uncounted news(long refused, long unknown) {
        Uncounted news = new Uncounted(outer, Math.max(0, refused - lastRefused), Math.max(0, unknown - lastUnknown));
        lastRefused = Math.max(lastRefused, refused);
        lastUnknown = Math.max(lastUnknown, unknown);
        return news;
    }
}
