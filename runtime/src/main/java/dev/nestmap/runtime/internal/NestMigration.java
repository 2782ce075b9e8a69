/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import dev.nestmap.runtime.BpfException;
import dev.nestmap.runtime.Migrated;
import dev.nestmap.runtime.PinAccess;
import dev.nestmap.schema.CType;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Schema;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The migration of a pinned outer map with its inner maps and what is pinned beside it.
 *
 * <p>When all is prepared, a barrier takes the place of the prototype, by which every version refuses to open the outer map.
 * Then the outer map, the pins of the inner maps and last the new prototype are moved into their places. A process that ends
 * before the outer map was moved leaves that of before, which is migrated from the beginning; one that ends later leaves moves
 * that {@link #complete} makes.
 */
final class NestMigration {
    private static final int BATCH = 4096;

    private final Schema schema;
    private final MapDef map;
    private final MapDef old;
    private final EntryCopy copy;
    private final MapFactory factory;
    private final Pins pins;
    private final PinPlace place;
    private final PinPlace prepared;

    NestMigration(
            Schema schema, MapDef map, MapDef old, EntryCopy copy, MapFactory factory, Pins pins, PinPlace place) {
        this.schema = schema;
        this.map = map;
        this.old = old;
        this.copy = copy;
        this.factory = factory;
        this.pins = pins;
        this.place = place;
        this.prepared = place.prepared();
    }

    /** Whether the outer map is refused by every version. */
    boolean isBarred() {
        RawMap prototype = pins.open(place.prototype(), PinAccess.READ_ONLY);
        if (prototype == null) {
            return false;
        }
        try {
            return prototype.shape().name().equals(Fingerprint.NONE);
        } finally {
            prototype.close();
        }
    }

    /** Whether a migration ended between the move of the outer map and the last one. */
    boolean isPublished() {
        return isBarred() && !Files.exists(prepared.outer());
    }

    /** Migrates an outer map of the version before. */
    Migrated run(RawMap raw, boolean pinsInners) {
        CType key = Objects.requireNonNull(map.key(), "an outer map has keys");
        if (!key.equals(old.key()) || map.kind() != old.kind()) {
            throw refused("the outer map's own keys or type changed, from " + spelling(old) + " to " + spelling(map)
                    + ": only what is in its inner maps is migrated. Pin the new version under another name");
        }
        OuterPins beside = new OuterPins(pins, place, key, false);
        Map<Integer, RawMap> made = new HashMap<>();
        try {
            if (!beside.own()) {
                throw refused("another process has it open and takes maps out of it; end that first");
            }
            long entries = prepare(raw, beside, pinsInners || beside.pinsInners(), made);
            publish();
            return new Migrated(true, made.size(), entries);
        } finally {
            made.values().forEach(RawMap::close);
            beside.close();
        }
    }

    private long prepare(RawMap raw, OuterPins beside, boolean pinsInners, Map<Integer, RawMap> made) {
        Map<Slot, Integer> slots = slots(raw);
        refuseUndrained(new HashSet<>(slots.values()));
        RawMap prototype = new PinnedMaps(schema, factory, pins).prototype(map);
        RawMap outer = null;
        try {
            outer = factory.create(MapShape.of(map), prototype);
            long entries = 0;
            for (Map.Entry<Slot, Integer> slot : slots.entrySet()) {
                int id = slot.getValue();
                if (!made.containsKey(id)) {
                    entries += migrate(slot.getKey(), id, beside, made);
                }
            }
            fill(outer, slots, made);
            if (pinsInners) {
                KeyNames names = new KeyNames(Objects.requireNonNull(map.key(), "an outer map has keys"));
                slots.forEach((slot, id) ->
                        pins.pin(made(made, id), prepared.inner(names.name(slot.bytes())), place.options()));
            }
            pins.pin(prototype, prepared.prototype(), place.options());
            pins.pin(outer, prepared.outer(), place.options());
            return entries;
        } finally {
            prototype.close();
            if (outer != null) {
                outer.close();
            }
        }
    }

    /** The ids of the inner maps by their keys. */
    private Map<Slot, Integer> slots(RawMap raw) {
        Map<Slot, Integer> slots = new HashMap<>();
        int size = raw.shape().keySize();
        for (BatchScan scan = new BatchScan(raw); scan.next(); ) {
            ByteBuffer keys = scan.batch().keys().bytes();
            for (int i = 0; i < scan.batch().count(); i++) {
                byte[] key = new byte[size];
                keys.get(i * size, key);
                slots.put(new Slot(i, key), scan.batch().values().bytes().getInt(i * Integer.BYTES));
            }
        }
        return slots;
    }

    private void refuseUndrained(Set<Integer> inSlots) {
        List<Path> undrained = new ArrayList<>();
        for (Path path : pins.list(place.draining())) {
            RawMap displaced = pins.open(path, PinAccess.READ_WRITE);
            if (displaced != null) {
                if (!inSlots.contains(displaced.id())) {
                    undrained.add(path);
                }
                displaced.close();
            }
        }
        if (!undrained.isEmpty()) {
            throw refused("maps that were taken out of it are not drained: " + undrained
                    + "; drain them with the version before (undrained()), or remove the pins if their content may go");
        }
    }

    private long migrate(Slot slot, int id, OuterPins beside, Map<Integer, RawMap> made) {
        RawMap from = beside.open(slot, id);
        if (from == null) {
            from = factory.open(id);
        }
        if (from == null) {
            throw refused("inner map " + Integer.toUnsignedString(id)
                    + " was replaced meanwhile; end what changes the outer map first");
        }
        try {
            MapShape shape = copy.shape(from.shape());
            RawMap to = factory.of(schema.innerOf(map)).create(shape, null);
            made.put(id, to);
            return copy.copy(from, to);
        } finally {
            from.close();
        }
    }

    /** Many in one grace period, where the kernel knows how. */
    private void fill(RawMap outer, Map<Slot, Integer> slots, Map<Integer, RawMap> made) {
        List<Slot> all = List.copyOf(slots.keySet());
        int next = 0;
        while (next < all.size()) {
            List<Slot> some = all.subList(next, Math.min(all.size(), next + BATCH));
            KeyBatch keys = new KeyBatch(outer.shape().keySize(), some);
            List<RawMap> inners = some.stream()
                    .map(slot -> made(made, slots.get(slot)))
                    .toList();
            outer.updateInners(keys, inners);
            next += keys.done();
            if (keys.done() < some.size()) {
                fill(outer, all.get(next), made(made, slots.get(all.get(next)))); // it says why
                next++;
            }
        }
    }

    private static void fill(RawMap outer, Slot slot, RawMap inner) {
        Block key = Block.allocate(outer.shape().keySize());
        slot.writeTo(key, 0);
        int result = outer.updateInner(key, 0, inner, 0);
        if (result != 0) {
            throw MapOperation.UPDATE.failed(outer.shape(), null, result);
        }
    }

    private void publish() {
        Path barrier = place.migration().resolve("barrier");
        RawMap nothing = factory.create(
                new MapShape(Fingerprint.NONE, MapKind.ARRAY, Integer.BYTES, Integer.BYTES, 1, 0), null);
        try {
            pins.pin(nothing, barrier, place.options());
        } finally {
            nothing.close();
        }
        pins.move(barrier, place.prototype());
        pins.move(prepared.outer(), place.outer());
        complete();
    }

    /** Makes the moves that are left when the outer map has been moved. */
    Migrated complete() {
        if (Files.exists(prepared.inners())) {
            Path before = place.migration().resolve("before");
            if (Files.exists(place.inners()) && !Files.exists(before)) {
                pins.move(place.inners(), before);
            }
            pins.move(prepared.inners(), place.inners());
        }
        pins.move(prepared.prototype(), place.prototype());
        return new Migrated(true, 0, 0);
    }

    /** Removes what a migration prepared or put away. The directory stays: it is the lock. */
    void clear() {
        for (Path path : pins.list(place.migration())) {
            pins.list(path).forEach(pins::remove);
            pins.remove(path);
        }
    }

    private static RawMap made(Map<Integer, RawMap> made, @Nullable Integer id) {
        return Objects.requireNonNull(made.get(Objects.requireNonNull(id, "of a slot")), "each was made");
    }

    private static String spelling(MapDef map) {
        return map.kind() + " of " + Objects.requireNonNull(map.key(), "an outer map has keys").spelling();
    }

    private BpfException refused(String why) {
        return new BpfException("migration of the pin " + place.outer(), why);
    }
}
