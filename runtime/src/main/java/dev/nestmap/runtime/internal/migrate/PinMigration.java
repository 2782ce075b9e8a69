/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.PinPermissions;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.ShapeComparison;
import dev.nestmap.runtime.internal.migrate.EntryCopy.Copied;
import dev.nestmap.runtime.internal.observe.Observation;
import dev.nestmap.runtime.internal.pin.PinLock;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.internal.pin.PinnedMaps;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a pinned map of the previous version by one of the new version with the same entries.
 *
 * <p>The new pins are prepared in a directory beside the pin and moved into place when all of them exist. {@link MigrationPins} has the
 * steps, and what an interrupted migration leaves.
 */
public final class PinMigration {
    private final Schema records;
    private final MapDef map;
    private final boolean isOuter;
    private final Migration migration;
    private final PinnedMaps newMaps;
    private final MapFactory factory;
    private final PinLock lock;
    private final Pins pins;
    private final PinPaths paths;
    private final VersionCheck version;

    /** The definition of the previous version, the maps of the new one with all sizes, and how entries are copied. */
    private record Plan(OldDefinition old, PinnedMaps sizedMaps, EntryCopy copy) {}

    /**
     * Creates a migration to the current version of a map.
     *
     * @param records the schema of the records
     * @param sized the same schema with sizes that are set at load. A size that is not set here either is taken from the pinned
     *     map.
     * @param name the map's name in both versions
     * @param lock the lock of the map's pin
     */
    public PinMigration(
            Schema records, Schema sized, String name, Migration migration, MapFactory factory, PinLock lock) {
        this.records = records.withPages(factory.pageSize());
        this.map = sized.withPages(factory.pageSize())
                .map(name)
                .orElseThrow(() -> new IllegalArgumentException("the records declare no map " + name));
        this.isOuter = map.role() == MapRole.OUTER;
        this.migration = migration;
        this.newMaps = new PinnedMaps(records, sized, factory, lock.pins());
        this.factory = factory;
        this.lock = lock;
        this.pins = lock.pins();
        this.paths = lock.paths();
        this.version = new VersionCheck(records, map, newMaps);
    }

    /**
     * Migrates the pinned map if it is of the previous version.
     *
     * @param pinsInners whether inner maps are to be pinned
     * @throws BpfException if the pinned map is of neither version, or can't be migrated; then it is unchanged
     */
    public Migration.Result run(boolean pinsInners) {
        OldDefinition fromUser = fromUser();
        if (fromUser != null) {
            plan(fromUser, newMaps); // rejects a wrong plan even if nothing is pinned
        }
        if (!isPinned()) {
            return Migration.Result.NOTHING;
        }
        return Observation.of(Operation.Kind.MIGRATE, map.name(), observation -> {
            Migration.Result migrated = runLocked(fromUser, pinsInners);
            observation.result(migrated.maps(), 0);
            observation.entries(migrated.entries());
            return migrated;
        });
    }

    private Migration.Result runLocked(@Nullable OldDefinition fromUser, boolean pinsInners) {
        return lock.holding(() -> {
            MigrationPins migrationPins = new MigrationPins(factory, pins, paths);
            boolean resumed = isOuter && migrationPins.isBarrierPinned();
            if (resumed) {
                migrationPins.finish(); // an interrupted migration, to this or another version
            }
            Migration.Result migrated = migrate(fromUser, migrationPins, pinsInners);
            return resumed && !migrated.done() ? new Migration.Result(true, 0, 0, 0) : migrated;
        });
    }

    /**
     * Rejects what {@link #run} rejects before it copies entries. So of several maps none is migrated if one can't be. Changes nothing, except
     * that it finishes an interrupted migration.
     */
    public void requirePossible() {
        OldDefinition fromUser = fromUser();
        lock.holding(() -> {
            MigrationPins migrationPins = new MigrationPins(factory, pins, paths);
            if (isOuter && migrationPins.isBarrierPinned()) {
                migrationPins.finish(); // an interrupted migration, to this or another version
            }
            RawMap raw = pins.open(paths.outer(), PinAccess.READ_WRITE);
            if (raw != null) {
                try {
                    Plan plan = version.isNew(raw, paths, fromUser) ? null : plan(raw, fromUser);
                    if (plan != null && isOuter) {
                        outerMigration(raw, plan, migrationPins).requirePossible(raw);
                    } else if (plan != null) {
                        EntryCopy.requireRoom(raw.shape(), plainShape(raw));
                    }
                } finally {
                    raw.close();
                }
            }
        });
    }

    /**
     * Whether something is pinned that {@link #run} would change.
     *
     * @throws BpfException if the pinned map is of neither version
     */
    public boolean isNeeded() {
        RawMap raw = pins.open(paths.outer(), PinAccess.READ_WRITE);
        if (raw == null) {
            return false;
        }
        try {
            return (isOuter && new MigrationPins(factory, pins, paths).isBarrierPinned())
                    || !version.isNew(raw, paths, oldDefinition());
        } finally {
            raw.close();
        }
    }

    /** Reads a schema text, with the sizes that its maps have with the pages of this machine. */
    private Schema parsed(String text) {
        return SchemaText.parse(text).withPages(factory.pageSize());
    }

    /** The definition in the user's schema text; null if there is no text, or the map is not in it. */
    private @Nullable OldDefinition oldDefinition() {
        String text = migration.schemaText();
        Schema old = text == null ? null : parsed(text);
        return old == null || old.map(map.name()).isEmpty() ? null : OldDefinition.fromSchema(old, map);
    }

    /**
     * Converts the retired inner maps of previous versions to the new layout, and pins them among the maps that are being drained, so that
     * {@code recoverUndrained()} returns them. Called when no program of a previous version writes to them any more. Does nothing if there
     * are none, except that it removes what an interrupted migration has prepared.
     *
     * @throws BpfException if a map is of a version that is neither the new one nor that of the migration's schema text
     */
    public void convertRetired() {
        if (!isOuter || !migration.isDraining(map.name()) || !pins.exists(paths.migration())) {
            return;
        }
        OldDefinition old = OldDefinition.fromSchema(
                parsed(Objects.requireNonNull(migration.schemaText(), "drain requires it")), map);
        lock.holding(() -> {
            MigrationPins migrationPins = new MigrationPins(factory, pins, paths);
            if (!migrationPins.isBarrierPinned()) {
                migrationPins.removePrepared(); // of an interrupted migration to another version
            }
            RawMap outer = pins.open(paths.outer(), PinAccess.READ_WRITE);
            if (outer != null) {
                try {
                    convertRetired(outer, old);
                } finally {
                    outer.close();
                }
            }
        });
    }

    private void convertRetired(RawMap outer, OldDefinition old) {
        if (!version.isNew(outer, paths, null)) {
            throw rejected(
                    paths,
                    "another process migrates it to another version, or has done so. The inner maps in "
                            + paths.retired() + " stay there: start that version, which drains them");
        }
        RetiredMaps retired = new RetiredMaps(pins, paths);
        PinnedMaps sizedMaps = newMaps.completed(newMaps.withInnerMapsOf(map, outer, paths));
        MapDef inner = sizedMaps.schema().innerOf(map);
        retired.moveToDraining(layout(old), newLayout(), pin -> fits(pin, MapShape.of(inner)), (pin, hasLayout) -> {
            boolean isOfNewVersion = hasLayout && !layout(old).equals(newLayout());
            EntryCopy copy = isOfNewVersion
                    ? EntryCopy.sameLayout(inner, records)
                    : plan(old, sizedMaps).copy();
            convert(pin, copy, inner);
        });
        retired.requireLayouts(layout(old), newLayout()); // last, so that it leaves as few as possible
    }

    /** Whether the pinned map can be an inner map of the new version. Its length, which the layout does not contain, may differ. */
    private boolean fits(Path pin, MapShape inner) {
        RawMap map = open(pin);
        try {
            return ShapeComparison.difference(inner, map.shape()).isEmpty();
        } finally {
            map.close();
        }
    }

    /** Pins a copy of a map in the new layout. */
    private void convert(Path pin, EntryCopy copy, MapDef inner) {
        RawMap from = open(pin);
        try {
            RawMap to = factory.of(inner).create(copy.drainedShapeFor(from.shape()), null);
            try {
                copy.copy(from, to);
                pins.pin(to, paths.converted(), PinPermissions.forWriters(paths.options()));
            } finally {
                to.close();
            }
        } finally {
            from.close();
        }
    }

    private RawMap open(Path pin) {
        return Objects.requireNonNull(pins.open(pin, PinAccess.READ_WRITE), "this process holds the lock");
    }

    private String newLayout() {
        return LayoutFingerprint.of(records, map);
    }

    private static String layout(OldDefinition old) {
        return LayoutFingerprint.of(old.schema(), old.map());
    }

    private boolean isPinned() {
        RawMap raw = pins.open(paths.outer(), PinAccess.READ_WRITE);
        if (raw != null) {
            raw.close();
        }
        return raw != null;
    }

    /** The definition from the schema text that the user passed; null if the definition is to be read from BTF. */
    private @Nullable OldDefinition fromUser() {
        String text = migration.schemaText();
        return text == null ? null : OldDefinition.fromSchema(parsed(text), map);
    }

    private Plan plan(RawMap raw, @Nullable OldDefinition fromUser) {
        PinnedMaps sizedMaps = newMaps.completed(newMaps.withInnerMapsOf(map, raw, paths));
        OldDefinition old = fromUser == null
                ? OldDefinition.fromBtf(newMaps, map, raw, paths)
                : fromUser.sizedLike(newMaps, raw, paths);
        return plan(old, sizedMaps);
    }

    private Plan plan(OldDefinition old, PinnedMaps sizedMaps) {
        return new Plan(
                old, sizedMaps, EntryCopy.of(old.content(), sizedMaps.schema().contentOf(map), migration, records));
    }

    private Migration.Result migrate(
            @Nullable OldDefinition fromUser, MigrationPins migrationPins, boolean pinsInners) {
        migrationPins.removePrepared();
        RawMap raw = pins.open(paths.outer(), PinAccess.READ_WRITE);
        if (raw == null) {
            return Migration.Result.NOTHING;
        }
        try (Undo undo = new Undo(() -> removePreparedUnlessMoved(migrationPins))) {
            if (version.isNew(raw, paths, fromUser)) {
                return undo.commit(Migration.Result.NOTHING);
            }
            Plan plan = plan(raw, fromUser);
            Copied copied = isOuter
                    ? outerMigration(raw, plan, migrationPins).run(raw, pinsInners)
                    : migratePlain(raw, plan, migrationPins);
            migrationPins.removePrepared();
            return undo.commit(new Migration.Result(true, copied.maps(), copied.entries(), copied.evicted()));
        } finally {
            raw.close();
        }
    }

    /** Removes the copies of a failed migration, unless it has begun to move them. */
    private void removePreparedUnlessMoved(MigrationPins migrationPins) {
        if (!isOuter || !migrationPins.isBarrierPinned()) {
            migrationPins.removePrepared();
        }
    }

    private OuterMapMigration outerMigration(RawMap raw, Plan plan, MigrationPins migrationPins) {
        String retired = migration.isDraining(map.name()) ? layout(plan.old()) : null;
        if (retired != null) {
            new RetiredMaps(pins, paths).requireLayouts(retired, newLayout());
        }
        OuterMapCopy copy = new OuterMapCopy(
                plan.sizedMaps(),
                PinnedMaps.withSizeOf(raw, map),
                plan.copy(),
                pins,
                retired == null
                        ? null
                        : (slot, inner) ->
                                new RetiredMaps(pins, paths).prepare(retired, String.valueOf(slot.key()), inner));
        return new OuterMapMigration(plan.old().map(), map, copy, lock, migrationPins, retired);
    }

    private Copied migratePlain(RawMap raw, Plan plan, MigrationPins migrationPins) {
        RawMap created = factory.of(map).create(plainShape(raw), null);
        try {
            Copied copied = plan.copy().copy(raw, created);
            pins.pin(created, paths.prepared().outer(), paths.options());
            migrationPins.moveOuter();
            return copied;
        } finally {
            created.close();
        }
    }

    private MapShape plainShape(RawMap raw) {
        return MapShape.of(PinnedMaps.withSizeOf(raw, map));
    }

    static BpfException rejected(PinPaths paths, String explanation) {
        return new BpfException("migration of the pin " + paths.outer(), explanation);
    }
}
