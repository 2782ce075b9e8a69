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
 * A change of one slot: the inner map that goes in, the inner map that comes out, and the result. The change waits in a {@link
 * SlotChangeBatcher}, as an update or a delete of the entry, while its thread waits for the {@link KernelAnswer}.
 */
public final class SlotChange {
    private final SlotKey slot;
    private final long condition;
    private final KernelAnswer answer = new KernelAnswer();
    private @Nullable SlottedInnerMap incoming;

    private @Nullable SlottedInnerMap outgoing;

    private boolean hadMap;

    private State state = State.PREPARED;

    private @Nullable BpfException failure;
    private @Nullable DisplacedMap displacedMap;
    private @Nullable OpenMap displaced;

    private @Nullable HandleEndAction drainingPin;
    private @Nullable Instant takenOut;

    /** Whether programs may write to the outgoing map after this change, or another process may read it too. */
    private boolean isUnchecked;

    /** The system calls that this change reports to listeners. */
    private final List<RunningOperation> published = new ArrayList<>(0);

    private enum State {
        PREPARED,
        /** It will have an answer, unless the object fails. */
        SENT,
        /** Both maps have their owners. */
        FINISHED,
        /** The pins of the change were moved or removed, too. */
        SETTLED,
        /** It was not sent, and its maps have their owners. */
        REJECTED
    }

    /**
     * @param condition {@link RawMap#ANY}, {@link RawMap#NOEXIST} requires an empty slot, {@link RawMap#EXIST} requires an inner map in it
     */
    SlotChange(SlotKey slot, long condition) {
        this.slot = slot;
        this.condition = condition;
    }

    /** Rejects the change, which has no maps (any more). It is not sent to the kernel. */
    void reject(int errno) {
        answer.reject(errno);
        state = State.REJECTED;
    }

    /** Sets the inner map that goes into the slot. {@link KnownInnerMaps} has begun the change of it. */
    void putIn(SlottedInnerMap map) {
        requireAccepted();
        incoming = map;
    }

    /**
     * Sets the inner map that comes out of the slot. {@link KnownInnerMaps} has begun the change of it.
     *
     * @param hasMap whether the slot has a map, which this process may not have open
     */
    void takeOut(@Nullable SlottedInnerMap map, boolean hasMap) {
        requireAccepted();
        outgoing = map;
        hadMap = hasMap;
    }

    /** Nothing would end the change of a map that a rejected change gets. */
    private void requireAccepted() {
        if (!isAccepted()) {
            throw new IllegalStateException("the change of slot " + slot + " was rejected");
        }
    }

    /** Whether the slot had an inner map before the change. */
    public boolean hadMap() {
        return hadMap;
    }

    public SlotKey slot() {
        return slot;
    }

    /** What the kernel answers. The caller waits for it. */
    KernelAnswer answer() {
        return answer;
    }

    /** The result: 0, or the negative errno with which the kernel or Nestmap rejected the change. If the system call could not be made, -1. */
    public int result() {
        return answer.result();
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

    /** Whether a map leaves the slot: there is one, and the same map does not go in again. */
    public boolean leaves() {
        return outgoing != null && (incoming == null || incoming.id() != outgoing.id());
    }

    /** The displaced map, until somebody acknowledges it. Null if there was no map in the slot, or the operation does not hand it out. */
    public @Nullable DisplacedMap displacedMap() {
        return displacedMap;
    }

    /** Registers the outgoing map as displaced, before the kernel makes the change. */
    void registerAs(DisplacedMap map) {
        displacedMap = map;
    }

    /** Where the outgoing map is, and when it leaves. For a pinned outer map, this is the time of the pin. */
    FormerSlot origin(String outer, int mapId) {
        Instant time = takenOut == null ? FormerSlot.now() : takenOut;
        return new FormerSlot(outer, ByteString.of(slot.bytes()), mapId, time, isUnchecked, "");
    }

    /** Marks the outgoing map as one to which programs may write after this change, or that another process may read too. */
    void setUnchecked(boolean unchecked) {
        isUnchecked = unchecked;
    }

    public boolean isUnchecked() {
        return isUnchecked;
    }

    /** Marks the displaced map as one that may not have all its counts, after it was registered. */
    void doubt() {
        isUnchecked = true;
        if (displacedMap != null) {
            displacedMap.doubt();
        }
    }

    /** Removes the pin that keeps the outgoing map until its new owner closes it; null if it is not pinned. */
    public @Nullable HandleEndAction drainingPin() {
        return drainingPin;
    }

    /** Sets the pin of the outgoing map, and its time, so that a later process finds the same one. */
    void pinned(HandleEndAction pin, Instant time) {
        drainingPin = pin;
        takenOut = time;
    }

    /** Forgets the pin of the outgoing map, which stays in its slot. Returns it; null if there is none. */
    @Nullable
    HandleEndAction unpinned() {
        HandleEndAction pin = drainingPin;
        drainingPin = null;
        return pin;
    }

    /** Whether the change is to be sent to the kernel, or was; false if Nestmap rejected or withdrew it before. */
    public boolean isAccepted() {
        return state != State.REJECTED;
    }

    /** Marks an accepted change as sent, just before that. Returns false if it is not accepted. */
    boolean markSent() {
        if (state == State.PREPARED) {
            state = State.SENT;
        }
        return state == State.SENT;
    }

    /** Returns true once, for the step that settles the pins of the change. */
    boolean beginPinSettlement() {
        boolean isFirst = state == State.FINISHED;
        state = isFirst ? State.SETTLED : state;
        return isFirst;
    }

    private boolean isFinished() {
        return state != State.PREPARED && state != State.SENT;
    }

    long condition() {
        return condition;
    }

    /** Leaves the report of a system call to the thread that waits for this change. Called before the change is completed or failed. */
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

    /**
     * Gives the incoming map to its owner, after the kernel has made or rejected the change. Closes the outgoing map, unless it was registered as
     * displaced.
     *
     * @param reason why handles to the outgoing map become invalid
     */
    void finish(KnownInnerMaps knownMaps, OpenMap outer, String reason) {
        if (isFinished()) {
            return;
        }
        if (answer.result() != 0) {
            try {
                // The accessor itself reports an empty or occupied slot.
                if (answer.result() != -ENOENT && answer.result() != -EEXIST) {
                    failure = rejection(outer);
                }
            } finally {
                withdraw(knownMaps);
            }
            return;
        }
        state = State.FINISHED;
        Cleanup steps = new Cleanup();
        SlottedInnerMap in = incoming;
        if (in != null) {
            steps.run(() -> runFollowUp(outer, () -> knownMaps.endPut(in, slot)));
        }
        SlottedInnerMap out = outgoing;
        if (out != null && displacedMap == null) {
            steps.run(() -> runFollowUp(outer, () -> knownMaps.endChange(out, leaves() ? slot : null, reason)));
        }
        steps.rethrow();
    }

    /** Opens the displaced map, which the caller gets, if the kernel has made the change. */
    void handOut(DisplacedMaps all) {
        DisplacedMap map = displacedMap;
        if (map != null && map.isDisplaced()) {
            displaced = all.openFirst(map);
        }
    }

    /** Runs a step that follows the kernel's change. A failure of the step is recorded; the change itself is not undone. */
    void runFollowUp(OpenMap outer, Runnable step) {
        try {
            step.run();
        } catch (Throwable e) { // the kernel has made the change, and its maps must reach their owners
            outer.failure().note(e);
            if (failure != null) {
                failure.addSuppressed(e);
            } else {
                failure = incomplete(outer, e);
            }
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

    /** Returns both maps to their previous owners, unless the change is finished. */
    void withdraw(KnownInnerMaps knownMaps) {
        if (isFinished()) {
            return;
        }
        state = state == State.SENT ? State.FINISHED : State.REJECTED;
        Cleanup steps = new Cleanup();
        SlottedInnerMap in = incoming;
        if (in != null) {
            steps.run(() -> knownMaps.endPut(in, null));
        }
        SlottedInnerMap out = outgoing;
        if (out != null) {
            // The reason is for a map that another process took out of its slot meanwhile. Otherwise its handle stays
            // valid.
            steps.run(() -> knownMaps.endChange(out, null, "its entry was replaced or removed by another process"));
        }
        if (displacedMap != null) {
            steps.run(displacedMap::stays);
        }
        steps.rethrow();
    }

    private BpfException incomplete(OpenMap outer, Throwable cause) {
        if (cause instanceof InvalidHandleException invalid) {
            return invalid;
        }
        return BpfException.of(
                        cause instanceof BpfException known ? known.reason() : Reason.ACTION_FAILED,
                        "completion of a change")
                .map(outer.shape().name())
                .key(slot.key())
                .errno(cause instanceof BpfException known ? known.errnoNumber() : 0)
                .because((answer.result() == 0
                                ? "the entry was changed, but a later step failed: "
                                : "the entry was not changed, and a later step failed: ")
                        + (cause instanceof RuntimeException ? cause.getMessage() : cause)
                        + (answer.result() == 0 && displacedMap != null
                                ? ". The displaced map waits; the next drain or waitingTickets() passes it, and repairs the pins of a pinned map"
                                : ". The next drain or waitingTickets() repairs the pins of a pinned map"))
                .cause(cause)
                .build();
    }

    private BpfException rejection(OpenMap outer) {
        Throwable error = answer.error();
        if (error instanceof InvalidHandleException) {
            return outer.invalid();
        }
        MapOperation operation = incoming == null ? MapOperation.DELETE : MapOperation.UPDATE;
        if (error == null) {
            return operation.failed(outer.shape(), slot.key(), answer.result());
        }
        return BpfException.of(
                        error instanceof BpfException known ? known.reason() : Reason.ACTION_FAILED, operation.noun())
                .map(outer.shape().name())
                .key(slot.key())
                .errno(error instanceof BpfException known ? known.errnoNumber() : 0)
                .because("the change was not sent to the kernel: " + error)
                .cause(error)
                .build();
    }
}
