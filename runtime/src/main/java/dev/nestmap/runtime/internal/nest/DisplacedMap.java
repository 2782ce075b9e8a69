/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.OtherVersions.FormerMap;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.open.HandleEndAction;
import dev.nestmap.runtime.internal.open.HandleLeakWatch;
import dev.nestmap.runtime.internal.open.ObjectFailure;
import dev.nestmap.runtime.internal.open.OpenMap;
import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A displaced inner map that nobody has acknowledged or discarded: either a handle owns it, or it waits. A waiting map is kept by its pin
 * or, without a pin, by this object, which keeps it open. {@link DisplacedMaps} guards the state.
 *
 * <p>The turn that has taken the map out of its slot registers it, and the caller of the change opens it first, or lets it wait. So whatever fails after
 * the kernel's change, nothing is left to do for the map.
 *
 * <p>When {@link #depart} has run, it refers neither to a handle nor to the outer map, because that would keep them from becoming garbage.
 */
public final class DisplacedMap implements HandleEndAction {
    private final DisplacedMaps all;
    private final SlotKey slot;
    private final FormerSlot origin;

    /** The drains that have left out the slot because of a kept ticket. */
    private final AtomicInteger leftOut = new AtomicInteger();

    /** See {@link Refusals}. Both are null for a map that another process has displaced. */
    private volatile @Nullable RefusedAdditions refusedBefore;

    private volatile @Nullable RefusedAdditions refused;

    /** Whether the map was full when it left its slot; null until somebody has asked. */
    private final AtomicReference<@Nullable Boolean> isFull = new AtomicReference<>();

    /** The number of the last failure of an action that got the map; 0 if none has failed. */
    private long lastFailure;

    /** Whether the change itself has raised a doubt. A later process does not know it, because the pin is older. */
    private volatile boolean isDoubtful;

    private State state;

    /** Removes the pin, or ends the claim on it; {@link #CLOSE} until a handle has been opened through the pin. Null if no pin keeps the map. */
    private @Nullable HandleEndAction pin;

    /** Takes the map from the borrowed handle, which refers to the outer map, until {@link #depart}; null if only its pin keeps the waiting map. */
    private @Nullable Supplier<RawMap> kept;

    private final OpenMap.Uses uses;

    private @Nullable WeakReference<OpenMap> handle;

    private enum State {
        /** The caller of the change that has displaced the map may open it. */
        LEAVING,
        WAITING,
        /** A handle owns the map. */
        IN_USE,
        /** The same, and its ticket outlives the action of its drain. */
        KEPT,
        /** The map was acknowledged or discarded. Its pin may still be there. */
        ENDED,
        /** The end of the outer map has freed the map before that. */
        FREED
    }

    /**
     * @param pin removes the pin that keeps the map; null if there is none
     * @param borrowed the handle to the map while it was in its slot; null if an earlier process displaced it
     * @param departure why that handle becomes invalid
     */
    DisplacedMap(
            DisplacedMaps all,
            FormerSlot origin,
            SlotKey slot,
            @Nullable HandleEndAction pin,
            @Nullable OpenMap borrowed,
            String departure) {
        this.all = all;
        this.origin = origin;
        this.slot = slot;
        this.pin = pin;
        this.kept = borrowed == null ? null : () -> release(borrowed, departure);
        this.state = borrowed == null ? State.WAITING : State.LEAVING;
        this.uses = borrowed == null ? new OpenMap.Uses() : borrowed.uses();
    }

    private static RawMap release(OpenMap borrowed, String departure) {
        RawMap map = borrowed.release(departure);
        if (map == null) {
            throw borrowed.invalid();
        }
        return map;
    }

    /** The former slot. Its key may be bytes that can't be decoded. */
    public SlotKey slot() {
        return slot;
    }

    /** Whether Nestmap can't promise that no program writes to the map any more. */
    public boolean isUnchecked() {
        return isDoubtful || origin.isUnchecked();
    }

    /** Marks the map as unchecked. */
    void doubt() {
        isDoubtful = true;
    }

    /** Where the map comes from. */
    public FormerSlot origin() {
        return origin;
    }

    /** How many additions inner maps had refused before this map came into its slot; null if that is not known. */
    @Nullable
    RefusedAdditions refusedBefore() {
        return refusedBefore;
    }

    void setRefusedBefore(@Nullable RefusedAdditions number) {
        refusedBefore = number;
    }

    /** How many additions inner maps have refused while this map was in its slot; null until it has left the slot. */
    @Nullable
    RefusedAdditions refused() {
        return refused;
    }

    void setRefused(RefusedAdditions number) {
        refused = number;
    }

    /**
     * Whether the map was full when it left its slot, or may have been full before. Fixed by the first call.
     *
     * @param reader reads whether the map is full
     */
    boolean isFull(BooleanSupplier reader) {
        if (isFull.get() == null) {
            boolean isFullNow = reader.getAsBoolean();
            boolean wasFull = uses.mayHaveReduced(); // last: what was removed meanwhile is known by now
            isFull.compareAndSet(null, isFullNow || wasFull);
        }
        return Boolean.TRUE.equals(isFull.get());
    }

    /** A number that grows with each failure of an action: that of this map's last one; 0 if none has failed. */
    public long lastFailure() {
        return all.holding(() -> lastFailure);
    }

    /** Notes that an action has failed, or could not get the map. Later drains pass the map last. */
    public void failed() {
        all.holding(() -> lastFailure = all.countFailure());
    }

    /** Notes that the ticket of the current handle outlives the action of its drain. */
    public void outlivesAction() {
        all.holding(() -> state = state == State.IN_USE ? State.KEPT : state);
    }

    /** Counts a drain that has left out the slot because of the ticket, and returns their number. */
    public int leavesOutDrain() {
        return leftOut.incrementAndGet();
    }

    /** Whether a handle owns the map that outlives the action of its drain. */
    boolean isKeptByAction() {
        return state == State.KEPT && owner() != null;
    }

    /** Whether the map has been acknowledged or discarded. */
    public boolean isSettled() {
        return all.holding(this::hasEnded);
    }

    void forgetFailure() {
        lastFailure = 0;
    }

    boolean isWaiting() {
        return state == State.WAITING;
    }

    /** Lets others open the map, unless the caller of its change has opened it. */
    void letWait() {
        all.letWait(this);
    }

    /** Returns whether the map waits from now on, because its caller has not opened it. */
    boolean leave() {
        boolean isLeaving = state == State.LEAVING;
        state = isLeaving ? State.WAITING : state;
        return isLeaving;
    }

    boolean isPinned() {
        return pin != null;
    }

    /** Whether the end of the outer map loses the map. Its caller still opens one that is just leaving its slot, or lets it wait. */
    boolean isLostAtEnd() {
        return pin == null && state != State.LEAVING;
    }

    /** Whether this object keeps the waiting map, and not only its pin. */
    boolean isKeptHere() {
        return kept != null;
    }

    /** Ends the borrowed handle, and waits for calls through it. The first step of the caller, or of the drain that opens the map if that failed. */
    void depart() {
        Supplier<RawMap> keeper = kept;
        if (keeper != null) {
            keep(keeper.get());
        }
    }

    private void keep(RawMap map) {
        kept = () -> map;
    }

    /**
     * Returns a handle that owns the waiting map. If this fails, the map still waits. Null if the pin that kept the map is missing.
     *
     * @param inner the name of inner maps
     * @param failure shared by all maps of the object
     * @param former what the handle gets in place of the map; null if it is of the version of its outer map
     */
    @Nullable
    OpenMap open(@Nullable NestPins pins, String inner, ObjectFailure failure, @Nullable FormerMap former) {
        depart();
        if (kept == null && !Objects.requireNonNull(pins, "a pin keeps the map").open(origin, this::keepPinned)) {
            return null;
        }
        RawMap waiting = Objects.requireNonNull(kept).get();
        if (former != null) {
            waiting.close();
            waiting = former.map();
        }
        OpenMap opened = new OpenMap(inner, waiting, uses, failure).takenOutOf(origin);
        if (former != null) {
            opened.setFormer(former.version());
        }
        WeakReference<OpenMap> reference = new WeakReference<>(opened);
        opened.endWith(this);
        opened.watched();
        handle = reference;
        kept = null;
        state = State.IN_USE;
        return opened;
    }

    private void keepPinned(RawMap map, HandleEndAction ofPin) {
        keep(map);
        pin = ofPin;
    }

    /** The handle that owns the map; null if there is none. */
    @Nullable
    OpenMap owner() {
        boolean isOwned = state == State.IN_USE || state == State.KEPT;
        return isOwned && handle != null ? handle.get() : null;
    }

    /** Frees the map with its counts if a handle owns it. The ticket of the handle may end it first, and then it has ended. */
    void freeOwned(String reason) {
        OpenMap owner = all.holding(this::owner);
        RawMap map = owner == null ? null : owner.release(reason);
        if (map != null) {
            all.holding(() -> state = State.FREED);
            all.remove(this);
            map.close();
        }
    }

    /** Frees a waiting map that this object keeps, unless its pin keeps it, too. */
    void free() {
        state = State.FREED;
        RawMap waiting =
                Objects.requireNonNull(kept, "this object keeps the map").get();
        HandleEndAction ofPin = pin == null ? CLOSE : pin;
        ofPin.abandoned(waiting);
    }

    @Override
    public void released() {
        boolean isPinned = all.holding(() -> {
            state = state == State.FREED ? state : State.ENDED;
            if (pin == null) {
                all.remove(this); // at once: a close of the outer map would call its counts lost
            }
            return pin != null;
        });
        if (isPinned) {
            unpin();
        }
    }

    boolean hasEnded() {
        return state == State.ENDED;
    }

    /** Removes the pin of an acknowledged map. If it can't be removed, the next comparison tries again. */
    void unpin() {
        Objects.requireNonNull(pin, "a pin keeps the map").released();
        all.remove(this);
    }

    /** {@link HandleLeakWatch} also calls it, for a ticket that became garbage. */
    @Override
    public void abandoned(RawMap map) {
        boolean isKept = all.holding(() -> {
            if (pin == null && all.isClosed()) {
                all.remove(this);
            } else if (pin == null) {
                keep(map);
                state = State.WAITING;
            }
            return kept != null;
        });
        if (!isKept) {
            HandleEndAction ofPin = pin == null ? CLOSE : pin;
            try {
                ofPin.abandoned(map); // first, because a drain may claim the pin as soon as the map waits
            } finally {
                all.holding(() -> state = pin == null ? State.ENDED : State.WAITING);
            }
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
