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

/**
 * A map that is pinned in place of an outer map's prototype while a migration moves the new pins into place. Its name makes every
 * version refuse to open the outer map. It is pinned after all new pins are prepared, so any process that finds it can finish the
 * migration.
 */
final class MigrationBarrier {
    private final MapFactory factory;
    private final Pins pins;
    private final PinPaths paths;
    private final PinPaths prepared;

    MigrationBarrier(MapFactory factory, Pins pins, PinPaths paths) {
        this.factory = factory;
        this.pins = pins;
        this.paths = paths;
        this.prepared = paths.prepared();
    }

    /** Whether a migration has prepared all pins and has not moved all of them. */
    boolean exists() {
        RawMap prototype = pins.open(paths.prototype(), PinAccess.READ_ONLY);
        if (prototype == null) {
            return false;
        }
        try {
            return prototype.shape().name().equals(LayoutFingerprint.NONE);
        } finally {
            prototype.close();
        }
    }

    /** Pins the barrier. All new pins must be prepared. */
    void create() {
        RawMap map = factory.create(
                new MapShape(LayoutFingerprint.NONE, MapKind.ARRAY, Integer.BYTES, Integer.BYTES, 1, 0), null);
        try {
            pins.pin(map, paths.barrier(), paths.options());
        } finally {
            map.close();
        }
        pins.move(paths.barrier(), paths.prototype());
    }

    /** Moves the prepared pins that are not in place yet, and last the new prototype, which replaces the barrier. */
    void finish() {
        if (!pins.exists(prepared.prototype())) {
            throw PinMigration.rejected(
                    paths,
                    "a migration was interrupted, and the pins that it had prepared in " + paths.migration()
                            + " were removed, so it can't be finished. The pinned outer map may still hold entries: save what you"
                            + " need (bpftool map dump pinned " + PinPaths.quoted(paths.outer())
                            + " lists the ids of its inner maps). Then remove the pins, which deletes all entries that are still"
                            + " in these maps, and in maps that were taken out and not drained: " + paths.removal());
        }
        if (pins.exists(prepared.outer())) {
            pins.move(prepared.outer(), paths.outer());
        }
        if (pins.exists(prepared.inners())) {
            if (pins.exists(paths.inners()) && !pins.exists(paths.replacedInners())) {
                pins.move(paths.inners(), paths.replacedInners());
            }
            pins.move(prepared.inners(), paths.inners());
        }
        new RetiredMaps(pins, paths).movePrepared();
        pins.move(prepared.prototype(), paths.prototype());
    }
}
