/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import dev.nestmap.runtime.BpfException;
import dev.nestmap.runtime.internal.EntryCopy.Copied;
import dev.nestmap.schema.MapDef;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes an outer map as it is declared and, for each inner map of before, one with the same entries in it. */
final class NestCopy {
    /** How many inner maps are open at once, and are put into the new outer map in one grace period. */
    private static final int AT_ONCE = 256;

    private final PinnedMaps after;
    private final MapDef map;
    private final MapDef inner;
    private final EntryCopy copy;
    private final MapFactory factory;
    private final Pins pins;

    /** An inner map of before, and where it is: it may be at several keys. */
    record Occupant(int id, List<Slot> slots) {}

    NestCopy(PinnedMaps after, MapDef map, EntryCopy copy, Pins pins) {
        this.after = after;
        this.map = map;
        this.inner = after.schema().innerOf(map);
        this.copy = copy;
        this.factory = after.factory();
        this.pins = pins;
    }

    /** What is in an outer map. */
    static List<Occupant> occupants(RawMap outer, KeyNames names) {
        Map<Integer, Occupant> byId = new HashMap<>();
        int size = outer.shape().keySize();
        for (BatchScan scan = new BatchScan(outer); scan.next(); ) {
            ByteBuffer keys = scan.batch().keys().bytes();
            for (int i = 0; i < scan.batch().count(); i++) {
                byte[] key = new byte[size];
                keys.get(i * size, key);
                int id = scan.batch().values().bytes().getInt(i * Integer.BYTES);
                byId.computeIfAbsent(id, any -> new Occupant(id, new ArrayList<>()))
                        .slots()
                        .add(new Slot(names.name(key), key));
            }
        }
        return List.copyOf(byId.values());
    }

    /**
     * Pins all of it, the outer map last: where that is, all is.
     *
     * @param occupants what is in the outer map of before
     * @param beside what is pinned beside that
     * @param to where to pin the new one
     */
    Copied run(List<Occupant> occupants, OuterPins beside, PinPlace to, boolean pinsInners) {
        RawMap prototype = after.prototype(map);
        try {
            RawMap outer = factory.create(MapShape.of(map), prototype);
            try {
                Copied copied = Copied.NOTHING;
                for (int from = 0; from < occupants.size(); from += AT_ONCE) {
                    List<Occupant> some = occupants.subList(from, Math.min(occupants.size(), from + AT_ONCE));
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
            List<Occupant> occupants, OuterPins beside, RawMap outer, PinPlace place, boolean pinsInners) {
        Copied copied = Copied.NOTHING;
        List<RawMap> made = new ArrayList<>();
        try {
            for (Occupant occupant : occupants) {
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

    private RawMap open(Occupant occupant, OuterPins beside) {
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

    private void publish(List<Occupant> occupants, List<RawMap> made, RawMap outer, PinPlace to, boolean pinsInners) {
        List<Slot> slots = new ArrayList<>();
        List<RawMap> inners = new ArrayList<>();
        for (int i = 0; i < made.size(); i++) {
            for (Slot slot : occupants.get(i).slots()) {
                slots.add(slot);
                inners.add(made.get(i));
                if (pinsInners) {
                    pins.pin(made.get(i), to.inner(String.valueOf(slot.key())), to.options());
                }
            }
        }
        KeyBatch batch = new KeyBatch(outer.shape().keySize(), slots);
        int result = outer.updateInners(batch, inners);
        for (int next = batch.done(); result != 0 && next < slots.size(); next++) {
            put(outer, slots.get(next), inners.get(next)); // singly, as array outers need it and a refusal says why
        }
    }

    private static void put(RawMap outer, Slot slot, RawMap inner) {
        Block key = Block.allocate(outer.shape().keySize());
        slot.writeTo(key, 0);
        int result = outer.updateInner(key, 0, inner, 0);
        if (result != 0) {
            throw MapOperation.UPDATE.failed(outer.shape(), slot.key(), result);
        }
    }
}
