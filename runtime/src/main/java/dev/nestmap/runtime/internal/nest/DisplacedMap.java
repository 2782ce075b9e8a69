/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.open.HandleEndAction;
import dev.nestmap.runtime.internal.open.OpenMap;
import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A displaced inner map that nobody has acknowledged or discarded: either a handle owns it, or it waits. Created before the change that
 * displaces the map. A waiting map is kept by its pin or, without a pin, by this object, which keeps it open. {@link DisplacedMaps} guards the state.
 *
 * <p>Does not refer to the handle or to the outer map, because that would keep them from becoming garbage.
 */
public final class DisplacedMap implements HandleEndAction {
    private final DisplacedMaps all;
    private final SlotKey slot;
    private final FormerSlot origin;

    /** Whether the map has left its slot. Before that, a change is about to displace it. */
    private volatile boolean isDisplaced;

    /** Whether the ticket of the current handle outlives the action of a drain. */
    private boolean isOutliving;

    /** Whether the last action that got the map has failed. */
    private boolean hasFailed;

    private State state = State.IN_USE;

    /** Whether the outer map was closed before anybody had acknowledged the map. */
    private boolean isFreed;

    /** Removes the pin, or ends the claim on it; {@link #CLOSE} until a handle has been opened through the pin. Null if no pin keeps the map. */
    private @Nullable HandleEndAction pin;

    /** The waiting map; null if a pin keeps it. */
    private @Nullable RawMap kept;

    /** Creates the first handle. Null once it is registered, because it refers to the outer map. */
    private @Nullable Supplier<OpenMap> firstHandle;

    /** A handle that is not registered as the owner yet, or could not be. */
    private @Nullable OpenMap unregistered;

    private AtomicInteger references = new AtomicInteger();
    private @Nullable WeakReference<OpenMap> handle;

    private enum State {
        /** A handle owns the map, or will when the change has ended. */
        IN_USE,
        WAITING,
        ENDED
    }

    /**
     * @param pin removes the pin that keeps the map; null if there is none
     * @param firstHandle creates the first handle; null if only the pin can
     */
    DisplacedMap(
            DisplacedMaps all,
            FormerSlot origin,
            SlotKey slot,
            @Nullable HandleEndAction pin,
            @Nullable Supplier<OpenMap> firstHandle) {
        this.all = all;
        this.origin = origin;
        this.slot = slot;
        this.pin = pin;
        this.firstHandle = firstHandle;
    }

    /** The former slot. Its key may be bytes that can't be decoded. */
    public SlotKey slot() {
        return slot;
    }

    /** Whether Nestmap can't promise that no program writes to the map any more. */
    public boolean isUnchecked() {
        return origin.isUnchecked();
    }

    FormerSlot origin() {
        return origin;
    }

    boolean isDisplaced() {
        return isDisplaced;
    }

    /** Notes that the kernel has made the change. Allocates nothing, like {@link #waitWithoutHandle}, because memory may be short. */
    void leftSlot() {
        isDisplaced = true;
    }

    /** Creates the first handle of a map that has left its slot. */
    OpenMap firstHandle() {
        return Objects.requireNonNull(firstHandle, "a change has displaced the map")
                .get()
                .takenOutOf(origin);
    }

    /** Whether a drain may pass this map before it changes slots, because its last action has not failed. */
    public boolean hasFailed() {
        return all.holding(() -> hasFailed);
    }

    /** Notes that an action has failed. Later drains pass the map last. */
    public void actionFailed() {
        all.holding(() -> hasFailed = true);
    }

    /** Notes that the ticket of the current handle outlives the action of its drain. */
    public void outlivesAction() {
        all.holding(() -> isOutliving = true);
    }

    /** Whether a handle owns the map that outlives the action of its drain. */
    boolean isKeptByAction() {
        return isOutliving && owner() != null;
    }

    /** Whether the map has been acknowledged or discarded, or put into a slot. */
    public boolean isSettled() {
        return all.holding(() -> state == State.ENDED && !isFreed);
    }

    void forgetFailure() {
        hasFailed = false;
    }

    boolean isWaiting() {
        return state == State.WAITING;
    }

    boolean isPinned() {
        return pin != null;
    }

    /** Makes a map of an earlier process wait. */
    DisplacedMap ofEarlierProcess() {
        isDisplaced = true;
        state = State.WAITING;
        return this;
    }

    /** Registers the handle that owns the map. */
    void ownedBy(OpenMap owner) {
        HandleEndAction before = owner.ending();
        if (before.equals(this)) {
            return;
        }
        WeakReference<OpenMap> reference = new WeakReference<>(owner); // first what needs memory
        AtomicInteger ofMap = owner.references();
        owner.watched();
        owner.endWith(this);
        if (before.keepsMap()) { // the handle was opened through the pin
            pin = before;
        }
        references = ofMap;
        handle = reference;
        unregistered = null;
        firstHandle = null;
        kept = null;
        isOutliving = false;
        state = State.IN_USE;
    }

    /**
     * Makes the map wait because its handle could not be created or registered. Does nothing if another handle owns it, or did. Allocates
     * nothing, because memory may be short.
     *
     * @param unusable the handle; null if it could not be created
     */
    void waitWithoutHandle(@Nullable OpenMap unusable) {
        all.lock().lock();
        try {
            if (handle == null && state != State.ENDED) {
                unregistered = unusable == null ? unregistered : unusable;
                state = State.WAITING;
            }
        } finally {
            all.lock().unlock();
        }
    }

    /** Whether this object can make a handle to the waiting map, and not only its pin keeps it. */
    boolean isKeptHere() {
        return kept != null || unregistered != null || firstHandle != null;
    }

    /** Keeps a handle until {@link #ownedBy} registers it. Allocates nothing, because memory may be short. */
    void waitIn(OpenMap owner) {
        unregistered = owner;
    }

    /**
     * Returns a handle to the waiting map, which this object keeps until {@link #ownedBy} registers it.
     *
     * @param inner the name of inner maps
     */
    OpenMap waitingHandle(String inner) {
        RawMap waiting = kept;
        if (unregistered == null) {
            waitIn(waiting == null ? firstHandle() : new OpenMap(inner, waiting, references).takenOutOf(origin));
        }
        return Objects.requireNonNull(unregistered);
    }

    /** The handle that owns the map; null if there is none. */
    @Nullable
    OpenMap owner() {
        return state == State.IN_USE && handle != null ? handle.get() : null;
    }

    /** Notes that the end of the outer map frees the map. */
    void freed() {
        isFreed = true;
    }

    /** Frees a waiting map that this object keeps, unless its pin keeps it, too. */
    void free(String inner) {
        state = State.ENDED;
        OpenMap waiting = waitingHandle(inner);
        HandleEndAction ofPin = pin;
        if (ofPin != null && !waiting.ending().keepsMap()) {
            waiting.endWith(ofPin);
        }
        if (!waiting.leave("its outer map was closed")) {
            waiting.close();
        }
    }

    @Override
    public void released() {
        HandleEndAction ofPin = all.holding(() -> {
            state = State.ENDED;
            return pin;
        });
        new Cleanup().run(() -> all.remove(this)).run(() -> releasePin(ofPin)).rethrow();
    }

    /** If the pin can't be removed, the next drain lists the pins, which tries again. */
    private void releasePin(@Nullable HandleEndAction ofPin) {
        if (ofPin != null) {
            try (Undo undo = new Undo(all::pinsAreInDoubt)) {
                ofPin.released();
                undo.commit();
            }
        }
    }

    @Override
    public void abandoned(RawMap map) {
        HandleEndAction ofPin = all.holding(() -> pin);
        if (ofPin == null) {
            keep(map);
            return;
        }
        try {
            ofPin.abandoned(map); // first, because a drain may claim the pin as soon as the map waits
        } finally {
            waitAgain();
        }
    }

    private void keep(RawMap map) {
        boolean isKept = all.holding(() -> {
            if (all.isClosed()) {
                state = State.ENDED;
                handle = null;
                return false;
            }
            kept = map;
            waitAgain();
            return true;
        });
        if (!isKept) {
            new Cleanup().run(() -> all.remove(this)).run(map::close).rethrow();
        }
    }

    private void waitAgain() {
        all.lock().lock();
        try {
            state = State.WAITING;
            handle = null;
        } finally {
            all.lock().unlock();
        }
    }

    @Override
    public boolean keepsMap() {
        return all.holding(() -> pin != null || !all.isClosed());
    }

    @Override
    public String garbageReport(String map) {
        return map + " was displaced, and its ticket became garbage before it was acknowledged: "
                + (keepsMap()
                        ? "the outer map keeps it, and a later drain passes it again"
                        : "the outer map is closed and has no pin, so the counts are lost")
                + ". Acknowledge or discard each Displaced, or use drain";
    }
}
