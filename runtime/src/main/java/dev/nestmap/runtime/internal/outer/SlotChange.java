/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.handle.SlotOrigin;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.types.ByteString;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of one slot: the inner map that goes in, the inner map that comes out, and the result. A {@link QueuedCall}
 * carries the change to the kernel.
 */
public final class SlotChange {
    private final SlotKey slot;
    private final long condition;
    private @Nullable IncomingMap incoming;
    private @Nullable InnerMap outgoing;
    private @Nullable QueuedCall call;
    private int rejection;
    private boolean finished;
    private @Nullable BpfException failure;
    private @Nullable OpenMap displaced;
    private @Nullable Path drainingPin;
    private @Nullable Instant takenOut;

    /** @param condition {@link RawMap#ANY}, {@link RawMap#NOEXIST} or {@link RawMap#EXIST} */
    SlotChange(SlotKey slot, long condition) {
        this.slot = slot;
        this.condition = condition;
    }

    /** Creates a change that Nestmap rejects itself, and that is not sent to the kernel. */
    static SlotChange rejected(SlotKey slot, int errno) {
        SlotChange change = new SlotChange(slot, RawMap.ANY);
        change.rejection = errno;
        change.finished = true;
        return change;
    }

    SlotChange withIncoming(IncomingMap map) {
        incoming = map;
        return this;
    }

    SlotChange withOutgoing(@Nullable InnerMap map) {
        outgoing = map;
        return this;
    }

    public SlotKey slot() {
        return slot;
    }

    /** The result: 0, or the negative errno with which the kernel or Nestmap rejected the change. */
    public int result() {
        return call == null ? rejection : call.result();
    }

    /**
     * Why the change was not made, or which step failed after it was made. Null if all steps succeeded, and for the results ENOENT and
     * EEXIST.
     */
    public @Nullable BpfException failure() {
        return failure;
    }

    /** The inner map that goes into the slot; for changes that always have one. */
    public InnerMap requireIncoming() {
        return Objects.requireNonNull(incoming, "the change puts a map into the slot")
                .inner();
    }

    /** The inner map that goes into the slot; null if the entry is removed. */
    public @Nullable RawMap incomingMap() {
        return incoming == null ? null : incoming.inner().map().raw();
    }

    /** The inner map that comes out of the slot; null if the slot is empty or this process does not have the map open. */
    public @Nullable InnerMap outgoing() {
        return outgoing;
    }

    /**
     * A handle to the map that came out, which the caller owns. Null if there was no map in the slot, or the operation does not
     * hand it out.
     */
    public @Nullable OpenMap displaced() {
        return displaced;
    }

    /** Where the outgoing map is pinned until its new owner closes it; null if it is not pinned. */
    public @Nullable Path drainingPin() {
        return drainingPin;
    }

    public void setDrainingPin(Path pin) {
        drainingPin = pin;
    }

    /** Sets when the outgoing map was pinned as draining, so that a later process finds the same time. */
    public void setTakenOut(Instant time) {
        takenOut = time;
    }

    /** Whether the change is sent to the kernel; false if Nestmap rejected or withdrew it. */
    public boolean isSent() {
        return call() != null;
    }

    /** The update or delete that the publisher sends to the kernel; null if Nestmap rejected or withdrew the change. */
    @Nullable
    QueuedCall call() {
        if (call == null && !finished) {
            RawMap map = incomingMap();
            call = map == null ? QueuedCall.delete(slot) : QueuedCall.update(slot, map, condition);
        }
        return call;
    }

    /**
     * Assigns the incoming and the outgoing map to their owners, after the kernel has made or rejected the change.
     *
     * @param handsOut whether the caller gets a handle to the outgoing map; otherwise the map is closed
     * @param reason why handles to the outgoing map become invalid
     */
    void finish(Holdings holdings, OpenMap outer, boolean handsOut, String reason) {
        QueuedCall sent = call;
        if (finished || sent == null) {
            return;
        }
        if (sent.result() != 0) {
            // An empty or occupied slot is a result, for which the accessor finds the words.
            if (sent.result() != -ENOENT && sent.result() != -EEXIST) {
                failure = failure(sent, outer);
            }
            withdraw(holdings);
            return;
        }
        finished = true;
        IncomingMap in = incoming;
        if (in != null) {
            runFollowUp(outer, () -> in.published(slot));
        }
        InnerMap out = outgoing;
        if (out != null && handsOut) {
            runFollowUp(outer, () -> displaced = holdings.handOut(out, reason).takenOutOf(origin(outer, out.id())));
        } else if (out != null) {
            runFollowUp(outer, () -> holdings.endChange(out, -1, reason));
        }
    }

    private SlotOrigin origin(OpenMap outer, int mapId) {
        Instant time = takenOut == null ? Instant.now() : takenOut;
        return new SlotOrigin(outer.shape().name(), ByteString.of(slot.bytes()), mapId, time);
    }

    /** Runs a step that follows the kernel's change. A failure of the step is recorded; the change itself is not undone. */
    void runFollowUp(OpenMap outer, Runnable step) {
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

    /** Returns both maps to their previous owners, unless the change is finished. */
    void withdraw(Holdings holdings) {
        if (finished) {
            return;
        }
        finished = true;
        if (incoming != null) {
            incoming.rejected();
        }
        if (outgoing != null) {
            holdings.endChange(outgoing, 0, "its entry was replaced or removed by another process");
        }
    }

    private BpfException incomplete(OpenMap outer, RuntimeException cause) {
        if (cause instanceof InvalidHandleException invalid) {
            return invalid;
        }
        return BpfException.of("completion of a change")
                .map(outer.shape().name())
                .key(slot.key())
                .errno(cause instanceof BpfException known ? known.errnoNumber() : 0)
                .because("the entry was changed, but a later step failed: " + cause.getMessage()
                        + ". If the outer map is pinned, call recoverUndrained(): it repairs the pins")
                .cause(cause)
                .build();
    }

    private BpfException failure(QueuedCall sent, OpenMap outer) {
        Throwable cause = sent.failure();
        if (cause instanceof InvalidHandleException) {
            return outer.invalid();
        }
        MapOperation operation = sent.inner() == null ? MapOperation.DELETE : MapOperation.UPDATE;
        if (cause == null) {
            return operation.failed(outer.shape(), slot.key(), sent.result());
        }
        return BpfException.of(operation.noun())
                .map(outer.shape().name())
                .key(slot.key())
                .because("the kernel was not called: " + cause)
                .cause(cause)
                .build();
    }
}
