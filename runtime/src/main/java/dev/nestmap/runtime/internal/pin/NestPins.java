/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.KeyLocks;
import dev.nestmap.runtime.internal.nest.SlotChange;
import dev.nestmap.runtime.internal.nest.SlotChangePinner;
import dev.nestmap.runtime.internal.nest.SlottedInnerMap;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.CType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The pins beside the pin of an outer map: inner maps by their keys, and displaced maps that are being drained. A thread that
 * changes a key holds its lock, and the object owns the slots.
 *
 * <p>If inner map {@code new} replaces inner map {@code old} at key 42 of outer map {@code tenant}, the files are these after each step:
 *
 * <pre>
 *                      slot 42  tenant-inner/42  tenant-inner/42-next  tenant-draining/42-ID
 * 1 not started        old      old              missing               missing
 * 2 next one pinned    old      old              new                   missing
 * 3 displaced pinned   old      old              new                   old
 * 4 changed            new      old              new                   old
 * 5 pin moved          new      new              missing               old
 * 6 drained            new      new              missing               missing
 * </pre>
 *
 * <p>{@code tenant-inner} exists only if inner maps are pinned. In step 2 of a removal, the pin of the old map becomes the next pin, and step 5
 * removes it: so a pin of a map that is not in its slot says that another program has changed the slot. If the displaced map is not handed
 * out, it has no pin in {@code tenant-draining}. A process may be killed after each step. The id in the slot then determines the repair:
 * {@link PinRepair} moves the next pin if its map is in the slot, and otherwise removes it. {@link DrainingPins} removes the pin of a displaced
 * map that is still in a slot (step 3), and hands the map out after steps 4 and 5.
 */
public final class NestPins implements SlotChangePinner {
    private final Pins pins;
    private final PinPaths paths;
    private final KeyFileNames names;
    private final boolean pinsInners;
    private final SlotOwnership ownership;
    private final DrainingPins draining;
    private final PinRepair repair;
    private final ClaimedPin claimed;

    /** The pins that {@link #requireOwnPin} has last opened and found to be the right ones. */
    private volatile @Nullable OwnPins own;

    /**
     * The files at the pins of an outer map and its prototype: see {@link Pins#fileAt}.
     *
     * @param prototype null if there is none
     */
    private record OwnPins(Object outer, @Nullable Object prototype) {}

    /**
     * An inner map of an outer map.
     *
     * @param id its kernel id
     * @param slots the slots that hold it, at least one
     */
    public record Inner(int id, List<SlotKey> slots) {}

    /** @param pinsInners whether inner maps are pinned by their keys; true in any case if some already are */
    public NestPins(ClaimedPin claimed, CType key, boolean pinsInners) {
        this.pins = claimed.pins();
        this.paths = claimed.paths();
        this.names = new KeyFileNames(key);
        this.pinsInners = pinsInners || pins.exists(paths.inners());
        this.ownership = new SlotOwnership(claimed);
        this.draining = new DrainingPins(claimed, names, ownership);
        this.repair = new PinRepair(claimed, names);
        this.claimed = claimed;
    }

    /** Returns the pins beside the pin of an outer map; null for another map. */
    public static @Nullable NestPins of(MapDef map, ClaimedPin claimed, boolean pinsInners) {
        return map.role() != MapRole.OUTER || map.key() == null ? null : new NestPins(claimed, map.key(), pinsInners);
    }

    /**
     * Before a new outer map is pinned in place of one whose pin was removed, moves the pins of the old inner maps to the pins of
     * displaced maps. So the drains of the new outer map pass them. Where they are, a repair would remove them, because no
     * slot of the new outer map holds them. Programs that use the old outer map may still write to them, so all are unchecked.
     */
    public static void keepOldInners(Pins pins, PinPaths paths) {
        List<Path> inners = pins.list(paths.inners());
        Map<Integer, Path> kept = inners.isEmpty() ? Map.of() : drainingById(pins, paths);
        for (Path old : inners) {
            try (RawMap inner = ForeignPins.openUnlessForeign(pins, old)) {
                if (inner != null) {
                    Path draining =
                            kept.get(inner.id()); // a map may have been in several slots, or about to be displaced
                    if (draining == null) {
                        String key = PinPaths.keyOfInner(String.valueOf(old.getFileName()));
                        kept.put(inner.id(), DrainingPins.pinUnchecked(pins, paths, key, inner));
                    } else if (!PinPaths.isUnchecked(draining)) {
                        Path unchecked = PinPaths.unchecked(draining);
                        pins.move(draining, unchecked);
                        kept.put(inner.id(), unchecked);
                    }
                    pins.remove(old);
                }
            }
        }
    }

    /** The pins of displaced maps by the ids of their maps. */
    private static Map<Integer, Path> drainingById(Pins pins, PinPaths paths) {
        Map<Integer, Path> byId = new HashMap<>();
        for (Path draining : pins.list(paths.draining())) {
            try (RawMap map = ForeignPins.openUnlessForeign(pins, draining)) {
                if (map != null) {
                    byId.put(map.id(), draining);
                }
            }
        }
        return byId;
    }

    /** Reads the inner maps of the outer map, each once. */
    public List<Inner> inners(RawMap outer) {
        Map<Integer, Inner> byId = new HashMap<>();
        for (BatchScan scan = new BatchScan(outer); scan.next(); ) {
            for (int i = 0; i < scan.batch().count(); i++) {
                byte[] key = scan.batch().key(i);
                int id = scan.batch().innerId(i);
                byId.computeIfAbsent(id, any -> new Inner(id, new ArrayList<>()))
                        .slots()
                        .add(new SlotKey(names.name(key), key));
            }
        }
        return List.copyOf(byId.values());
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
        try (RawMap pinned = open(slot, id)) {
            return pinned != null;
        } catch (BpfException e) {
            // EACCES, for example: the pin does not help. With EMFILE no
            // descriptor is left to look, but each inner map has a pin.
            return pinsInners && e.errnoNumber() == ErrnoNumbers.EMFILE;
        }
    }

    @Override
    public boolean isReadOnly() {
        return paths.access() == MapAccess.READ_ONLY;
    }

    @Override
    public void prepare(
            RawMap outer,
            List<SlotChange> changes,
            boolean returnsOutgoing,
            ToIntFunction<SlotKey> current,
            Supplier<Set<Integer>> idsInSlots) {
        if (isReadOnly()) {
            return; // the kernel rejects the changes
        }
        requireOwnPin(outer);
        // If this fails, the next pins stay. They may be the only pins of the maps in the slots.
        finishInterrupted(changes, current, idsInSlots);
        try (Undo undo = new Undo()) {
            for (SlotChange change : changes) {
                undo.add(() -> undo(change));
                prepare(outer, change, returnsOutgoing);
            }
            undo.commit();
        }
    }

    /**
     * Throws if another outer map is pinned at the path, or a migration will pin one: the pins beside it belong to that map. Then this
     * object also gives up the ownership, which a handle to that map may need.
     */
    @Override
    public void requireOwnPin(RawMap outer) {
        claimed.claim().requireCurrent();
        // The prototype first, because another process that removes the barrier has pinned its outer map before.
        Object prototype = pins.fileAt(paths.prototype());
        Object outerPin = pins.fileAt(paths.outer());
        OwnPins found = outerPin == null ? null : new OwnPins(outerPin, prototype);
        if (found != null && found.equals(own)) {
            return;
        }
        if (InnerMapSampleFinder.isBarrierPinned(pins, paths)) {
            throw replaced(
                    outer,
                    "a migration of the pin " + paths.outer()
                            + " has prepared the new maps. If it was interrupted, start the new version, which finishes it");
        }
        try (RawMap pinned = pins.open(paths.outer(), MapAccess.READ_ONLY)) {
            if (pinned == null) {
                warnOfRemoval();
            } else if (pinned.id() != outer.id()) {
                throw replaced(
                        outer,
                        "another map is pinned at " + paths.outer()
                                + " now, perhaps by a migration. Open the new map from its pin and use that one");
            } else {
                own = found;
            }
        }
    }

    private void warnOfRemoval() {
        WarningLog.RUNTIME.warn(
                "pin " + paths.outer(),
                "nothing is pinned at " + paths.outer()
                        + " any more: somebody has removed the pin, while this process uses the map. When the process ends, the counts in inner maps"
                        + " without a pin are lost, and the next start begins with new maps. So drain all maps before you end it",
                null);
    }

    private BpfException replaced(RawMap outer, String why) {
        ownership.giveUp();
        return new BpfException(
                "change of map " + outer.shape().name(), why + "; this handle can still read the old map");
    }

    /** Finishes the changes that ended processes left unfinished at the same keys, and keeps maps that another program replaced. */
    private void finishInterrupted(
            List<SlotChange> changes, ToIntFunction<SlotKey> current, Supplier<Set<Integer>> idsInSlots) {
        if (pinsInners) {
            List<SlotKey> slots = changes.stream()
                    .filter(SlotChange::isAccepted)
                    .map(SlotChange::slot)
                    .toList();
            repair.removeStale(slots, current, idsInSlots, false);
        }
    }

    private void prepare(RawMap outer, SlotChange change, boolean returnsOutgoing) {
        if (!change.isAccepted()) {
            return;
        }
        if (pinsInners) {
            pinNext(names.name(change.slot().bytes()), change.incomingMap());
        }
        SlottedInnerMap outgoing = change.outgoing();
        if (returnsOutgoing && outgoing != null && change.leaves()) {
            draining.pin(change, outgoing);
        }
    }

    private void pinNext(String name, @Nullable RawMap incoming) {
        if (incoming == null) {
            moveIfPinned(paths.inner(name), paths.next(name));
        } else {
            pins.pin(incoming, paths.next(name), paths.options());
        }
    }

    private void moveIfPinned(Path from, Path to) {
        if (pins.exists(from)) {
            pins.move(from, to);
        }
    }

    @Override
    public void finish(SlotChange change) {
        if (isReadOnly() || !change.isAccepted()) {
            return;
        }
        if (change.result() == 0) {
            complete(change);
        } else {
            undo(change);
        }
    }

    /** A later change or a repair removes the next pin, or moves it back. */
    @Override
    public void withdraw(SlotChange change) {
        draining.discard(change);
    }

    private void complete(SlotChange change) {
        if (pinsInners) {
            String name = names.name(change.slot().bytes());
            if (change.incomingMap() == null) {
                pins.remove(paths.next(name));
            } else {
                pins.move(paths.next(name), paths.inner(name));
            }
        }
    }

    private void undo(SlotChange change) {
        draining.discard(change);
        if (pinsInners && change.isAccepted()) {
            String name = names.name(change.slot().bytes());
            if (change.incomingMap() == null) {
                moveIfPinned(paths.next(name), paths.inner(name));
            } else {
                pins.remove(paths.next(name));
            }
        }
    }

    @Override
    public boolean acquireOwnership(RawMap outer) {
        return ownership.acquire(() -> becomeOwner(outer));
    }

    @Override
    public long timesOwned() {
        return ownership.times();
    }

    /** Gives up the ownership, unless the pin of a displaced map has a claim. The next change acquires it again. */
    @Override
    public void giveUp() {
        ownership.giveUp();
    }

    private void becomeOwner(RawMap outer) {
        PinFormat.requireKnown("change of the pin " + paths.outer(), pins, paths.outer());
        requireOwnPin(outer); // no migration starts after this check
        if (!pins.list(paths.draining()).isEmpty()) {
            // Removes pins of maps that an ended process put into a slot again. When this object
            // displaces such a map, the old pin would look like that of a map that waits.
            waiting(inners(outer));
        }
    }

    @Override
    public void repair(
            RawMap outer,
            MapFactory factory,
            KeyLocks locks,
            ToIntFunction<SlotKey> current,
            Supplier<Set<Integer>> idsInSlots) {
        repair.removeStale(locks, current, idsInSlots);
        if (pinsInners) {
            repair.pinMissing(inners(outer), factory, locks, current);
        }
    }

    @Override
    public Map<FormerSlot, SlotKey> list(
            String outer, MapShape inner, KeyLocks locks, Supplier<Set<Integer>> idsInSlots) {
        PinFormat.requireKnown("search for displaced maps of " + outer, pins, paths.outer());
        return draining.list(outer, inner, locks, idsInSlots);
    }

    @Override
    public @Nullable OpenMap open(FormerSlot origin, String inner) {
        return draining.open(origin, inner);
    }

    @Override
    public List<FormerSlot> listAll(String outer) {
        return draining.listAll(outer);
    }

    @Override
    public boolean hasRetired() {
        return !pins.list(paths.retired()).isEmpty();
    }

    @Override
    public String owner() {
        return claimed.claim().explanation();
    }

    @Override
    public @Nullable String machine() {
        return paths.options().machine();
    }

    /**
     * Returns the pins of displaced maps that wait. Removes the pins of maps that are still in a slot. The caller owns the
     * slots.
     *
     * @param inners the inner maps in the slots
     */
    public List<Path> waiting(List<Inner> inners) {
        return draining.waiting(inners.stream().map(Inner::id).collect(Collectors.toSet()));
    }

    @Override
    public void markDrained() {
        if (draining.markDrained() && !pins.exists(paths.outer())) {
            warnOfRemoval();
        }
    }

    @Override
    public int count() {
        return draining.count();
    }

    @Override
    public void close() {
        ownership.close();
    }
}
