/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.KeyBatch;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.migrate.EntryCopy.Copied;
import dev.nestmap.runtime.internal.pin.InnerMapSlots;
import dev.nestmap.runtime.internal.pin.OuterMapPins;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.internal.pin.PinnedMaps;
import dev.nestmap.schema.MapDef;
import java.util.ArrayList;
import java.util.List;

/** Makes an outer map as it is declared and, for each inner map of before, one with the same entries in it. */
public final class OuterMapCopy {
    /** How many inner maps are open at once, and are put into the new outer map in one grace period. */
    private static final int AT_ONCE = 256;

    private final PinnedMaps after;
    private final MapDef map;
    private final MapDef inner;
    private final EntryCopy copy;
    private final MapFactory factory;
    private final Pins pins;

    OuterMapCopy(PinnedMaps after, MapDef map, EntryCopy copy, Pins pins) {
        this.after = after;
        this.map = map;
        this.inner = after.schema().innerOf(map);
        this.copy = copy;
        this.factory = after.factory();
        this.pins = pins;
    }

    /**
     * Pins all of it, the outer map last: where that is, all is.
     *
     * @param occupants what is in the outer map of before
     * @param beside what is pinned beside that
     * @param to where to pin the new one
     */
    Copied run(List<InnerMapSlots> occupants, OuterMapPins beside, PinPaths to, boolean pinsInners) {
        RawMap prototype = after.prototype(map);
        try {
            RawMap outer = factory.create(MapShape.of(map), prototype);
            try {
                Copied copied = Copied.NOTHING;
                for (int from = 0; from < occupants.size(); from += AT_ONCE) {
                    List<InnerMapSlots> some = occupants.subList(from, Math.min(occupants.size(), from + AT_ONCE));
                    copied = copied.plus(inners(some, beside, outer, to, pinsInners));
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

    private Copied inners(
            List<InnerMapSlots> occupants, OuterMapPins beside, RawMap outer, PinPaths place, boolean pinsInners) {
        Copied copied = Copied.NOTHING;
        List<RawMap> made = new ArrayList<>();
        try {
            for (InnerMapSlots occupant : occupants) {
                RawMap from = open(occupant, beside);
                try {
                    RawMap to = factory.of(inner).create(copy.shape(from.shape()), null);
                    made.add(to);
                    copied = copied.plus(copy.copy(from, to));
                } finally {
                    from.close();
                }
            }
            publish(occupants, made, outer, place, pinsInners);
            return copied;
        } finally {
            made.forEach(RawMap::close);
        }
    }

    private RawMap open(InnerMapSlots occupant, OuterMapPins beside) {
        RawMap pinned = beside.open(occupant.slots().get(0), occupant.id());
        RawMap from = pinned != null ? pinned : factory.open(occupant.id());
        if (from == null) {
            throw new BpfException(
                    "migration of map " + map.name(),
                    "inner map " + Integer.toUnsignedString(occupant.id()) + " at "
                            + occupant.slots().get(0)
                            + " was replaced meanwhile; end what changes the outer map first");
        }
        return from;
    }

    private void publish(
            List<InnerMapSlots> occupants, List<RawMap> made, RawMap outer, PinPaths to, boolean pinsInners) {
        List<SlotKey> slots = new ArrayList<>();
        List<RawMap> inners = new ArrayList<>();
        for (int i = 0; i < made.size(); i++) {
            for (SlotKey slot : occupants.get(i).slots()) {
                slots.add(slot);
                inners.add(made.get(i));
                if (pinsInners) {
                    pins.pin(made.get(i), to.inner(String.valueOf(slot.key())), to.options());
                }
            }
        }
        KeyBatch batch = new KeyBatch(outer.shape().keySize(), slots);
        int result = outer.slots().updateBatch(batch, inners);
        for (int next = batch.done(); result != 0 && next < slots.size(); next++) {
            put(outer, slots.get(next), inners.get(next)); // singly, as array outers need it and a refusal says why
        }
    }

    private static void put(RawMap outer, SlotKey slot, RawMap inner) {
        Block key = Block.allocate(outer.shape().keySize());
        slot.writeTo(key, 0);
        int result = outer.slots().update(key, 0, inner, 0);
        if (result != 0) {
            throw MapOperation.UPDATE.failed(outer.shape(), slot.key(), result);
        }
    }
}
