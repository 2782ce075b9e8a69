/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.migrate.EntryCopy.Copied;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.internal.pin.PinnedMaps;
import dev.nestmap.runtime.internal.pin.PinnedNest;
import dev.nestmap.runtime.internal.pin.PinnedNest.Inner;
import dev.nestmap.runtime.internal.pin.Prototypes;
import dev.nestmap.schema.MapDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Creates the new version of an outer map and, for each old inner map, a new one: with the same entries, or empty if the old one is
 * retired.
 */
final class OuterMapCopy {
    /** The number of inner maps that are open at the same time. They are put into the new outer map as one batch. */
    private static final int BATCH = 256;

    private final PinnedMaps newMaps;
    private final MapDef map;
    private final MapDef inner;
    private final EntryCopy copy;
    private final MapFactory factory;
    private final Pins pins;

    /** Where the old inner maps are pinned to be drained; null to copy their entries. */
    private final @Nullable Retirement retirement;

    /** Keeps an old inner map to be drained, instead of copying its entries. */
    interface Retirement {
        /** Prepares the pin of an old inner map. */
        void prepare(SlotKey slot, RawMap map);
    }

    OuterMapCopy(PinnedMaps newMaps, MapDef map, EntryCopy copy, Pins pins, @Nullable Retirement retirement) {
        this.retirement = retirement;
        this.newMaps = newMaps;
        this.map = map;
        this.inner = newMaps.schema().innerOf(map);
        this.copy = copy;
        this.factory = newMaps.factory();
        this.pins = pins;
    }

    /** How the entries are copied. */
    EntryCopy entries() {
        return copy;
    }

    /**
     * Creates, fills and pins the new maps; the outer map last, so that its pin means that all others exist.
     *
     * @param oldInners the inner maps of the old outer map
     * @param oldPins the pins beside the old outer map
     * @param to where the new maps are pinned
     * @param pinsInners whether the new inner maps are pinned
     */
    Copied run(List<Inner> oldInners, PinnedNest oldPins, PinPaths to, boolean pinsInners) {
        RawMap prototype = Prototypes.of(newMaps).createToPin(map);
        try {
            RawMap outer = factory.create(MapShape.of(map), prototype);
            try {
                Copied copied = Copied.NOTHING;
                for (int from = 0; from < oldInners.size(); from += BATCH) {
                    List<Inner> batch = oldInners.subList(from, Math.min(oldInners.size(), from + BATCH));
                    copied = copied.plus(copyInners(batch, oldPins, outer, to, pinsInners));
                }
                pins.pin(prototype, to.prototype(), to.options());
                pins.pin(outer, to.outer(), to.options());
                return copied;
            } finally {
                outer.close();
            }
        } finally {
            prototype.close();
        }
    }

    private Copied copyInners(
            List<Inner> oldInners, PinnedNest oldPins, RawMap outer, PinPaths to, boolean pinsInners) {
        Copied copied = Copied.NOTHING;
        List<RawMap> created = new ArrayList<>();
        try {
            for (Inner oldInner : oldInners) {
                RawMap from = open(oldInner, oldPins);
                try {
                    RawMap newInner = factory.of(inner).create(copy.shapeFor(from.shape()), null);
                    created.add(newInner);
                    if (retirement == null) {
                        copied = copied.plus(copy.copy(from, newInner));
                    } else {
                        retirement.prepare(oldInner.slots().get(0), from);
                        copied = copied.plus(new Copied(1, 0, 0));
                    }
                } finally {
                    from.close();
                }
            }
            publish(oldInners, created, outer, to, pinsInners);
            return copied;
        } finally {
            created.forEach(RawMap::close);
        }
    }

    /** Opens an old inner map. The caller closes it. */
    RawMap open(Inner oldInner, PinnedNest oldPins) {
        SlotKey slot = oldInner.slots().get(0);
        RawMap pinned = oldPins.open(slot, oldInner.id());
        RawMap opened = pinned != null ? pinned : factory.open(oldInner.id());
        if (opened == null) {
            throw new BpfException(
                    "migration of map " + map.name(),
                    "inner map " + Integer.toUnsignedString(oldInner.id()) + " at " + slot
                            + " was replaced during the migration; end the processes that change the outer map, then migrate again");
        }
        return opened;
    }

    /** Puts the new inner maps into the slots of the old ones. */
    private void publish(List<Inner> oldInners, List<RawMap> created, RawMap outer, PinPaths to, boolean pinsInners) {
        List<SlotKey> slots = new ArrayList<>();
        List<RawMap> inners = new ArrayList<>();
        for (int i = 0; i < created.size(); i++) {
            for (SlotKey slot : oldInners.get(i).slots()) {
                slots.add(slot);
                inners.add(created.get(i));
                if (pinsInners) {
                    pins.pin(created.get(i), to.inner(String.valueOf(slot.key())), to.options());
                }
            }
        }
        Batch batch = new Batch(outer.shape().keySize(), slots);
        int result = outer.updateBatch(batch, inners);
        // One by one, because some kernels have no batches for arrays
        // of maps, and because each failure then has its own errno.
        for (int next = batch.done(); result != 0 && next < slots.size(); next++) {
            put(outer, slots.get(next), inners.get(next));
        }
    }

    private static void put(RawMap outer, SlotKey slot, RawMap inner) {
        Block key = Block.allocate(outer.shape().keySize());
        slot.writeTo(key, 0);
        int result = outer.update(key, 0, inner, 0);
        if (result != 0) {
            throw MapOperation.UPDATE.failed(outer.shape(), slot.key(), result);
        }
    }
}
