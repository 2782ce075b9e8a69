/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.observe.RunningOperation;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.open.HandleEndAction;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.types.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of one slot: the inner map that goes in, the inner map that comes out, and the result. The thread whose turn it is in the {@link
 * SlotChangeQueue} takes the steps, and before and after it the caller.
 */
public final class SlotChange {
    /** Why the handle of a new map becomes invalid that is in no slot. */
    static final String UNPUBLISHED = "it was not published";

    private final SlotKey slot;
    private final long condition;
    private State state = State.PREPARED;
    private int result;
    private @Nullable Throwable error;
    private @Nullable SlottedInnerMap incoming;

    private @Nullable SlottedInnerMap outgoing;

    private int formerId;

    private @Nullable BpfException failure;
    private @Nullable DisplacedMap displacedMap;
    private @Nullable OpenMap displaced;

    private @Nullable HandleEndAction drainingPin;
    private @Nullable Instant takenOut;

    /** Whether programs may write to the outgoing map after this change. */
    private final boolean isUnchecked;

    private boolean isDoubtful;

    /** Close the maps that have no owner any more. That may have to wait for calls through their handles. */
    private final List<Runnable> closing = new ArrayList<>(1);

    /** The system calls that this change reports to listeners. */
    private final List<RunningOperation> published = new ArrayList<>(0);

    private enum State {
        PREPARED,
        /** It is not sent to the kernel. */
        REJECTED,
        /** The kernel has made or rejected it, or the call could not be made. */
        ANSWERED
    }

    /**
     * @param condition {@link RawMap#ANY}, {@link RawMap#NOEXIST} requires an empty slot, {@link RawMap#EXIST} requires an inner map in it
     * @param isUnchecked whether programs may write to the outgoing map after this change
     */
    SlotChange(SlotKey slot, long condition, boolean isUnchecked) {
        this.slot = slot;
        this.condition = condition;
        this.isUnchecked = isUnchecked;
    }

    /** Rejects the change, which is not sent to the kernel. The map that was to go in is closed later. */
    void reject(int errno) {
        result = errno;
        state = State.REJECTED;
        SlottedInnerMap filled = incoming;
        if (filled != null) {
            closeLater(filled.map(), UNPUBLISHED);
        }
    }

    /** Sets the kernel's result, 0 or a negative errno. Does nothing if the result or an error is already set. */
    void answer(int errno) {
        if (state == State.PREPARED) {
            result = errno;
            state = State.ANSWERED;
        }
    }

    /** Records why the system call could not be made. Does nothing if the result or an error is already set. */
    void fail(Throwable cause) {
        if (state == State.PREPARED) {
            error = cause;
            answer(-1);
        }
    }

    /** Whether there is a result of the kernel, or an error that has prevented the call. */
    boolean isAnswered() {
        return state == State.ANSWERED;
    }

    /** Whether the kernel has made the change. */
    boolean isMade() {
        return state == State.ANSWERED && result == 0;
    }

    /** Sets the inner map that goes into the slot. */
    void setIncoming(SlottedInnerMap map) {
        requireAccepted();
        incoming = map;
    }

    /**
     * Sets the inner map that comes out of the slot.
     *
     * @param id the id of the map in the slot, which this process may not have open; 0 if the slot is empty
     */
    void setOutgoing(@Nullable SlottedInnerMap map, int id) {
        requireAccepted();
        outgoing = map;
        formerId = id;
    }

    /** Nothing would close a map that a rejected change gets. */
    private void requireAccepted() {
        if (!isAccepted()) {
            throw new IllegalStateException("the change of slot " + slot + " was rejected");
        }
    }

    /** Whether the slot had an inner map before the change. */
    public boolean hadMap() {
        return formerId != 0;
    }

    /** The id of the map that was in the slot; 0 if it was empty. */
    int formerId() {
        return formerId;
    }

    public SlotKey slot() {
        return slot;
    }

    /** The result: 0, or the negative errno with which the kernel or Nestmap rejected the change. If the system call could not be made, -1. */
    public int result() {
        return result;
    }

    /**
     * Why the change was not made, or which step failed after it was made. Null if all steps succeeded, and for the results ENOENT and
     * EEXIST.
     */
    public @Nullable BpfException failure() {
        return failure;
    }

    /** The inner map that goes into the slot; for changes that always have one. */
    public SlottedInnerMap requireIncoming() {
        return Objects.requireNonNull(incoming, "the change puts a map into the slot");
    }

    /** The inner map that goes into the slot; null if the entry is removed, or if no map has been supplied. */
    @Nullable
    SlottedInnerMap incoming() {
        return incoming;
    }

    /** The inner map that goes into the slot; null if the entry is removed. */
    public @Nullable RawMap incomingMap() {
        return incoming == null ? null : incoming.map().raw();
    }

    /** The inner map that comes out of the slot; null if the slot is empty or this process does not have the map open. */
    public @Nullable SlottedInnerMap outgoing() {
        return outgoing;
    }

    /**
     * A handle to the map that came out, which the caller owns. Null if there was no map in the slot, or the operation does not
     * hand it out.
     */
    public @Nullable OpenMap displaced() {
        return displaced;
    }

    /** The displaced map, until somebody acknowledges it. Null if the operation does not hand out a map, or the kernel has not made the change. */
    public @Nullable DisplacedMap displacedMap() {
        return displacedMap;
    }

    void registerAs(DisplacedMap map) {
        displacedMap = map;
        if (isDoubtful) {
            map.doubt();
        }
    }

    /** Where the outgoing map is, and when it leaves. For a pinned outer map, this is the time of the pin. */
    FormerSlot origin(String outer, int mapId) {
        Instant time = takenOut == null ? FormerSlot.now() : takenOut;
        return new FormerSlot(outer, ByteString.of(slot.bytes()), mapId, time, isUnchecked, "");
    }

    public boolean isUnchecked() {
        return isUnchecked;
    }

    /** Marks the displaced map as one that may not have all its counts, after the pin says that it has. */
    void doubt() {
        isDoubtful = true;
    }

    /** What removes the pin of the outgoing map when its new owner acknowledges it; null if it is not pinned. */
    public @Nullable HandleEndAction drainingPin() {
        return drainingPin;
    }

    /** Sets the pin of the outgoing map, and its time, so that a later process finds the same one. */
    void setDrainingPin(HandleEndAction pin, Instant time) {
        drainingPin = pin;
        takenOut = time;
    }

    /** Forgets the pin of the outgoing map, which stays in its slot. Returns it; null if there is none. */
    @Nullable
    HandleEndAction forgetDrainingPin() {
        HandleEndAction pin = drainingPin;
        drainingPin = null;
        return pin;
    }

    /** Whether the change is to be sent to the kernel, or was; false if Nestmap rejected it before. */
    public boolean isAccepted() {
        return state != State.REJECTED;
    }

    long condition() {
        return condition;
    }

    /** Leaves the report of a system call to the thread that waits for this change. */
    void reportLater(RunningOperation call) {
        if (call.isObserved()) {
            published.add(call);
        }
    }

    /** Reports the system calls to listeners. Throws nothing. */
    void report() {
        published.forEach(RunningOperation::report);
        published.clear();
    }

    /** Lets the caller close a map that has no owner any more. */
    void closeLater(OpenMap map, String reason) {
        closing.add(() -> map.close(reason));
    }

    /** Closes the maps that have no owner any more. */
    void closeMaps() {
        List<Runnable> all = List.copyOf(closing);
        closing.clear();
        new Cleanup().each(all, Runnable::run).rethrow();
    }

    /** Opens the displaced map, which the caller gets, if the kernel has made the change. */
    void handOut(DisplacedMaps all) {
        DisplacedMap map = displacedMap;
        if (map != null) {
            displaced = all.openFirst(map);
        }
    }

    /** Records that a step has failed. A change that the kernel has made is not undone. */
    void failed(OpenMap outer, Throwable cause) {
        outer.failure().note(cause);
        if (failure != null) {
            failure.addSuppressed(cause);
        } else {
            failure = incomplete(outer, cause);
        }
    }

    /** Makes the displaced map wait, because the caller does not get it. */
    public void giveBackDisplaced() {
        OpenMap map = displaced;
        displaced = null; // a second call would take the map from the next drain
        if (map != null && !map.leave("its ticket could not be created")) {
            map.close("its outer map was closed");
        }
    }

    /** Lets the displaced map wait, if the caller has got no handle to it. */
    void letWait() {
        DisplacedMap map = displacedMap;
        if (map != null) {
            map.letWait();
        }
    }

    /** Sets why the kernel or an error has rejected the change. The accessor itself reports an empty or occupied slot. */
    void setRejection(OpenMap outer) {
        if (result != -ENOENT && result != -EEXIST) {
            failure = rejection(outer);
        }
    }

    private BpfException incomplete(OpenMap outer, Throwable cause) {
        if (cause instanceof InvalidHandleException invalid) {
            return invalid;
        }
        String what = (result == 0
                        ? "the entry was changed, but a later step failed: "
                        : "the entry was not changed, and a later step failed: ")
                + (cause instanceof RuntimeException ? cause.getMessage() : cause);
        String next = result == 0 && displacedMap != null
                ? ". The displaced map waits; the next drain or waitingTickets() passes it, and repairs the pins of a pinned map"
                : ". The next drain or waitingTickets() repairs the pins of a pinned map";
        return failed(outer, "completion of a change", cause, what + next);
    }

    private BpfException rejection(OpenMap outer) {
        Throwable cause = error;
        if (cause instanceof InvalidHandleException) {
            return outer.invalid();
        }
        MapOperation operation = incoming == null ? MapOperation.DELETE : MapOperation.UPDATE;
        return cause == null
                ? operation.failed(outer.shape(), slot.key(), result)
                : failed(outer, operation.noun(), cause, "the change was not sent to the kernel: " + cause);
    }

    private BpfException failed(OpenMap outer, String operation, Throwable cause, String why) {
        BpfException known = cause instanceof BpfException refused ? refused : null;
        return BpfException.of(known == null ? Reason.ACTION_FAILED : known.reason(), operation)
                .map(outer.shape().name())
                .key(slot.key())
                .errno(known == null ? 0 : known.errnoNumber())
                .cause(cause)
                .because(why);
    }
}
