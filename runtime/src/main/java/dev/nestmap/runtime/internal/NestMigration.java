/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import dev.nestmap.runtime.BpfException;
import dev.nestmap.runtime.PinAccess;
import dev.nestmap.runtime.internal.EntryCopy.Copied;
import dev.nestmap.schema.CType;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is pinned at each moment of the migration of an outer map.
 *
 * <p>When all is prepared, a barrier takes the place of the prototype, by which every version refuses to open the outer map.
 * Then the outer map, the pins of the inner maps and last the new prototype are moved into their places. A process that ends
 * before the barrier leaves the map of before, which is migrated from the beginning; one that ends later leaves moves that
 * {@link #resume} makes. So what is prepared is whole wherever there is a barrier.
 */
final class NestMigration {
    private final MapDef old;
    private final MapDef map;
    private final NestCopy copy;
    private final MapFactory factory;
    private final Pins pins;
    private final PinPlace place;
    private final PinPlace prepared;

    NestMigration(MapDef old, MapDef map, NestCopy copy, MapFactory factory, Pins pins, PinPlace place) {
        this.old = old;
        this.map = map;
        this.copy = copy;
        this.factory = factory;
        this.pins = pins;
        this.place = place;
        this.prepared = place.prepared();
    }

    /** Whether the outer map is refused by every version, and what is to take its place is prepared. */
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

    /** Migrates an outer map of the version before. */
    Copied run(RawMap raw, boolean pinsInners) {
        CType key = Objects.requireNonNull(map.key(), "an outer map has keys");
        if (!key.equals(old.key()) || map.kind() != old.kind()) {
            throw refused("the outer map's own keys or type changed, from " + spelling(old) + " to " + spelling(map)
                    + ": only what is in its inner maps is migrated. Pin the new version under another name");
        }
        OuterPins beside = new OuterPins(pins, place, key, false);
        try {
            if (!beside.own()) {
                throw refused("another process has it open and takes maps out of it; end that first");
            }
            List<NestCopy.Occupant> occupants = NestCopy.occupants(raw, new KeyNames(key));
            refuseUndrained(occupants.stream().map(NestCopy.Occupant::id).collect(Collectors.toSet()));
            Copied copied = copy.run(occupants, beside, prepared, pinsInners || beside.pinsInners());
            bar();
            resume();
            return copied;
        } finally {
            beside.close();
        }
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

    private void bar() {
        Path barrier = place.migration().resolve("barrier");
        RawMap nothing =
                factory.create(new MapShape(Fingerprint.NONE, MapKind.ARRAY, Integer.BYTES, Integer.BYTES, 1, 0), null);
        try {
            pins.pin(nothing, barrier, place.options());
        } finally {
            nothing.close();
        }
        pins.move(barrier, place.prototype());
    }

    /** Makes the moves that are left behind the barrier. */
    void resume() {
        if (!Files.exists(prepared.prototype())) {
            throw refused("it was interrupted, and what it had prepared in " + place.migration()
                    + " was removed; if the content may go, remove all of it (rm -r " + place.outer() + "*)");
        }
        if (Files.exists(prepared.outer())) {
            pins.move(prepared.outer(), place.outer());
        }
        if (Files.exists(prepared.inners())) {
            Path before = place.migration().resolve("before");
            if (Files.exists(place.inners()) && !Files.exists(before)) {
                pins.move(place.inners(), before);
            }
            pins.move(prepared.inners(), place.inners());
        }
        pins.move(prepared.prototype(), place.prototype());
    }

    private static String spelling(MapDef map) {
        return map.kind() + " of "
                + Objects.requireNonNull(map.key(), "an outer map has keys").spelling();
    }

    private BpfException refused(String why) {
        return new BpfException("migration of the pin " + place.outer(), why);
    }
}
