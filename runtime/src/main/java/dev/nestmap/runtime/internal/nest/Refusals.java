/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.observe.Uncounted;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.UncountedMap.Counter;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says of each displaced map how many additions of programs it may have refused: at most those that all inner maps of its outer map have refused
 * while it was in its slot. A map notes these numbers before it comes into a slot, and when it has left the slot. For maps that another process put
 * there, the first is not known: {@link Counter#REPORTED} takes its place, which is never higher.
 *
 * <p>If all were refused because a map was full, a map with room has refused none of them: see {@link #knowFullMaps}.
 */
final class Refusals {
    private final String outer;
    private final MapShape inner;
    private final UncountedTable table;

    /** {@link Counter#REPORTED}, as far as this process knows. */
    private volatile long reported;

    /** The numbers when this process opened the map, or when listeners last learned them. */
    private RefusedAdditions lastRefused;

    private long lastUnknown;

    /** The highest number of refusals that this process has read. */
    private volatile long seen;

    /** Until {@link #isDue} again: how many maps have to end that came into their slots before this number of refusals, or how many in all. */
    private long awaitedBefore;

    private long awaited;
    private long awaitedAtMost;

    private boolean areFullMapsKnown;

    Refusals(String outer, MapShape inner, UncountedTable table) {
        this.outer = outer;
        this.inner = inner;
        this.table = table;
        this.reported = table.first(Counter.REPORTED);
        this.lastRefused = new RefusedAdditions(table.first(Counter.FULL), table.first(Counter.FAILED));
        this.lastUnknown = table.first(Counter.UNKNOWN_KEY);
        this.seen = lastRefused.sum();
    }

    /**
     * Notes that no program deletes entries of inner maps, and that none can interrupt a change of an inner map. Then a hash whose entries the kernel
     * allocates in advance returns {@code E2BIG} only if it is full, and stays full until it leaves its slot: an insert has found the lists of
     * free entries of all CPUs empty ({@code pcpu_freelist_pop} in kernel/bpf/percpu_freelist.c), and one that has taken an entry can't fail any more
     * ({@code alloc_htab_elem} in kernel/bpf/hashtab.c). With {@code BPF_F_NO_PREALLOC}, an update counts two entries until it has freed the old
     * one. Called before the first operation.
     */
    void knowFullMaps() {
        areFullMapsKnown = (inner.kind() == MapKind.HASH || inner.kind() == MapKind.PERCPU_HASH)
                && (inner.flags() & MapFlags.NO_PREALLOC) == 0;
    }

    /** The number of additions that inner maps have refused. */
    RefusedAdditions refused() {
        RefusedAdditions refused = new RefusedAdditions(table.read(Counter.FULL), table.read(Counter.FAILED));
        seen = Math.max(seen, refused.sum()); // a race only delays what isDue says
        return refused;
    }

    /** The number of additions for keys without inner maps. */
    long unknownKey() {
        return table.read(Counter.UNKNOWN_KEY);
    }

    /** The number of refusals at a time when the map was in no slot: at most this one. */
    private long before(@Nullable RefusedAdditions known) {
        return known == null ? reported : known.sum();
    }

    /** Returns the numbers of refusals while a map was in its slot; 0 if it was in none. Fixed by the first call after the map has left it. */
    private RefusedAdditions during(DisplacedMap map) {
        RefusedAdditions refused = map.refused();
        return refused == null ? settle(map, refused()) : refused;
    }

    /** Fixes the numbers for a displaced map that has left its slot. */
    RefusedAdditions settle(DisplacedMap map, RefusedAdditions after) {
        RefusedAdditions before = map.refusedBefore();
        RefusedAdditions during =
                before == null ? new RefusedAdditions(0, Math.max(0, after.sum() - reported)) : after.since(before);
        map.setRefused(during);
        return during;
    }

    /**
     * Returns how many additions a displaced map has refused at most.
     *
     * @param isFull whether the map is full. Called only if that matters
     */
    long of(DisplacedMap map, BooleanSupplier isFull) {
        RefusedAdditions during = during(map);
        return during.sum() == 0 || !dependsOnRoom(map) || map.isFull(isFull) ? during.sum() : 0;
    }

    /** Whether a displaced map can have refused an addition only if it is full. */
    boolean dependsOnRoom(DisplacedMap map) {
        return areFullMapsKnown && during(map).failed() == 0 && !map.isUnchecked();
    }

    /**
     * Whether a map in a slot that was seen without entries may have refused an addition since it came there.
     *
     * @param refused the numbers of refusals before it was seen empty
     */
    boolean mayHaveRefused(SlottedInnerMap empty, RefusedAdditions refused) {
        RefusedAdditions before = empty.refusedBefore();
        if (before == null || !areFullMapsKnown || empty.map().uses().mayHaveReduced()) {
            return before(before) < refused.sum();
        }
        return before.failed() < refused.failed();
    }

    /** Whether a map may have come into its slot when inner maps had refused fewer additions. */
    boolean isBefore(@Nullable RefusedAdditions refusedBefore, long refused) {
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
                String full = "because they were full (max_entries " + inner.maxEntries() + ")";
                WarningLog.RUNTIME.warn(
                        "full maps of " + outer,
                        "inner maps of " + outer + " have refused " + CountText.of(news.refused(), "addition")
                                + " of programs"
                                + (news.full() == 0
                                        ? " for another reason than a full map"
                                        : (news.failed() == 0 ? " " : ", " + news.full() + " of them ") + full)
                                + ": these counts are missing, and not all maps that drains pass now are exact."
                                + " Declare a larger maxEntries, or rotate more often");
            }
            if (news.refused() > 0 || news.unknownKey() > 0) {
                OperationListeners.uncounted(news);
            }
        } catch (BpfException e) {
            // The map was closed meanwhile: the numbers are still there for the next process, or nobody wants them.
        }
    }

    private synchronized Uncounted news(RefusedAdditions refused, long unknown) {
        RefusedAdditions news = refused.since(lastRefused);
        long ofUnknown = Math.max(0, unknown - lastUnknown);
        lastRefused = new RefusedAdditions(lastRefused.full() + news.full(), lastRefused.failed() + news.failed());
        lastUnknown += ofUnknown;
        return new Uncounted(outer, news.full(), news.failed(), ofUnknown);
    }
}
