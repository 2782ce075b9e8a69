/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.OtherVersions.FormerMap;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.open.HandleEndAction;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.CType;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pins beside the pin of an outer map: inner maps by their keys, and displaced maps that are being drained. Only the thread that has the turn at
 * the slots ({@link SlotChangeQueue}) changes them while this object owns the slots; but any thread acknowledges a displaced map.
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
 * out, it has no pin in {@code tenant-draining}.
 *
 * <p>A process may be killed after each step, or a call may fail. Before this object first touches the pins as their owner, and again after each failure, a
 * {@link SlotComparison} reads all slots and makes the pins agree. It moves the next pin if its map is in the slot, and otherwise removes it. It removes
 * the pin of a displaced map that is in a slot (step 3), and lets the map wait after steps 4 and 5. It keeps the inner map of a pin that is in no slot and
 * does not wait, and pins an inner map that has no pin.
 */
public class NestPins implements AutoCloseable {
    /** The time of the directory of displaced maps is at most that much older than the last drain. */
    private static final long MARK_NANOS = 1_000_000_000;

    private final Pins pins;
    private final PinPaths paths;
    private final KeyFileNames names;
    private final boolean pinsInners;
    private final ClaimedPin claimed;
    private final WaitingGroups groups;

    /** Guards the three fields below. */
    private final Mutex owning = new Mutex();

    /** The share of the claim that lasts until this object gives it up. Each change and each handle to a displaced map has another one. */
    private Pins.@Nullable Lock held;

    private boolean closed;

    private volatile Agreement agreement = Agreement.IN_DOUBT;

    /** Whether the pins agree with the slots, but for the changes in progress. */
    private enum Agreement {
        IN_DOUBT,
        /** A comparison has begun, and no step has failed since. */
        COMPARING,
        COMPARED
    }

    /** The place of the pin of the outer map that {@link #requireOwnPin} has last opened and found to be the right one. */
    private volatile @Nullable Object own;

    /** When {@link #markDrained} last set the time, by {@link System#nanoTime}. */
    private final AtomicLong markedAt = new AtomicLong(System.nanoTime() - MARK_NANOS);

    /**
     * @param pinsInners whether inner maps are pinned by their keys; true in any case if some already are
     * @param versions how drains read displaced maps of other versions
     */
    public NestPins(ClaimedPin claimed, CType key, boolean pinsInners, OtherVersions versions) {
        this.pins = claimed.pins();
        this.paths = claimed.paths();
        this.names = new KeyFileNames(key);
        this.pinsInners = pinsInners || pins.exists(paths.inners());
        this.claimed = claimed;
        this.groups = new WaitingGroups(pins, paths, versions);
    }

    /** Returns the pins beside the pin of an outer map; null for another map. */
    public static @Nullable NestPins of(MapDef map, ClaimedPin claimed, boolean pinsInners, OtherVersions versions) {
        return map.role() != MapRole.OUTER || map.key() == null
                ? null
                : new NestPins(claimed, map.key(), pinsInners, versions);
    }

    /** Reads the slots of each inner map of the outer map, by its id. */
    public Map<Integer, List<SlotKey>> slots(RawMap outer) {
        Map<Integer, List<SlotKey>> slots = new HashMap<>();
        BatchScan.forEachSlot(
                outer,
                (key, id) ->
                        slots.computeIfAbsent(id, any -> new ArrayList<>()).add(new SlotKey(names.name(key), key)));
        return slots;
    }

    /** Whether inner maps are pinned by their keys. */
    public boolean pinsInners() {
        return pinsInners;
    }

    /** Reads the ids of the inner maps in the slots of all other outer maps that are pinned beside this one, whoever declares them. */
    Set<Integer> idsInOthers() {
        return Generation.idsInSlotsBeside(pins, paths.outer());
    }

    /** Opens the inner map with this id that is pinned for the slot; null if none is pinned there. */
    public @Nullable RawMap open(SlotKey slot, int id) {
        String name = names.name(slot.bytes());
        // Between the first two attempts, the owner may have finished its change and moved the pin.
        return pins.reading(
                paths.outer(),
                view -> Stream.of(paths.inner(name), paths.nextInner(name), paths.inner(name))
                        .map(pin -> open(view, pin, id))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                RawMap::close);
    }

    /** Opens a pin; null if nothing, or a map with another id, is pinned there. */
    private @Nullable RawMap open(Pins view, Path pin, int id) {
        RawMap map = view.open(pin, paths.access());
        if (map != null && map.id() != id) {
            map.close();
            return null;
        }
        return map;
    }

    /** Whether the outer map was opened read-only, so that no inner map can be displaced. */
    boolean isReadOnly() {
        return paths.access() == MapAccess.READ_ONLY;
    }

    /**
     * Becomes the owner of the slots, and makes sure that the pins agree with them. Until the caller closes the result, the ownership lasts.
     *
     * <p>Of all objects and processes that use the same pin, only the owner changes slots, and hands out displaced maps. The ownership ends when
     * {@link #giveUp} or {@link #close} has been called and no displaced map is open, or when the process ends. A change gives it up if another map is
     * pinned in place of the outer map.
     *
     * @param operation names the operation in messages
     * @throws BpfException with {@link Errno#EAGAIN} if another object or process is the owner; also if another map is now pinned in place of the
     *     outer map, or if the pins can't be made to agree with the slots
     */
    Pins.Lock use(Nest nest, String operation, @Nullable SlotKey slot) {
        while (acquireOwnership(nest.outer, null)) {
            nest.outer.checkValid();
            Pins.Lock share = share(); // null if another thread has given it up
            if (share != null) {
                try (Undo undo = new Undo(share::close)) {
                    requireOwnPin(nest.outer);
                    if (!isCompared()) {
                        compare(nest);
                    }
                    return undo.commit(share);
                }
            }
        }
        throw BpfException.of(Errno.EAGAIN.number(), operation)
                .map(nest.name())
                .key(slot == null ? null : slot.key())
                .because(claimed.claim().explanation());
    }

    /** Whether this object owns the slots and knows that the pins agree with them. */
    boolean isCompared() {
        return agreement == Agreement.COMPARED;
    }

    /** Makes the next use compare the slots and the pins again, because a step has failed. */
    void mustCompare() {
        owning.holding(() -> agreement = Agreement.IN_DOUBT);
    }

    /**
     * Makes the pins agree with the slots, and lets the displaced maps wait that earlier processes left. The caller {@linkplain #use uses} the pins, and
     * has the turn, in which no change is {@linkplain #prepare prepared} yet.
     */
    void compare(Nest nest) {
        owning.holding(() -> agreement = Agreement.COMPARING);
        nest.displaced.unpinAcknowledged();
        OuterSlots.Read read = nest.slots.read((key, id) -> {}); // throws if the outer map is closed
        SlotComparison comparison =
                new SlotComparison(pins, paths, names, read.slots(), read.inOthers(), groups.pins());
        Map<FormerSlot, SlotKey> found = new HashMap<>();
        comparison
                .run(nest.name(), nest.displaced.origins(), nest.innerShape())
                .values()
                .forEach(origin -> found.put(origin, slot(origin)));
        if (pinsInners) {
            comparison.pinMissing(nest.factory);
        }
        nest.displaced.list(found);
        owning.holding(() ->
                agreement = held != null && agreement == Agreement.COMPARING ? Agreement.COMPARED : Agreement.IN_DOUBT);
    }

    /**
     * Finds the displaced maps that wait beside the outer map and that this object does not know: since the comparison, a load may have handed over those
     * of the version before.
     */
    void find(Nest nest) {
        List<Path> waiting = new ArrayList<>(pins.list(paths.draining()));
        waiting.addAll(groups.pins());
        Set<Path> known = nest.displaced.origins().stream().map(this::draining).collect(Collectors.toSet());
        waiting.removeAll(known);
        if (!waiting.isEmpty()) {
            // A change pins its displaced map before it registers it.
            nest.queue.alone(() -> waiting.forEach(pin -> find(nest, pin)));
        }
    }

    private void find(Nest nest, Path pin) {
        FormerSlot origin = SlotComparison.origin(pins, names, nest.name(), pin);
        if (origin == null || nest.displaced.knows(origin)) {
            return;
        }
        boolean isFormer = !origin.group().isEmpty(); // the drain compares it with its text
        try (RawMap map = isFormer ? null : SlotComparison.openInner(pins, pin, nest.innerShape())) {
            if (isFormer || map != null) {
                nest.displaced.list(Map.of(origin, slot(origin)));
            }
        }
    }

    private Path draining(FormerSlot origin) {
        Path directory =
                origin.group().isEmpty() ? paths.draining() : paths.outer().resolveSibling(origin.group());
        return PinPaths.draining(directory, names.name(origin.key().toBytes()), origin.mapId(), origin.isUnchecked());
    }

    private SlotKey slot(FormerSlot origin) {
        byte[] key = origin.key().toBytes();
        return new SlotKey(names.name(key), key);
    }

    /** Compares the pins with the slots again if another program has changed one of these slots. Called in {@link #use}. */
    void compareIfOfOtherMap(Nest nest, List<SlotChange> changes) {
        if (pinsInners && changes.stream().anyMatch(change -> change.isAccepted() && isOfOtherMap(change))) {
            compare(nest);
        }
    }

    /**
     * Creates the pins that the changes need. Called before the changes are made, in {@link #use}. If it fails, it removes the pins that it created.
     *
     * @param returnsOutgoing whether the displaced maps are handed out to be drained
     */
    void prepare(List<SlotChange> changes, boolean returnsOutgoing) {
        try (Undo undo = new Undo()) {
            for (SlotChange change : changes) {
                if (change.isAccepted()) {
                    if (pinsInners) {
                        pinNext(
                                names.name(change.slot().bytes()),
                                change.incomingMap()); // not undone if it fails: the next pin is another one
                    }
                    undo.add(() -> undo(change));
                    SlottedInnerMap outgoing = change.outgoing();
                    if (returnsOutgoing && outgoing != null) {
                        pinDisplaced(change, outgoing);
                    }
                }
            }
            undo.commit();
        }
    }

    /** Whether the pin of an inner map refers to another map than the one in the slot, because another program has changed the slot. */
    private boolean isOfOtherMap(SlotChange change) {
        Path pin = paths.inner(names.name(change.slot().bytes()));
        try (RawMap pinned = ForeignPins.openUnlessForeign(pins, pin)) {
            return pinned != null && pinned.id() != change.formerId();
        }
    }

    /**
     * Throws if another outer map is pinned at the path: the pins beside it belong to that map. Then this
     * object also gives up the ownership, which a handle to that map may need.
     */
    private void requireOwnPin(RawMap outer) {
        claimed.claim().requireCurrent();
        requireOwnPinNow(outer);
    }

    /** Does the same for a process that has just asked whether it owns the set. */
    private void requireOwnPinNow(RawMap outer) {
        Object found = pins.place(paths.outer());
        if (found != null && found.equals(own)) {
            return;
        }
        try (RawMap pinned = pins.open(paths.outer(), MapAccess.READ_ONLY)) {
            if (pinned == null) {
                requireNotRenamed(outer);
                warnOfRemoval();
            } else if (pinned.id() != outer.id()) {
                throw replaced(
                        outer,
                        "another map is pinned at " + paths.outer()
                                + " now, perhaps by an upgrade. Open the new map from its pin and use that one");
            } else {
                own = found;
            }
        }
    }

    /** Another version may have given the pin another name. What this one pinned beside the old name, nobody would find. */
    private void requireNotRenamed(RawMap outer) {
        Path directory = Objects.requireNonNull(paths.outer().getParent(), "a pin is in a directory");
        PinFormat.described(pins.list(directory)).forEach(pin -> {
            if (isPinnedAt(outer, pin)) {
                throw replaced(
                        outer,
                        "another version has renamed its pin to " + pin
                                + ". Open the map from that pin, or load the object again");
            }
        });
    }

    private boolean isPinnedAt(RawMap outer, Path pin) {
        try {
            return pins.isPinned(outer, pin);
        } catch (BpfException e) {
            if (ForeignPins.isForeign(e)) {
                return false;
            }
            throw e;
        }
    }

    private void warnOfRemoval() {
        WarningLog.RUNTIME.warn("pin " + paths.outer(), ErrorTable.message("PIN_WAS_REMOVED", paths.outer()));
    }

    private BpfException replaced(RawMap outer, String why) {
        giveUp();
        return BpfException.of(Reason.CLOSED, "change of map " + outer.shape().name())
                .because(why + "; this handle can still read the old map");
    }

    /** Pins the map that a change is about to displace. */
    private void pinDisplaced(SlotChange change, SlottedInnerMap outgoing) {
        Path pin = paths.draining(names.name(change.slot().bytes()), outgoing.id(), change.isUnchecked());
        Pins.Lock share = Objects.requireNonNull(claimed.claim().tryShare(), "the caller has a share");
        DisplacedPin displaced = new DisplacedPin(pin, share);
        try (Undo undo = new Undo(share::close)) {
            change.setDrainingPin(displaced, pins.pin(outgoing.map().raw(), pin, paths.forWriters(), FormerSlot.now()));
            undo.commit();
        } catch (BpfException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            throw BpfException.of(Reason.BUSY, "displacement of inner map " + Integer.toUnsignedString(outgoing.id()))
                    .errno(e.errnoNumber())
                    .cause(e)
                    .because(ErrorTable.message("DISPLACED_PIN_EXISTS", pin));
        }
    }

    /** The pin of a displaced map that a handle owns, or that is about to wait. */
    private final class DisplacedPin implements HandleEndAction {
        private final Path pin;

        /** Lets the ownership last until nobody uses the map any more. */
        private final Pins.Lock share;

        /** Whether the pin was removed. A pin with the same path may be that of a later displacement then. */
        private boolean isRemoved;

        DisplacedPin(Path pin, Pins.Lock share) {
            this.pin = pin;
            this.share = share;
        }

        @Override
        public void released() {
            try (Undo undo = new Undo(NestPins.this::mustCompare)) {
                if (!isRemoved) {
                    pins.remove(pin);
                    isRemoved = true;
                    groups.acknowledged(pin);
                }
                undo.commit();
            } finally {
                share.close();
            }
        }

        @Override
        public void abandoned(RawMap map) {
            try {
                map.close();
            } finally {
                share.close();
            }
        }
    }

    private void pinNext(String name, @Nullable RawMap incoming) {
        if (incoming == null) {
            moveIfPinned(paths.inner(name), paths.nextInner(name));
        } else {
            pins.pin(incoming, paths.nextInner(name), paths.options());
        }
    }

    private void moveIfPinned(Path from, Path to) {
        if (pins.exists(from)) {
            pins.move(from, to);
        }
    }

    /** Moves or removes the pins of one change after the kernel has made or rejected it. */
    void finish(SlotChange change) {
        if (change.isMade()) {
            complete(change);
        } else if (change.isAnswered()) {
            undo(change);
        } else {
            withdraw(change);
        }
    }

    /**
     * Removes the pin of the displaced map of a change that was prepared and is not made. Does nothing if there is none. The next comparison removes
     * the next pin, or moves it back.
     */
    private void withdraw(SlotChange change) {
        HandleEndAction pin = change.forgetDrainingPin();
        if (pin != null) {
            pin.released();
        }
    }

    private void complete(SlotChange change) {
        if (pinsInners) {
            String name = names.name(change.slot().bytes());
            if (change.incomingMap() == null) {
                pins.remove(paths.nextInner(name));
            } else {
                pins.move(paths.nextInner(name), paths.inner(name));
            }
        }
    }

    private void undo(SlotChange change) {
        withdraw(change);
        if (pinsInners) {
            String name = names.name(change.slot().bytes());
            if (change.incomingMap() == null) {
                moveIfPinned(paths.nextInner(name), paths.inner(name));
            } else {
                pins.remove(paths.nextInner(name));
            }
        }
    }

    /**
     * Makes this object the owner of the slots.
     *
     * @param place where the caller has found the pin of this map, and will look again: see {@link Pins#place}; null if it has not looked
     * @return false if another object or process is the owner
     * @throws BpfException if another map is now pinned in place of the outer map, and the caller has not looked
     */
    public boolean acquireOwnership(RawMap outer, @Nullable Object place) {
        return owning.holding(() -> {
            if (held == null && !closed) {
                Pins.Lock acquired = claimed.claim().tryAcquire();
                if (acquired == null) {
                    return false;
                }
                try (Undo undo = new Undo(acquired::close)) {
                    own = place;
                    if (place == null) {
                        requireOwnPinNow(outer); // no upgrade starts after this check
                    }
                    mustCompare();
                    held = undo.commit(acquired);
                }
            }
            return true; // after close, the outer map rejects the operation, with a better message
        });
    }

    /** Returns another share of the claim; null if this object is not the owner. */
    private Pins.@Nullable Lock share() {
        return owning.holding(() -> held == null ? null : claimed.claim().tryShare());
    }

    private boolean isOwner() {
        return owning.holding(() -> held != null);
    }

    /** Gives up the ownership, unless a displaced map is open. The next change acquires it again. */
    public void giveUp() {
        owning.holding(() -> {
            Pins.Lock owned = held;
            held = null;
            if (owned != null) {
                owned.close();
            }
        });
        mustCompare();
    }

    /**
     * Opens a displaced map that waits in its pin.
     *
     * @param keeper gets the map, and what removes its pin or lets it wait there
     * @return false if the pin is missing, or if another displacement has made it
     * @throws BpfException if this object does not own the slots
     */
    boolean open(FormerSlot origin, BiConsumer<RawMap, HandleEndAction> keeper) {
        Path pin = draining(origin);
        if (!origin.equals(SlotComparison.origin(pins, names, origin.outerMap(), pin))) {
            return false;
        }
        Pins.Lock share = share();
        if (share == null) {
            throw BpfException.of(Reason.BUSY, "opening of displaced map " + pin)
                    .because(
                            "this object does not own the slots of the outer map any more. The map keeps its counts: drain it again");
        }
        try (Undo undo = new Undo(share::close)) {
            RawMap map = ForeignPins.openUnlessForeign(pins, pin);
            if (map != null) {
                undo.add(map::close);
                keeper.accept(map, new DisplacedPin(pin, share));
                undo.commit();
            }
            return map != null;
        }
    }

    /**
     * Opens a displaced map of another version, as a drain reads it. The caller closes it.
     *
     * @return null if the pin is missing, if another displacement has made it, or if the map {@link #isKept}
     * @throws BpfException if the map can't be read
     */
    @Nullable
    FormerMap read(FormerSlot origin) {
        Path pin = draining(origin);
        return origin.equals(SlotComparison.origin(pins, names, origin.outerMap(), pin)) ? groups.read(pin) : null;
    }

    /** Whether a map of another version has an entry that this version has no place for. */
    boolean isKept(FormerSlot origin) {
        return groups.isKept(draining(origin));
    }

    /** The pins of all displaced maps, also of those that this process can't read. */
    private Stream<Path> allDraining() {
        return Stream.concat(
                pins.list(paths.draining()).stream(),
                paths.drainingGroups(pins).stream().flatMap(groups::all));
    }

    /** Lists the former slots of all displaced maps with a pin, whoever displaced them. */
    List<FormerSlot> listAll(String outer) {
        return allDraining()
                .map(pin -> SlotComparison.origin(pins, names, outer, pin))
                .filter(Objects::nonNull)
                .toList();
    }

    /** Whether maps of other versions are pinned that wait for another load, or for a process that can read them. */
    boolean hasUnreadable() {
        return !paths.retiredGroups(pins).isEmpty() || groups.hasUnreadable();
    }

    /** Counts the maps that drains of this process can't read. */
    int countUnreadable() {
        return groups.countUnreadable();
    }

    /** The name of the machine in identities that the options of the pins set; null if they set none. */
    @Nullable
    String machine() {
        return paths.options().machine();
    }

    /**
     * Compares the slots with the pins, for an upgrade that opens the pins of maps in slots. The caller owns the slots, and nobody changes them
     * meanwhile.
     *
     * @param slots the slots of each inner map
     * @param inSet the ids of the inner maps in the slots of all outer maps of the set
     */
    public SlotComparison compared(Map<Integer, List<SlotKey>> slots, Set<Integer> inSet) {
        SlotComparison comparison = new SlotComparison(pins, paths, names, slots, inSet, List.of());
        comparison.runExceptSlots();
        return comparison;
    }

    /**
     * Marks the end of a drain, for tools that show when the map was last drained: sets the time of the directory to now, which the creation and the
     * removal of a pin also do. Also removes the groups that the drain has emptied. Does nothing if this object does not own the slots.
     */
    void markDrained() {
        if (!isOwner()) {
            return;
        }
        groups.removeEmpty();
        long now = System.nanoTime();
        if (now - markedAt.get() < MARK_NANOS) {
            return;
        }
        markedAt.set(now);
        try {
            pins.createDirectory(paths.draining(), paths.forWriters());
            pins.setTime(paths.draining(), Instant.now());
        } catch (BpfException e) { // only tools read it
            WarningLog.RUNTIME.log(Level.DEBUG, "nestmap pins shows an older time of the last drain", e);
        }
        if (!pins.exists(paths.outer())) {
            warnOfRemoval();
        }
    }

    /** Counts the pins of displaced maps that nobody has acknowledged, also those that ended processes left. */
    int count() {
        return (int) allDraining().filter(pin -> names.keyOf(pin) != null).count();
    }

    /** Gives up the ownership, as soon as no displaced map is pinned for a handle of this process. */
    @Override
    public void close() {
        owning.holding(() -> {
            closed = true;
            giveUp();
        });
    }
}
