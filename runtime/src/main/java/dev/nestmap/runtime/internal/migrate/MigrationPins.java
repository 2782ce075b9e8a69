/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.InnerMapSampleFinder;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.schema.MapKind;
import java.nio.file.Path;
import java.util.List;

/**
 * The pins that a migration of a map prepares and moves. For an outer map {@code tenant}, the files
 * beside the pin are these after each step. "Old" and "new" are the versions of the maps that the pins refer to.
 *
 * <pre>
 *                     tenant  tenant-inner  tenant-prototype  tenant-migration
 * 1 not started       old     old           old               missing
 * 2 preparing         old     old           old               new tenant, tenant-inner, tenant-prototype, retired: some or all
 * 3 barrier pinned    old     old           barrier           all of these
 * 4 outer map moved   new     old           barrier           tenant-inner, tenant-prototype, retired
 * 5 inner maps moved  new     new           barrier           before (the old tenant-inner), tenant-prototype
 * 6 migrated          new     new           new               before
 * 7 cleaned up        new     new           new               missing
 * </pre>
 *
 * <p>A process may be killed at each step. The next migration distinguishes two cases. If no barrier is pinned (steps 1, 2, 6 and 7),
 * {@link #removePrepared} removes the pins in {@code tenant-migration}, and the version of the pinned map decides whether the migration
 * begins again. If the barrier is pinned (steps 3 to 5), all pins are prepared, and {@link #finish} moves the remaining ones.
 *
 * <p>The barrier is a map that is pinned in place of the prototype. It matches no version of the records, so no process opens the outer
 * map, and no process that has the old outer map open changes it. {@code tenant-inner} exists only if inner maps are pinned. {@code
 * retired} exists only if the migration is draining. In step 5, its pins replace those in {@code tenant-draining} and move to {@code
 * tenant-retired}. {@link RetiredMapPins} brings all of them back to {@code tenant-draining} when they have the new layout. The migration of a
 * plain map has no barrier: its pin moves in one step.
 */
record MigrationPins(MapFactory factory, Pins pins, PinPaths paths) {
    private PinPaths prepared() {
        return paths.prepared();
    }

    /** Whether a migration was interrupted at one of the steps 3 to 5: it had prepared all pins, and had not moved all of them. */
    boolean isBarrierPinned() {
        return InnerMapSampleFinder.isBarrierPinned(pins, paths);
    }

    /** Step 3: pins the barrier. All new pins must be prepared. */
    void pinBarrier() {
        MapShape shape = new MapShape(LayoutFingerprint.NONE, MapKind.ARRAY, Integer.BYTES, Integer.BYTES, 1, 0);
        try (RawMap map = factory.create(shape, null)) {
            pins.pin(map, paths.barrier(), paths.options());
        }
        pins.move(paths.barrier(), paths.prototype());
    }

    /** Steps 4 to 6: moves the prepared pins that are not in place yet, and last the new prototype, which replaces the barrier. */
    void finish() {
        if (!pins.exists(prepared().prototype())) {
            throw PinnedMapMigrator.rejected(
                    paths,
                    "a migration was interrupted, and the pins that it had prepared in " + paths.migration()
                            + " were removed, so it can't be finished. The pinned outer map may still hold entries: save what you"
                            + " need (bpftool map dump pinned " + PinPaths.quoted(paths.outer())
                            + " lists the ids of its inner maps). Then remove the pins, which deletes all entries that are still"
                            + " in these maps, and in displaced maps that wait: "
                            + paths.removal(pins::exists));
        }
        if (pins.exists(prepared().outer())) {
            moveOuter();
        }
        if (pins.exists(prepared().inners())) {
            if (pins.exists(paths.inners()) && !pins.exists(paths.replacedInners())) {
                pins.move(paths.inners(), paths.replacedInners());
            }
            pins.move(prepared().inners(), paths.inners());
        }
        new RetiredMapPins(pins, paths).movePrepared();
        pins.move(prepared().prototype(), paths.prototype());
    }

    /** Step 4: moves the pin of the new outer map into place. For a plain map this is the whole migration. */
    void moveOuter() {
        pins.move(prepared().outer(), paths.outer());
    }

    /**
     * Step 7, after the load has attached its programs, and the return from step 2 to step 1: removes the pins that a migration prepared or moved away, and no other file. No barrier is
     * pinned.
     */
    void removePrepared() {
        for (Path pin : List.of(prepared().outer(), prepared().prototype(), paths.barrier(), paths.converted())) {
            pins.remove(pin);
        }
        for (Path directory : List.of(prepared().inners(), paths.replacedInners(), paths.preparedRetired())) {
            pins.list(directory).forEach(pins::remove);
            pins.remove(directory);
        }
        pins.remove(paths.migration());
    }
}
