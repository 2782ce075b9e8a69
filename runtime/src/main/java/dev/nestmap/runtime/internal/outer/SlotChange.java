/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One change of one slot: which inner map comes, which goes, and what became of it. */
public final class SlotChange {
    private final SlotKey slot;
    private final long condition;
    private @Nullable IncomingMap arrival;
    private @Nullable OpenInnerMap leaving;
    private @Nullable PendingUpdate change;
    private int refusal;
    private boolean settled;
    private @Nullable BpfException failure;
    private @Nullable LeasedMap displaced;
    private @Nullable Path draining;

    SlotChange(SlotKey slot, long condition) {
        this.slot = slot;
        this.condition = condition;
    }

    /** One that does not take place. */
    static SlotChange refused(SlotKey slot, int errno) {
        SlotChange move = new SlotChange(slot, RawMap.ANY);
        move.refusal = errno;
        move.settled = true;
        return move;
    }

    SlotChange bringing(IncomingMap what) {
        arrival = what;
        return this;
    }

    SlotChange displacing(@Nullable OpenInnerMap what) {
        leaving = what;
        return this;
    }

    /** The slot. */
    public SlotKey slot() {
        return slot;
    }

    /** The errno that the kernel refused it with, as a negative number; 0 when it did not. */
    public int result() {
        PendingUpdate made = change;
        return made == null ? refusal : made.result();
    }

    /** Why it did not take place, or what failed after it had; null when all was done. */
    public @Nullable BpfException failure() {
        return failure;
    }

    /** The map that has come. */
    public OpenInnerMap arrived() {
        return Objects.requireNonNull(arrival, "a map that comes").inner();
    }

    /** A handle to the map that has gone, which the caller owns; null when there was none, or nobody asked for it. */
    public @Nullable LeasedMap displaced() {
        return displaced;
    }

    /** The map that comes; null when none does. */
    public @Nullable RawMap arriving() {
        return arrival == null ? null : arrival.inner().map().raw();
    }

    /** Where the map that goes is pinned until it is drained; null when it is not. */
    public @Nullable Path draining() {
        return draining;
    }

    public void draining(Path pin) {
        draining = pin;
    }

    public @Nullable OpenInnerMap leaving() {
        return leaving;
    }

    /** What the publisher is to do; null when there is nothing to do. */
    public @Nullable PendingUpdate change() {
        if (change == null && !settled) {
            change = arrival == null
                    ? PendingUpdate.delete(slot)
                    : PendingUpdate.update(slot, arrival.inner().map().raw(), condition);
        }
        return change;
    }

    /**
     * Has the maps know how it ended.
     *
     * @param handsOut whether the map that goes is the caller's from now on; otherwise it is let go
     */
    void settle(OpenInnerMaps inners, LeasedMap outer, boolean handsOut, String why) {
        PendingUpdate made = change;
        if (settled || made == null) {
            return;
        }
        if (made.result() != 0) {
            failure = failure(made, outer);
            abandon(inners);
            return;
        }
        settled = true;
        IncomingMap come = arrival;
        if (come != null) {
            afterwards(outer, come::arrived);
        }
        OpenInnerMap gone = leaving;
        if (gone != null && handsOut) {
            afterwards(outer, () -> displaced = inners.handOut(gone, why));
        } else if (gone != null) {
            afterwards(outer, () -> inners.end(gone, -1, why));
        }
    }

    /** Does what follows when the kernel has made the change, or refused it. Neither is undone when that fails. */
    void afterwards(LeasedMap outer, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            if (failure != null) {
                failure.addSuppressed(e);
            } else {
                failure = incomplete(outer, e);
            }
        }
    }

    /** Leaves everything as it was, unless it is settled. */
    void abandon(OpenInnerMaps inners) {
        if (settled) {
            return;
        }
        settled = true;
        if (arrival != null) {
            arrival.turnedAway();
        }
        if (leaving != null) {
            inners.end(leaving, 0, "its entry was replaced or removed by another process");
        }
    }

    private BpfException incomplete(LeasedMap outer, RuntimeException cause) {
        if (cause instanceof InvalidHandleException invalid) {
            return invalid;
        }
        return BpfException.of("completion of a change")
                .map(outer.shape().name())
                .key(slot.key())
                .errno(cause instanceof BpfException known ? known.errnoNumber() : 0)
                .because("the entry was changed, and what was to follow failed: " + cause.getMessage()
                        + "; call recoverUndrained() where the map is pinned, which mends its pins")
                .cause(cause)
                .build();
    }

    private BpfException failure(PendingUpdate made, LeasedMap outer) {
        Throwable cause = made.failure();
        if (cause instanceof InvalidHandleException) {
            return outer.invalid();
        }
        MapOperation operation = made.inner() == null ? MapOperation.DELETE : MapOperation.UPDATE;
        if (cause == null) {
            return operation.failed(outer.shape(), slot.key(), made.result());
        }
        return BpfException.of(operation.noun())
                .map(outer.shape().name())
                .key(slot.key())
                .because("it was not made: " + cause)
                .cause(cause)
                .build();
    }
}
