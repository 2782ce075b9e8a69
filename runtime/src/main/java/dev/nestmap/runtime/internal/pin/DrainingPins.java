/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.PinPermissions;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.ShapeComparison;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.outer.KeyLocks;
import dev.nestmap.runtime.internal.outer.OpenInnerMap;
import dev.nestmap.runtime.internal.outer.SlotChange;
import dev.nestmap.runtime.internal.outer.UndrainedMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The pins of displaced inner maps. A displaced map stays pinned until its new owner closes it or puts it into a slot, so that a
 * later process finds it if its owner is killed. {@link SlotOwnership} decides who may hand out a pinned map.
 */
final class DrainingPins {
    private final Pins pins;
    private final PinPaths paths;
    private final KeyFileNames names;
    private final SlotOwnership ownership;

    /**
     * Pins that could not be removed, by the ids of their maps. If such a map was put into a slot and is displaced again, recoverUndrained()
     * would hand it out once more.
     */
    private final Map<Integer, Path> unremoved = new ConcurrentHashMap<>();

    DrainingPins(Pins pins, PinPaths paths, KeyFileNames names) {
        this.pins = pins;
        this.paths = paths;
        this.names = names;
        this.ownership = new SlotOwnership(pins, paths);
    }

    /** The ownership of the slots. */
    SlotOwnership ownership() {
        return ownership;
    }

    /**
     * Pins the map that a change is about to displace. The caller owns the slots: the owner would take the pin for one that an ended
     * process left.
     */
    void pin(SlotChange change, OpenInnerMap outgoing) {
        Path pin = paths.draining(names.name(change.slot().bytes()), outgoing.id());
        if (!ownership.claim(pin)) {
            return;
        }
        change.setDrainingPin(pin);
        pins.remove(pin); // a pin that a process left when it ended before the kernel made the same change
        unremoved.remove(outgoing.id(), pin);
        removeOld(outgoing);
        pins.pin(outgoing.map().raw(), pin, PinPermissions.forWriters(paths.options()));
        change.setTakenOut(pins.setTime(pin));
    }

    private void removeOld(OpenInnerMap outgoing) {
        Path old = unremoved.get(outgoing.id());
        if (old == null) {
            return;
        }
        if (!ownership.claim(old)) {
            throw new BpfException(
                    "displacement of inner map " + Integer.toUnsignedString(outgoing.id()),
                    "recoverUndrained() of another thread looks at its pin " + old
                            + ", which could not be removed when the map was put into a slot; try again");
        }
        try {
            pins.remove(old);
            unremoved.remove(outgoing.id());
        } finally {
            ownership.release(old);
        }
    }

    /** Keeps the pin until the handle of the displaced map is closed or handed over. Called after the kernel has made the change. */
    void keep(SlotChange change) {
        Path pin = change.drainingPin();
        LeasedMap displaced = change.displaced();
        if (pin != null && displaced != null) {
            keep(pin, displaced);
        } else if (pin != null) {
            ownership.release(pin); // the map could not be handed out, so recoverUndrained() must find it
        }
    }

    private void keep(Path pin, LeasedMap displaced) {
        int id = displaced.id();
        displaced.onRelease(() -> remove(pin, id));
        Runnable release = () -> ownership.release(pin); // must not refer to the handle
        displaced.onLeave(release);
        displaced.onLeak(release, ", and stays pinned, so that recoverUndrained() returns it");
    }

    /** Removes the pin. Called after the kernel has rejected the change. */
    void discard(SlotChange change) {
        Path pin = change.drainingPin();
        OpenInnerMap outgoing = change.outgoing();
        if (pin != null && outgoing != null) {
            remove(pin, outgoing.id());
        }
    }

    /** Removes a claimed pin. If it can't be removed, recoverUndrained() finds it. */
    private void remove(Path pin, int mapId) {
        try {
            pins.remove(pin);
        } catch (Throwable e) { // even after an Error, the pin is still there
            unremoved.put(mapId, pin);
            throw e;
        } finally {
            ownership.release(pin);
        }
    }

    /**
     * Hands out the maps that ended processes displaced and did not drain. Removes the pins of maps that are still in a slot. If
     * one map can't be handed out, all of them stay pinned. Ignores {@link ForeignFiles}. The caller owns the slots.
     *
     * @param inner the shape that inner maps are declared with; the maps get its name
     * @param idsInSlots reads the ids of the maps that are in a slot of the outer map
     * @param receiver converts each map to the caller's result
     */
    <T> List<T> take(
            MapShape inner, KeyLocks locks, Supplier<Set<Integer>> idsInSlots, Function<UndrainedMap, T> receiver) {
        Map<Path, SlotKey> found = find(pin -> !ownership.isClaimed(pin));
        // While the keys are locked, no thread displaces a map that one of these pins stands for.
        return locks.holding(Set.copyOf(found.values()), () -> {
            List<UndrainedMap> opened = new ArrayList<>();
            try (Undo undo =
                    new Undo(() -> new Cleanup().each(opened, this::leave).rethrow())) {
                found.forEach((pin, slot) -> open(pin, slot, inner, opened));
                return undo.commit(handOut(opened, idsInSlots.get(), receiver));
            }
        });
    }

    private void open(Path pin, SlotKey slot, MapShape inner, List<UndrainedMap> opened) {
        if (!ownership.claim(pin)) {
            return; // another thread recovered it after the pins were listed
        }
        try (Undo undo = new Undo(() -> ownership.release(pin))) {
            RawMap map = openIfOurs(pin, inner);
            if (map != null) {
                undo.add(map::close);
                opened.add(new UndrainedMap(
                        slot.bytes(), idOf(pin), new LeasedMap(inner.name(), map), pin, pins.time(pin)));
                undo.commit();
            }
        }
    }

    /** Closes a map that is not handed out, which stays pinned. */
    private void leave(UndrainedMap undrained) {
        ownership.release(undrained.pin());
        undrained.map().close();
    }

    /** Opens a pin. Null if its owner removed it after the pins were listed, or if it is a foreign file. */
    private @Nullable RawMap openIfOurs(Path pin, MapShape inner) {
        RawMap map = ForeignFiles.openUnlessForeign(pins, pin);
        Optional<String> difference = map == null ? Optional.empty() : ShapeComparison.difference(inner, map.shape());
        if (map == null || difference.isEmpty()) {
            return map;
        }
        map.close();
        ForeignFiles.report(pin, "it differs from the inner maps: it has " + difference.get());
        return null;
    }

    /**
     * Returns the pins of maps that ended processes displaced and did not drain. Removes the pins of maps that are in a slot: their
     * process ended before it displaced them, or after it put them into a slot again.
     */
    List<Path> undrained(Set<Integer> idsInSlots) {
        List<Path> undrained = new ArrayList<>();
        for (Path pin : find(any -> true).keySet()) {
            RawMap map = ForeignFiles.openUnlessForeign(pins, pin);
            if (map != null) {
                int id = map.id();
                map.close();
                if (idsInSlots.contains(id)) {
                    pins.remove(pin);
                } else {
                    undrained.add(pin);
                }
            }
        }
        return undrained;
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
                ForeignFiles.report(pin, "the name is not a key and an id, such as 42-17");
            } else if (condition.test(pin)) {
                found.put(pin, slot);
            }
        }
        return found;
    }

    private <T> List<T> handOut(
            List<UndrainedMap> opened, Set<Integer> idsInSlots, Function<UndrainedMap, T> receiver) {
        List<T> received = new ArrayList<>();
        for (UndrainedMap undrained : List.copyOf(opened)) {
            if (idsInSlots.contains(undrained.map().id())) {
                opened.remove(undrained);
                undrained.map().close();
                remove(undrained.pin(), undrained.map().id());
            } else {
                received.add(receiver.apply(undrained));
            }
        }
        opened.forEach(undrained -> keep(undrained.pin(), undrained.map()));
        return received;
    }

    /** Returns the id in a file name {@code <key>-<id>}; 0 if it has none. */
    private static int idOf(Path pin) {
        String file = String.valueOf(pin.getFileName());
        try {
            return Integer.parseUnsignedInt(file.substring(file.lastIndexOf('-') + 1));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Returns the slot whose key is in a file name {@code <key>-<id>}; null if the file has another name. */
    private @Nullable SlotKey slotOf(Path pin) {
        String file = String.valueOf(pin.getFileName());
        int hyphen = file.lastIndexOf('-');
        String key = hyphen < 0 ? "" : file.substring(0, hyphen);
        return names.key(key).map(bytes -> new SlotKey(key, bytes)).orElse(null);
    }
}
