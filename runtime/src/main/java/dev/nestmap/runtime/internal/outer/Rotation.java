/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Rotates and takes inner maps: takes them out of their slots and hands them out to the caller. Also finds those that processes left behind
 * when they ended.
 */
final class Rotation {
    private final OpenMap outer;
    private final InnerMapFactory maps;
    private final InnerMaps entries;
    private final Holdings holdings;
    private final SlotLocks locks;
    private final ExactnessCheck exactness;
    private final @Nullable SlotPins pins;

    Rotation(
            OpenMap outer,
            InnerMapFactory maps,
            InnerMaps entries,
            Holdings holdings,
            SlotLocks locks,
            ExactnessCheck exactness,
            @Nullable SlotPins pins) {
        this.outer = outer;
        this.maps = maps;
        this.entries = entries;
        this.holdings = holdings;
        this.locks = locks;
        this.exactness = exactness;
        this.pins = pins;
    }

    /** See {@link OuterMapState#rotate}. */
    List<SlotChange> rotate(List<SlotKey> slots, boolean exact, SlotChanges changes) {
        changes.beforeLocks();
        return locks.holding(slots, () -> {
            changes.locked();
            begin("rotation", slots, RawMap.EXIST, exact, changes);
            for (SlotChange change : changes.list()) {
                InnerMap outgoing = change.outgoing();
                if (outgoing != null) {
                    OpenMap empty = maps.createLike(outgoing.map().raw());
                    change.withIncoming(IncomingMap.ofNewHandle(holdings, empty));
                }
            }
            return changes.publish(true, "was rotated");
        });
    }

    /** See {@link OuterMapState#take}. */
    List<SlotChange> take(List<SlotKey> slots, boolean exact, SlotChanges changes) {
        changes.beforeLocks();
        return locks.holding(slots, () -> {
            changes.locked();
            begin("take", slots, RawMap.ANY, exact, changes);
            return changes.publish(true, "was taken out of " + name());
        });
    }

    /** Adds a change for each slot whose inner map is to be handed out. */
    private void begin(String operation, List<SlotKey> slots, long condition, boolean exact, SlotChanges changes) {
        if (slots.isEmpty()) {
            return;
        }
        SlotKey first = slots.get(0);
        if (exact) {
            exactness.requireNoSleepablePrograms(operation, first);
        }
        if (pins != null && pins.isReadOnly()) {
            throw MapOperation.UPDATE.failed(outer.shape(), first.key(), ErrnoNumbers.EPERM);
        }
        if (exact) {
            exactness.requireOwnership(operation, first);
        }
        ToIntFunction<SlotKey> ids = entries.idsOf(slots);
        for (SlotKey slot : slots) {
            InnerMap outgoing = entries.beginRemoval(slot, ids.applyAsInt(slot));
            changes.add(
                    outgoing == null
                            ? SlotChange.rejected(slot, -ErrnoNumbers.ENOENT)
                            : new SlotChange(slot, condition).withOutgoing(outgoing));
        }
        if (exact) {
            exactness.requireSingleSlots(operation, changes.list());
        }
    }

    /** See {@link OuterMapState#recoverUndrained}. */
    <T> List<T> recoverUndrained(MapFactory factory, Function<UndrainedMap, T> receiver) {
        SlotPins slotPins = pins;
        if (slotPins == null || slotPins.isReadOnly()) {
            return List.of();
        }
        if (!slotPins.acquireOwnership(outer)) {
            throw BpfException.of("search for undrained maps")
                    .map(name())
                    .because(ExactnessCheck.OTHER_OWNER
                            + ". It may still drain the maps that are pinned: recover them in the owner, or after that")
                    .build();
        }
        slotPins.repair(outer, factory, locks.keys(), entries::idOf);
        return slotPins.takeUndrained(maps.declared(), locks.keys(), entries::ids, undrained -> {
            undrained.map().takenOutOf(undrained.origin(name()));
            return receiver.apply(undrained);
        });
    }

    private String name() {
        return outer.shape().name();
    }
}
