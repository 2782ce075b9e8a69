/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.outer.KeyLocks;
import dev.nestmap.runtime.pin.PinAccess;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Repairs the pins of inner maps after a process ended during a change. Afterwards the pin of each key is the inner map in its slot.
 */
final class PinRepair {
    private final Pins pins;
    private final PinPaths paths;
    private final KeyFileNames names;
    private final ChangeLock changeLock;

    PinRepair(Pins pins, PinPaths paths, KeyFileNames names, ChangeLock changeLock) {
        this.pins = pins;
        this.paths = paths;
        this.names = names;
        this.changeLock = changeLock;
    }

    /**
     * Completes or undoes a change of one key that a process left unfinished. The caller holds the lock of the key.
     *
     * @param id the id of the inner map that is in the slot; 0 if the slot is empty
     */
    void finishChange(String name, int id) {
        RawMap next = pins.open(paths.next(name), PinAccess.READ_WRITE);
        if (next == null) {
            return;
        }
        int nextId = next.id();
        next.close();
        if (nextId == id) {
            pins.move(paths.next(name), paths.inner(name));
        } else {
            pins.remove(paths.next(name));
        }
    }

    /**
     * Removes pins of inner maps that are not in their slot, and finishes changes. Ignores {@link ForeignFiles}.
     *
     * @param current returns the id of the inner map that is in a slot now; called with the key locked
     */
    void removeStale(KeyLocks locks, ToIntFunction<SlotKey> current) {
        for (Path path : pins.list(paths.inners())) {
            String name = PinPaths.keyOfInner(String.valueOf(path.getFileName()));
            names.key(name)
                    .map(key -> new SlotKey(name, key))
                    .ifPresent(slot -> repair(slot, path, locks, () -> removeIfStale(name, current.applyAsInt(slot))));
        }
    }

    private boolean removeIfStale(String name, int id) {
        finishChange(name, id);
        RawMap pinned = open(paths.inner(name), id); // no map has the id 0
        if (pinned == null) {
            pins.remove(paths.inner(name));
            return true;
        }
        pinned.close();
        return false;
    }

    /** Pins inner maps that have no pin, except those that this process may not open. */
    void pinMissing(RawMap outer, MapFactory factory, KeyLocks locks, ToIntFunction<SlotKey> current) {
        InnerMapSamples samples = new InnerMapSamples(factory, pins);
        for (InnerMapSlots inner : InnerMapSlots.of(outer, names)) {
            for (SlotKey slot : inner.slots()) {
                Path path = paths.inner(names.name(slot.bytes()));
                repair(slot, path, locks, () -> pinIfMissing(path, current.applyAsInt(slot), samples));
            }
        }
    }

    private void repair(SlotKey slot, Path path, KeyLocks locks, Supplier<Boolean> step) {
        locks.holding(List.of(slot), () -> changeLock.holding(() -> ForeignFiles.unlessForeign(path, step)));
    }

    private boolean pinIfMissing(Path path, int id, InnerMapSamples samples) {
        if (id == 0) {
            return false;
        }
        RawMap pinned = open(path, id);
        if (pinned != null) {
            pinned.close();
            return false;
        }
        RawMap inner = samples.openIfAllowed(id);
        if (inner == null) {
            return false;
        }
        try {
            pins.pin(inner, path, paths.options());
            return true;
        } finally {
            inner.close();
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
