/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.observe.RunningOperation;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.observe.Operation;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** Finds the maps of a pinned outer map that earlier processes displaced, and repairs pins that these processes left in an intermediate state. */
final class EarlierMapFinder {
    private final OpenMap outer;
    private final MapShape inner;
    private final MapFactory factory;
    private final SlotChangePinner pins;
    private final DisplacedMaps displaced;
    private final KeyLocks locks;
    private final ToIntFunction<SlotKey> idOf;
    private final Supplier<Set<Integer>> idsInSlots;
    private volatile boolean isRepaired;

    /**
     * @param inner the shape of inner maps as the records declare it
     * @param displaced receives the maps
     * @param idOf returns the id of the map in a slot; 0 if the slot is empty
     * @param idsInSlots returns the ids of the maps in all slots
     */
    EarlierMapFinder(
            OpenMap outer,
            MapShape inner,
            MapFactory factory,
            SlotChangePinner pins,
            DisplacedMaps displaced,
            KeyLocks locks,
            ToIntFunction<SlotKey> idOf,
            Supplier<Set<Integer>> idsInSlots) {
        this.outer = outer;
        this.inner = inner;
        this.factory = factory;
        this.pins = pins;
        this.displaced = displaced;
        this.locks = locks;
        this.idOf = idOf;
        this.idsInSlots = idsInSlots;
    }

    /** See {@link Nest#findEarlier}. */
    void find(boolean again) {
        if (pins.isReadOnly() || (!again && isRepaired && displaced.isListed())) {
            return;
        }
        RunningOperation.of(Operation.Kind.RECOVER, name(), observation -> {
            if (!pins.acquireOwnership(outer)) {
                throw BpfException.of("search for displaced maps")
                        .map(name())
                        .errno(Errno.EAGAIN.number())
                        .because(pins.owner())
                        .build();
            }
            pins.requireOwnPin(outer); // this object owns the slots, so no migration starts after this check
            Map<FormerSlot, SlotKey> found = list();
            repair();
            observation.result(found.size(), 0);
            return found;
        });
    }

    /** If it fails, for example because a directory has the name of a pin, the displaced maps can still be drained. */
    private void repair() {
        try {
            pins.repair(outer, factory, locks, idOf, idsInSlots);
            isRepaired = true;
        } catch (BpfException e) {
            isRepaired = false;
            WarningLog.RUNTIME.warn(
                    "pins of " + name(),
                    "pins of inner maps of " + name() + " can't be repaired; the next drain tries again: "
                            + e.getMessage(),
                    e);
        }
    }

    private Map<FormerSlot, SlotKey> list() {
        return displaced.searching(() -> {
            long doubts = displaced.doubts();
            Map<FormerSlot, SlotKey> found = pins.list(name(), inner, locks, idsInSlots);
            displaced.list(found, doubts);
            return found;
        });
    }

    /** Before the first change of slots, counts the maps that wait. Another owner of the slots is reported by the change itself. */
    void listIfOwner() {
        if (!pins.isReadOnly() && !displaced.isListed() && !locks.isHeldByCaller() && pins.acquireOwnership(outer)) {
            list();
        }
    }

    private String name() {
        return outer.shape().name();
    }
}
