/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.DerivedPinPermissions;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.InnerMapCompatibility;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.KeyLocks;
import dev.nestmap.runtime.internal.nest.SlotChange;
import dev.nestmap.runtime.internal.nest.SlottedInnerMap;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.open.HandleEndAction;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.types.ByteString;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The pins of displaced inner maps. A displaced map stays pinned until it is acknowledged, discarded or put into a slot, so that a later
 * process finds it after a crash. Only the owner of the slots pins displaced maps, and hands out the displaced maps of ended processes.
 *
 * <p>The {@link SlotOwnership} has at most one claim of a pin. A thread claims it before it creates or opens the pin, and releases the claim
 * after the pin is removed. So no two threads hand out the same map. A claim that is released without removing the pin leaves the map
 * to be recovered.
 */
final class DrainingPins {
    /** The time of the directory is at most that much older than the last drain. */
    private static final long MARK_NANOS = 1_000_000_000;

    private final Pins pins;
    private final PinPaths paths;
    private final KeyFileNames names;
    private final SlotOwnership ownership;

    /**
     * Held while a thread claims a pin for a moment, so that others don't take it for the pin of a map with a handle. Acquired before the lock
     * of {@link #ownership}.
     */
    private final Mutex looking = new Mutex();

    /** When {@link #markDrained} last set the time, by {@link System#nanoTime}. */
    private final AtomicLong markedAt = new AtomicLong(System.nanoTime() - MARK_NANOS);

    /**
     * Pins that could not be removed, by the ids of their maps. The owners of these maps have acknowledged them, or put them into slots again. So
     * this process does not open the pins any more, and tries again to remove them.
     */
    private final Map<Integer, Path> unremoved = new ConcurrentHashMap<>();

    /** @param ownership has the claims of these pins */
    DrainingPins(ClaimedPin claimed, KeyFileNames names, SlotOwnership ownership) {
        this.pins = claimed.pins();
        this.paths = claimed.paths();
        this.names = names;
        this.ownership = ownership;
    }

    /**
     * Pins the map that a change is about to displace. The caller owns the slots: the owner would take the pin for one that an ended
     * process left.
     */
    void pin(SlotChange change, SlottedInnerMap outgoing) {
        Path pin = paths.draining(names.name(change.slot().bytes()), outgoing.id(), change.isUnchecked());
        Claim claim = new Claim(pin, outgoing.id()); // first, because memory may be short after the kernel's change
        boolean isClaimed = looking.holding(() -> ownership.claim(claim.name()));
        if (!isClaimed && ownership.isClaimed(claim.name())) {
            throw new BpfException(
                    "displacement of inner map " + Integer.toUnsignedString(outgoing.id()),
                    "this map was displaced from this slot before, and its ticket is still open: both displacements would have the same"
                            + " pin. Nothing was changed. Acknowledge or close that ticket, and try again");
        }
        if (!isClaimed && ownership.isClosed()) {
            return; // the outer map rejects the change
        }
        if (!isClaimed) {
            throw new BpfException(
                    "displacement of inner map " + Integer.toUnsignedString(outgoing.id()),
                    "this object does not own the slots of the outer map any more, so the map could not be pinned. Nothing was changed:"
                            + " try again");
        }
        change.setDrainingPin(claim);
        pins.remove(pin); // one that a process left when it ended before the kernel made the same change
        unremoved.remove(outgoing.id(), pin);
        removeOld(outgoing, claim.name());
        pins.pin(outgoing.map().raw(), pin, DerivedPinPermissions.forWriters(paths.options()));
        pins.setTime(pin, FormerSlot.now());
        change.setTakenOut(pins.time(pin));
    }

    /** Pins an inner map as displaced to which programs may still write, and returns the pin. */
    static Path pinUnchecked(Pins pins, PinPaths paths, String key, RawMap map) {
        Path pin = paths.draining(key, map.id(), true);
        pins.pin(map, pin, DerivedPinPermissions.forWriters(paths.options()));
        pins.setTime(pin, FormerSlot.now());
        return pin;
    }

    /** @param claimed the claim of the change, which has the same pin but for the doubt if the map leaves the same slot again */
    private void removeOld(SlottedInnerMap outgoing, String claimed) {
        Path old = unremoved.get(outgoing.id());
        if (old == null) {
            return;
        }
        String name = PinPaths.keyAndId(old);
        boolean isOwn = name.equals(claimed);
        if (!isOwn && !ownership.claim(name)) {
            throw new BpfException(
                    "displacement of inner map " + Integer.toUnsignedString(outgoing.id()),
                    "another thread looks at its pin " + old
                            + ", which could not be removed when the map was put into a slot; try again");
        }
        try {
            pins.remove(old);
            unremoved.remove(outgoing.id());
        } finally {
            if (!isOwn) {
                ownership.release(name);
            }
        }
    }

    /** A claimed pin, which ends with the handle of its map. */
    private final class Claim implements HandleEndAction {
        private final Path pin;
        private final String name;
        private final int mapId;

        Claim(Path pin, int mapId) {
            this.pin = pin;
            this.name = PinPaths.keyAndId(pin);
            this.mapId = mapId;
        }

        String name() {
            return name;
        }

        @Override
        public void released() {
            remove(this);
        }

        @Override
        public void abandoned(RawMap map) {
            try {
                map.close();
            } finally {
                ownership.release(name);
            }
        }

        @Override
        public boolean keepsMap() {
            return true;
        }
    }

    /** Removes the pin of a change that was not made: the kernel has rejected it, or it was not sent. */
    void discard(SlotChange change) {
        HandleEndAction pin = change.drainingPin();
        if (pin != null) {
            change.setDrainingPin(null);
            pin.released();
        }
    }

    /** Removes a claimed pin. If it can't be removed, {@link #removeUnremoved} tries again. */
    private void remove(Claim claim) {
        try {
            pins.remove(claim.pin);
        } catch (Throwable e) { // even after an Error, the pin is still there
            unremoved.put(claim.mapId, claim.pin);
            throw e;
        } finally {
            ownership.release(claim.name());
        }
    }

    /**
     * Lists the displaced maps that nobody has acknowledged and no handle of this process owns. Removes the pins of maps that are still in a
     * slot. Ignores the files of others. The caller owns the slots.
     *
     * @param outer name of the outer map
     * @param inner the shape that inner maps are declared with
     * @param idsInSlots reads the ids of the maps that are in a slot of the outer map
     */
    Map<FormerSlot, SlotKey> list(String outer, MapShape inner, KeyLocks locks, Supplier<Set<Integer>> idsInSlots) {
        removeUnremoved();
        Map<Path, SlotKey> found =
                find(pin -> !ownership.isClaimed(PinPaths.keyAndId(pin)) && !unremoved.containsValue(pin));
        // While the keys are locked, no thread displaces a map that one of these pins stands for.
        return locks.holding(Set.copyOf(found.values()), () -> {
            Map<FormerSlot, SlotKey> listed = new LinkedHashMap<>();
            Set<Integer> inSlots = found.isEmpty() ? Set.of() : idsInSlots.get();
            found.forEach((pin, slot) -> looking.holding(() -> {
                String name = PinPaths.keyAndId(pin);
                if (ownership.claim(name)) { // otherwise another thread opened it after the pins were listed
                    try (RawMap map = openIfOurs(pin, inner)) {
                        if (map != null && inSlots.contains(map.id())) {
                            pins.remove(pin);
                        } else if (map != null) {
                            listed.put(origin(outer, pin, slot), slot);
                        }
                    } finally {
                        ownership.release(name);
                    }
                }
            }));
            return listed;
        });
    }

    private FormerSlot origin(String outer, Path pin, SlotKey slot) {
        return new FormerSlot(
                outer, ByteString.of(slot.bytes()), PinPaths.idOf(pin), pins.time(pin), PinPaths.isUnchecked(pin));
    }

    /**
     * Opens a displaced map that {@link #list} found, or whose handle has ended. Null if the pin is missing, or if another displacement has
     * made it.
     *
     * @throws BpfException if the pin has a claim, or if this object does not own the slots
     */
    @Nullable
    OpenMap open(FormerSlot origin, String inner) {
        return looking.holding(() -> claimAndOpen(origin, inner));
    }

    private @Nullable OpenMap claimAndOpen(FormerSlot origin, String inner) {
        Path pin = paths.draining(names.name(origin.key().toBytes()), origin.mapId(), origin.isUnchecked());
        if (!isPinOf(pin, origin)) {
            return null;
        }
        Claim claim = new Claim(pin, origin.mapId());
        if (!ownership.claim(claim.name())) {
            throw new BpfException(
                    "opening of displaced map " + pin,
                    "another thread uses its pin, or this object does not own the slots of the outer map any more."
                            + " The map keeps its counts: drain it again");
        }
        try (Undo undo = new Undo(() -> ownership.release(claim.name()))) {
            RawMap map = ForeignPins.openUnlessForeign(pins, pin);
            if (map == null) {
                return null;
            }
            undo.add(map::close);
            OpenMap opened = new OpenMap(inner, map).takenOutOf(origin);
            opened.endWith(claim);
            return undo.commit(opened);
        }
    }

    private boolean isPinOf(Path pin, FormerSlot origin) {
        try {
            return pins.time(pin).equals(origin.takenOut());
        } catch (BpfException e) {
            if (pins.exists(pin)) {
                throw e;
            }
            return false;
        }
    }

    /** Lists the displaced maps, whoever displaced them, with those whose pins could not be removed. */
    List<FormerSlot> listAll(String outer) {
        List<FormerSlot> all = new ArrayList<>();
        for (Path pin : pins.list(paths.draining())) {
            SlotKey slot = slotOf(pin);
            if (slot != null) {
                try {
                    all.add(origin(outer, pin, slot));
                } catch (BpfException e) {
                    if (pins.exists(pin)) { // otherwise it was removed after the pins were listed
                        throw e;
                    }
                }
            }
        }
        return all;
    }

    /** Tries again to remove the pins of maps that their owners do not need any more. */
    private void removeUnremoved() {
        unremoved.forEach((id, pin) -> looking.holding(() -> {
            String name = PinPaths.keyAndId(pin);
            if (ownership.claim(name)) {
                try {
                    pins.remove(pin);
                    unremoved.remove(id, pin);
                } catch (BpfException e) {
                    WarningLog.RUNTIME.warn(
                            "pins in " + pin.getParent(),
                            "the displaced map of the pin " + pin + " is acknowledged, but its pin can't be removed",
                            e);
                } finally {
                    ownership.release(name);
                }
            }
        }));
    }

    /** Opens a pin. Null if its owner removed it after the pins were listed, or if it is a foreign file. */
    private @Nullable RawMap openIfOurs(Path pin, MapShape inner) {
        RawMap map = ForeignPins.openUnlessForeign(pins, pin);
        Optional<String> difference =
                map == null ? Optional.empty() : InnerMapCompatibility.difference(inner, map.shape());
        if (map == null || difference.isEmpty()) {
            return map;
        }
        map.close();
        ForeignPins.report(pin, "it differs from the inner maps: it has " + difference.get());
        return null;
    }

    /**
     * Returns the pins of maps that ended processes displaced and did not drain. Removes the pins of maps that are in a slot: their
     * process ended before it displaced them, or after it put them into a slot again. If a map has pins with both names, removes the one
     * without the doubt: otherwise the map would be drained twice.
     */
    List<Path> waiting(Set<Integer> idsInSlots) {
        List<Path> waiting = new ArrayList<>();
        for (Path pin : find(any -> true).keySet()) {
            RawMap map = ForeignPins.openUnlessForeign(pins, pin);
            if (map != null) {
                int id = map.id();
                map.close();
                Path unchecked = PinPaths.unchecked(pin);
                if (idsInSlots.contains(id) || (!pin.equals(unchecked) && pins.exists(unchecked))) {
                    pins.remove(pin);
                } else {
                    waiting.add(pin);
                }
            }
        }
        return waiting;
    }

    /**
     * Sets the time of the directory to now, which the creation and the removal of a pin also do. Without this, a map whose tenants
     * count nothing would look as if nobody drained it.
     *
     * @return false if this object does not own the slots, or did it a moment ago
     */
    boolean markDrained() {
        long now = System.nanoTime();
        if (now - markedAt.get() < MARK_NANOS || !ownership.isHeld()) {
            return false;
        }
        markedAt.set(now);
        try {
            pins.createDirectory(paths.draining(), DerivedPinPermissions.forWriters(paths.options()));
            pins.setTime(paths.draining(), Instant.now());
        } catch (BpfException e) { // only tools read it
            WarningLog.RUNTIME.log(Level.DEBUG, "nestmap pins shows an older time of the last drain", e);
        }
        return true;
    }

    /** Counts the pins of displaced maps, whoever displaced them. */
    int count() {
        return (int) pins.list(paths.draining()).stream()
                .filter(pin -> slotOf(pin) != null)
                .count();
    }

    /** Lists pins with the slots that their names contain. */
    private Map<Path, SlotKey> find(Predicate<Path> condition) {
        Map<Path, SlotKey> found = new TreeMap<>();
        for (Path pin : pins.list(paths.draining())) {
            SlotKey slot = slotOf(pin);
            if (slot == null) {
                ForeignPins.report(pin, "the name is not a key and an id, such as 42-17");
            } else if (condition.test(pin)) {
                found.put(pin, slot);
            }
        }
        return found;
    }

    /** Returns the slot whose key is in a file name {@code <key>-<id>}; null if the file has another name. */
    private @Nullable SlotKey slotOf(Path pin) {
        String file = PinPaths.keyAndId(pin);
        int hyphen = file.lastIndexOf('-');
        String key = hyphen < 0 ? "" : file.substring(0, hyphen);
        return names.key(key).map(bytes -> new SlotKey(key, bytes)).orElse(null);
    }
}
