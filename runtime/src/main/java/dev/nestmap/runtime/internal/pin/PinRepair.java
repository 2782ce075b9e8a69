/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.KeyLocks;
import dev.nestmap.runtime.internal.pin.NestPins.Inner;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Repairs the pins of inner maps after a process ended during a change. Afterwards, the pin of each key refers to the inner map in its
 * slot. {@link ForeignPins} stay where they are.
 */
final class PinRepair {
    private final Pins pins;
    private final PinPaths paths;
    private final KeyFileNames names;

    PinRepair(ClaimedPin claimed, KeyFileNames names) {
        this.pins = claimed.pins();
        this.paths = claimed.paths();
        this.names = names;
    }

    /**
     * Completes or undoes a change of one key that a process left unfinished. The caller holds the lock of the key.
     *
     * <p>A process of root may have been killed after it had pinned the map, and before it gave the pin to this user ({@link
     * PinOptions#withOwner}). It had not changed the slot then. This user can't open the pin, but may remove it from its own directory; a map
     * that is in the slot stays there, and gets another pin.
     *
     * @param id the id of the inner map that is in the slot; 0 if the slot is empty
     */
    private void finishChange(String name, int id) {
        try (RawMap next = pins.open(paths.next(name), MapAccess.READ_WRITE)) {
            if (next != null && next.id() == id) {
                pins.move(paths.next(name), paths.inner(name));
            } else if (next != null) {
                pins.remove(paths.next(name));
            }
        } catch (BpfException e) {
            if (e.errno() != Errno.EACCES || !pins.exists(paths.next(name))) {
                throw e;
            }
            pins.remove(paths.next(name));
        }
    }

    /**
     * Removes pins of inner maps that are not in their slot, and finishes changes. Ignores the files of others.
     *
     * @param current returns the id of the inner map that is in a slot now
     * @param idsInSlots returns the ids of the maps in all slots
     */
    void removeStale(KeyLocks locks, ToIntFunction<SlotKey> current, Supplier<Set<Integer>> idsInSlots) {
        Map<String, SlotKey> suspects = new TreeMap<>();
        for (Path path : pins.list(paths.inners())) {
            String name = PinPaths.keyOfInner(String.valueOf(path.getFileName()));
            SlotKey slot = names.key(name).map(key -> new SlotKey(name, key)).orElse(null);
            if (slot != null && isStale(path, name, current.applyAsInt(slot))) {
                suspects.put(name, slot);
            }
        }
        if (!suspects.isEmpty()) {
            List<SlotKey> slots = List.copyOf(suspects.values());
            locked(locks, slots, () -> removeStale(slots, current, idsInSlots, true));
        }
    }

    /** Whether a pin refers to another map than the one in its slot, or is the next pin of an unfinished change. */
    private boolean isStale(Path path, String name, int id) {
        if (!path.equals(paths.inner(name))) {
            return true;
        }
        try (RawMap pinned = ForeignPins.openUnlessForeign(pins, path)) {
            return pinned != null && pinned.id() != id;
        }
    }

    /**
     * Does the same for some keys, whose locks the caller holds.
     *
     * @param ignoresForeign whether to ignore the files of others, rather than to throw
     */
    void removeStale(
            List<SlotKey> slots,
            ToIntFunction<SlotKey> current,
            Supplier<Set<Integer>> idsInSlots,
            boolean ignoresForeign) {
        Map<String, Integer> stale = new TreeMap<>();
        for (SlotKey slot : slots) {
            String name = names.name(slot.bytes());
            change(ignoresForeign, paths.inner(name), () -> {
                int id = staleId(name, current.applyAsInt(slot));
                if (id != 0) {
                    stale.put(name, id);
                }
            });
        }
        Set<Integer> known = stale.isEmpty() ? Set.of() : displaced();
        if (!known.containsAll(stale.values())) {
            // The slots are read after the first search: a thread that puts a displaced map into a slot removes its pin
            // after that. They are read before the second search: a map that leaves its last slot has its pin before
            // that.
            known.addAll(idsInSlots.get());
            known.addAll(displaced());
        }
        stale.forEach((name, id) -> change(ignoresForeign, paths.inner(name), () -> {
            if (known.add(id)) { // several slots may have had the map
                keep(name);
            }
            pins.remove(paths.inner(name));
        }));
    }

    /** The ids of the maps that are pinned as displaced ones, of any key: a map may have been in several slots. */
    private Set<Integer> displaced() {
        return pins.list(paths.draining()).stream().map(PinPaths::idOf).collect(Collectors.toCollection(HashSet::new));
    }

    /**
     * Finishes a change of a key.
     *
     * @param id the id of the inner map that is in the slot; 0 if the slot is empty
     * @return the id of the map that is pinned for the key; 0 if it is in the slot, or if there is none
     */
    private int staleId(String name, int id) {
        finishChange(name, id);
        try (RawMap pinned = ForeignPins.openUnlessForeign(pins, paths.inner(name))) {
            return pinned == null || pinned.id() == id ? 0 : pinned.id();
        }
    }

    /** Keeps a map that another program has taken out of its slot, as a displaced map. */
    private void keep(String name) {
        try (RawMap map = pins.open(paths.inner(name), MapAccess.READ_WRITE)) {
            if (map != null) {
                Path kept = DrainingPins.pinUnchecked(pins, paths, name, map);
                WarningLog.RUNTIME.warn(
                        "replaced inner maps of " + paths.outer(),
                        "the inner map of key " + name + " in " + paths.outer()
                                + " was replaced or removed without Nestmap. It waits in its pin " + kept
                                + ", and a drain passes it with the doubt UNCHECKED",
                        null);
            }
        }
    }

    /**
     * Pins inner maps that have no pin, except those that this process may not open.
     *
     * @param inners the inner maps of the outer map
     */
    void pinMissing(List<Inner> inners, MapFactory factory, KeyLocks locks, ToIntFunction<SlotKey> current) {
        InnerMapSampleFinder samples = new InnerMapSampleFinder(factory, pins);
        for (Inner inner : inners) {
            for (SlotKey slot : inner.slots()) {
                Path path = paths.inner(names.name(slot.bytes()));
                locked(
                        locks,
                        List.of(slot),
                        () -> change(true, path, () -> pinIfMissing(path, current.applyAsInt(slot), samples)));
            }
        }
    }

    private void pinIfMissing(Path path, int id, InnerMapSampleFinder samples) {
        if (id == 0) {
            return;
        }
        try (RawMap pinned = open(path, id);
                RawMap inner = pinned == null ? samples.openIfAllowed(id) : null) {
            if (inner != null) {
                pins.pin(inner, path, paths.options());
            }
        }
    }

    /** Excludes other threads that change these keys. */
    private static void locked(KeyLocks locks, List<SlotKey> slots, Runnable action) {
        locks.holding(slots, () -> {
            action.run();
            return true;
        });
    }

    /** Changes a pin. If the file is foreign, this is reported, or thrown. */
    private static void change(boolean ignoresForeign, Path pin, Runnable action) {
        try {
            action.run();
        } catch (BpfException e) {
            if (!ignoresForeign) {
                throw e;
            }
            ForeignPins.reportIfForeign(pin, e);
        }
    }

    /** Opens a pin; null if nothing, or a map with another id, is pinned there. */
    @Nullable
    RawMap open(Path path, int id) {
        RawMap map = pins.open(path, paths.access());
        if (map != null && map.id() != id) {
            map.close();
            return null;
        }
        return map;
    }
}
