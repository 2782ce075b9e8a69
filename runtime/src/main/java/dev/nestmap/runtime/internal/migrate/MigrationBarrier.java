/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.schema.MapKind;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What takes the place of an outer map's prototype while the pins of the new version are moved into their places: with it, every
 * version refuses to open the outer map. Wherever it is, what is prepared is whole, so that whoever finds it can make the moves
 * that are left.
 */
final class MigrationBarrier {
    private final MapFactory factory;
    private final Pins pins;
    private final PinPaths place;
    private final PinPaths prepared;

    MigrationBarrier(MapFactory factory, Pins pins, PinPaths place) {
        this.factory = factory;
        this.pins = pins;
        this.place = place;
        this.prepared = place.prepared();
    }

    boolean isUp() {
        RawMap prototype = pins.open(place.prototype(), PinAccess.READ_ONLY);
        if (prototype == null) {
            return false;
        }
        try {
            return prototype.shape().name().equals(LayoutFingerprint.NONE);
        } finally {
            prototype.close();
        }
    }

    /** When all is prepared. */
    void put() {
        Path barrier = place.migration().resolve("barrier");
        RawMap nothing = factory.create(
                new MapShape(LayoutFingerprint.NONE, MapKind.ARRAY, Integer.BYTES, Integer.BYTES, 1, 0), null);
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
            throw PinMigration.refused(
                    place,
                    "it was interrupted, and what it had prepared in " + place.migration()
                            + " was removed; if the content may go, remove all of it ("
                            + PinPaths.removal(place.outer()) + ")");
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
}
