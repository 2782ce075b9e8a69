/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.outer.KeyLocks;
import dev.nestmap.runtime.internal.outer.OpenInnerMap;
import dev.nestmap.runtime.internal.outer.SlotChange;
import dev.nestmap.runtime.internal.outer.SlotPins;
import dev.nestmap.runtime.internal.outer.UndrainedMap;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.CType;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The pins beside the pin of an outer map: inner maps by their keys, and displaced maps that are being drained. A thread that
 * changes a key holds its lock and, if inner maps are pinned, the {@link ChangeLock}.
 *
 * <p>A process may be killed after each step; {@link #repair} then finds the right state from the ids in the outer map. Before a
 * change, the incoming map is pinned as the key's next one, and the outgoing map as draining. After the change, the next pin
 * becomes the key's pin.
 */
public final class OuterMapPins implements SlotPins {
    private final Pins pins;
    private final PinPaths paths;
    private final KeyFileNames names;
    private final boolean pinsInners;
    private final DrainingPins draining;
    private final PinRepair repair;
    private final ChangeLock changeLock;

    /** @param pinsInners whether inner maps are pinned by their keys; true in any case if some already are */
    public OuterMapPins(Pins pins, PinPaths paths, CType key, boolean pinsInners) {
        this.pins = pins;
        this.paths = paths;
        this.names = new KeyFileNames(key);
        this.pinsInners = pinsInners || pins.exists(paths.inners());
        this.draining = new DrainingPins(pins, paths, names);
        this.changeLock = new ChangeLock(pins, paths);
        this.repair = new PinRepair(pins, paths, names, changeLock);
    }

    /** Returns the pins beside the pin of an outer map; null for another map. */
    public static @Nullable OuterMapPins of(MapDef map, Pins pins, PinPaths paths, boolean pinsInners) {
        return map.role() != MapRole.OUTER || map.key() == null
                ? null
                : new OuterMapPins(pins, paths, map.key(), pinsInners);
    }

    @Override
    public boolean pinsInners() {
        return pinsInners;
    }

    @Override
    public @Nullable RawMap open(SlotKey slot, int id) {
        String name = names.name(slot.bytes());
        RawMap pinned = repair.open(paths.inner(name), id);
        if (pinned == null) {
            pinned = repair.open(paths.next(name), id);
        }
        // Between the two attempts, another process may have finished its change and moved the pin.
        return pinned != null ? pinned : repair.open(paths.inner(name), id);
    }

    @Override
    public boolean hasPin(SlotKey slot, int id) {
        try {
            RawMap pinned = open(slot, id);
            if (pinned != null) {
                pinned.close();
            }
            return pinned != null;
        } catch (BpfException e) {
            // EACCES, for example: the pin does not help. With EMFILE no
            // descriptor is left to look, but each inner map has a pin.
            return pinsInners && e.errnoNumber() == ErrnoNumbers.EMFILE;
        }
    }

    @Override
    public boolean isReadOnly() {
        return paths.access() == PinAccess.READ_ONLY;
    }

    @Override
    public void prepare(RawMap outer, List<SlotChange> changes, boolean handsOut, ToIntFunction<SlotKey> current) {
        if (isReadOnly()) {
            return; // the kernel rejects the changes
        }
        requireOwnPin(outer);
        try (Undo undo = new Undo()) {
            for (SlotChange change : changes) {
                // If this fails, the next pin stays. It may be the only pin of the map in the slot.
                finishInterrupted(change, current);
                undo.add(() -> undo(change));
                prepare(outer, change, handsOut);
            }
            undo.commit();
        }
    }

    /**
     * Throws if another outer map is pinned at the path, or a migration will pin one: the pins beside it belong to that map. Then this
     * object also gives up the ownership, which a handle to that map may need.
     */
    private void requireOwnPin(RawMap outer) {
        // First, because another process that removes the barrier has pinned its outer map before.
        if (Prototypes.isBarrierPinned(pins, paths)) {
            throw replaced(
                    outer,
                    "a migration of the pin " + paths.outer()
                            + " has prepared the new maps. If it was interrupted, start the new version, which finishes it");
        }
        RawMap pinned = pins.open(paths.outer(), PinAccess.READ_ONLY);
        if (pinned != null) {
            int id = pinned.id();
            pinned.close();
            if (id != outer.id()) {
                throw replaced(
                        outer,
                        "another map is pinned at " + paths.outer()
                                + " now, perhaps by a migration. Open the new map from its pin and use that one");
            }
        }
    }

    private BpfException replaced(RawMap outer, String why) {
        draining.ownership().giveUp();
        return new BpfException(
                "change of map " + outer.shape().name(), why + "; this handle can still read the old map");
    }

    /** Finishes the change that an ended process left unfinished at the same key. */
    private void finishInterrupted(SlotChange change, ToIntFunction<SlotKey> current) {
        if (hasNextPin(change)) {
            repair.finishChange(names.name(change.slot().bytes()), current.applyAsInt(change.slot()));
        }
    }

    /** Whether the change needs a next pin of its key. */
    private boolean hasNextPin(SlotChange change) {
        return pinsInners && change.isSent() && change.incomingMap() != null;
    }

    private void prepare(RawMap outer, SlotChange change, boolean handsOut) {
        if (!change.isSent()) {
            return;
        }
        RawMap incoming = change.incomingMap();
        if (pinsInners && incoming != null) {
            pins.pin(incoming, paths.next(names.name(change.slot().bytes())), paths.options());
        }
        OpenInnerMap outgoing = change.outgoing();
        if (handsOut && outgoing != null && acquireOwnership(outer)) {
            draining.pin(change, outgoing);
        }
    }

    @Override
    public <T> T excludingOtherProcesses(Supplier<T> action) {
        return isReadOnly() ? action.get() : changeLock.holding(action);
    }

    @Override
    public void finish(SlotChange change) {
        if (isReadOnly() || !change.isSent()) {
            return;
        }
        if (change.result() == 0) {
            complete(change);
        } else {
            undo(change);
        }
    }

    private void complete(SlotChange change) {
        draining.keep(change);
        String name = names.name(change.slot().bytes());
        if (pinsInners && change.incomingMap() != null) {
            pins.move(paths.next(name), paths.inner(name));
        } else if (pinsInners) {
            pins.remove(paths.inner(name));
        }
    }

    private void undo(SlotChange change) {
        draining.discard(change);
        if (hasNextPin(change)) {
            pins.remove(paths.next(names.name(change.slot().bytes())));
        }
    }

    @Override
    public boolean acquireOwnership(RawMap outer) {
        return draining.ownership().acquire(() -> becomeOwner(outer));
    }

    private void becomeOwner(RawMap outer) {
        requireOwnPin(outer); // no migration starts after this check
        if (!pins.list(paths.draining()).isEmpty()) {
            // Removes pins of maps that an ended process put into a slot again. When this object
            // displaces such a map, the old pin would look like that of an undrained map.
            draining.undrained(InnerMapSlots.ids(InnerMapSlots.of(outer, names)));
        }
    }

    @Override
    public void repair(RawMap outer, MapFactory factory, KeyLocks locks, ToIntFunction<SlotKey> current) {
        requireOwnPin(outer); // the caller owns the slots, so no migration starts after this check
        repair.removeStale(locks, current);
        if (pinsInners) {
            repair.pinMissing(outer, factory, locks, current);
        }
    }

    @Override
    public <T> List<T> takeUndrained(
            MapShape inner, KeyLocks locks, Supplier<Set<Integer>> idsInSlots, Function<UndrainedMap, T> receiver) {
        return draining.take(inner, locks, idsInSlots, receiver);
    }

    /**
     * Returns the pins of displaced maps that are not drained. Removes the pins of maps that are still in a slot. The caller owns the
     * slots.
     */
    public List<Path> undrained(Set<Integer> idsInSlots) {
        return draining.undrained(idsInSlots);
    }

    @Override
    public int undrainedCount() {
        return draining.count();
    }

    @Override
    public void close() {
        draining.ownership().close();
    }
}
