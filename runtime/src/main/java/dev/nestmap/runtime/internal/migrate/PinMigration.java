/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.PinPermissions;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.handle.Cleanup;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.migrate.EntryCopy.Copied;
import dev.nestmap.runtime.internal.migrate.RetiredMaps.Retired;
import dev.nestmap.runtime.internal.observe.Observation;
import dev.nestmap.runtime.internal.pin.ChangeLock;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.internal.pin.PinnedDefinitions;
import dev.nestmap.runtime.internal.pin.PinnedMaps;
import dev.nestmap.runtime.observe.OperationKind;
import dev.nestmap.runtime.pin.Migrated;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
    private final Pins pins;
    private final VersionCheck version;

    /** The definition of the previous version, and how its entries are copied. */
    private record Plan(OldDefinition old, EntryCopy copy) {}

    /**
     * Creates a migration to the current version of a map.
     *
     * @param records the schema of the records
     * @param sized the same schema with sizes that are set at load. A size that is not set here either is taken from the pinned
     *     map.
     * @param name the map's name in both versions
     */
    public PinMigration(Schema records, Schema sized, String name, Migration migration, MapFactory factory, Pins pins) {
        this.records = records.withPages(factory.pageSize());
        this.map = sized.withPages(factory.pageSize())
                .map(name)
                .orElseThrow(() -> new IllegalArgumentException("the records declare no map " + name));
        this.isOuter = map.role() == MapRole.OUTER;
        this.migration = migration;
        this.newMaps = new PinnedMaps(records, sized, factory, pins);
        this.factory = factory;
        this.pins = pins;
        this.version = new VersionCheck(records, map, newMaps);
    }

    /**
     * Migrates the pinned map if it is of the previous version.
     *
     * @param pinsInners whether inner maps are to be pinned
     * @throws BpfException if the pinned map is of neither version, or can't be migrated; then it is unchanged
     */
    public Migrated run(PinPaths paths, boolean pinsInners) {
        Optional<Plan> plan = Optional.ofNullable(migration.schemaText())
                .map(text -> plan(OldDefinition.fromSchema(parsed(text), map), newMaps));
        if (!isPinned(paths)) {
            return Migrated.NOTHING;
        }
        return Observation.of(OperationKind.MIGRATE, map.name(), observation -> {
            Migrated migrated = runLocked(paths, plan.orElse(null), pinsInners);
            observation.result(migrated.maps(), 0);
            observation.entries(migrated.entries());
            return migrated;
        });
    }

    private Migrated runLocked(PinPaths paths, @Nullable Plan plan, boolean pinsInners) {
        return new ChangeLock(pins, paths).holding(() -> {
            MigrationPins migrationPins = new MigrationPins(factory, pins, paths);
            boolean resumed = isOuter && migrationPins.isBarrierPinned();
            if (resumed) {
                migrationPins.finish(); // an interrupted migration, to this or another version
            }
            Migrated migrated = migrate(paths, plan, migrationPins, pinsInners);
            return resumed && !migrated.done() ? new Migrated(true, 0, 0, 0) : migrated;
        });
    }

    /**
     * Whether something is pinned that {@link #run} would change.
     *
     * @throws BpfException if the pinned map is of neither version
     */
    public boolean isNeeded(PinPaths paths) {
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
    public void convertRetired(PinPaths paths) {
        if (!isOuter || !migration.isDraining(map.name()) || !pins.exists(paths.migration())) {
            return;
        }
        OldDefinition old = OldDefinition.fromSchema(
                parsed(Objects.requireNonNull(migration.schemaText(), "draining requires it")), map);
        String oldLayout = layout(old.schema(), old.map());
        RetiredMaps retired = new RetiredMaps(pins, paths);
        new ChangeLock(pins, paths).holding(() -> {
            MigrationPins migrationPins = new MigrationPins(factory, pins, paths);
            if (!migrationPins.isBarrierPinned()) {
                migrationPins.removePrepared(); // of an interrupted migration to another version
            }
            retired.list().forEach(map -> requireKnown(map, oldLayout, paths));
            retired.moveToDraining(layout(records, map), from -> convert(from.pin(), old, paths));
            return retired;
        });
    }

    /** Rejects a retired map that {@link #convertRetired} could not convert. */
    private void requireKnown(Retired retired, String oldLayout, PinPaths paths) {
        if (!List.of(oldLayout, layout(records, map)).contains(retired.layout())) {
            throw rejected(
                    paths,
                    retired.pin()
                            + " is an inner map of a third version, which the schema text in Migration.from does not describe."
                            + " Start that version, or one that migrates from it, so that it drains the map; the pin and its"
                            + " entries stay until then");
        }
    }

    /** Pins a copy of a map in the new layout. */
    private void convert(Path pin, OldDefinition old, PinPaths paths) {
        RawMap from = Objects.requireNonNull(pins.open(pin, PinAccess.READ_WRITE), "this process holds the lock");
        try {
            EntryCopy copy = plan(old, newMaps).copy();
            MapDef inner = newMaps.schema().innerOf(map);
            RawMap to = factory.of(inner).create(copy.shapeFor(from.shape()), null);
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

    private static String layout(Schema schema, MapDef outer) {
        return LayoutFingerprint.of(schema, outer);
    }

    private boolean isPinned(PinPaths paths) {
        RawMap raw = pins.open(paths.outer(), PinAccess.READ_WRITE);
        if (raw != null) {
            raw.close();
        }
        return raw != null;
    }

    private Plan plan(OldDefinition old, PinnedMaps sizedMaps) {
        return new Plan(old, EntryCopy.of(old.content(), sizedMaps.schema().contentOf(map), migration, records));
    }

    /** @param fromSchema the plan from the schema text that the user passed; null if the definition is read from BTF */
    private Migrated migrate(
            PinPaths paths, @Nullable Plan fromSchema, MigrationPins migrationPins, boolean pinsInners) {
        migrationPins.removePrepared();
        RawMap raw = pins.open(paths.outer(), PinAccess.READ_WRITE);
        if (raw == null) {
            return Migrated.NOTHING;
        }
        try {
            OldDefinition fromUser = fromSchema == null ? null : fromSchema.old();
            if (version.isNew(raw, paths, fromUser)) {
                return Migrated.NOTHING;
            }
            PinnedMaps sizedMaps = newMaps.completed(newMaps.definitions().withInnerMapsOf(map, raw, paths));
            OldDefinition old = fromUser == null
                    ? OldDefinition.fromBtf(newMaps, map, raw, paths)
                    : fromUser.sizedLike(newMaps, raw, paths);
            Plan plan = plan(old, sizedMaps);
            Copied copied = isOuter
                    ? migrateOuter(raw, paths, plan, sizedMaps, migrationPins, pinsInners)
                    : migratePlain(raw, paths, plan, migrationPins);
            migrationPins.removePrepared();
            return new Migrated(true, copied.maps(), copied.entries(), copied.evicted());
        } catch (Throwable e) { // even after an Error, no copy of a failed migration may stay
            new Cleanup(e).run(() -> {
                if (!isOuter || !migrationPins.isBarrierPinned()) {
                    migrationPins.removePrepared();
                }
            });
            throw e;
        } finally {
            raw.close();
        }
    }

    private Copied migrateOuter(
            RawMap raw,
            PinPaths paths,
            Plan plan,
            PinnedMaps sizedMaps,
            MigrationPins migrationPins,
            boolean pinsInners) {
        String retired = migration.isDraining(map.name())
                ? layout(plan.old().schema(), plan.old().map())
                : null;
        if (retired != null) {
            new RetiredMaps(pins, paths).list().forEach(inner -> requireKnown(inner, retired, paths));
        }
        OuterMapCopy copy = new OuterMapCopy(
                sizedMaps,
                PinnedDefinitions.withSizeOf(raw, map),
                plan.copy(),
                pins,
                retired == null
                        ? null
                        : (slot, inner) ->
                                new RetiredMaps(pins, paths).prepare(retired, String.valueOf(slot.key()), inner));
        return new OuterMapMigration(plan.old().map(), map, copy, pins, paths, migrationPins, retired)
                .run(raw, pinsInners);
    }

    private Copied migratePlain(RawMap raw, PinPaths paths, Plan plan, MigrationPins migrationPins) {
        RawMap created = factory.of(map).create(MapShape.of(PinnedDefinitions.withSizeOf(raw, map)), null);
        try {
            Copied copied = plan.copy().copy(raw, created);
            pins.pin(created, paths.prepared().outer(), paths.options());
            migrationPins.moveOuter();
            return copied;
        } finally {
            created.close();
        }
    }

    static BpfException rejected(PinPaths paths, String explanation) {
        return new BpfException("migration of the pin " + paths.outer(), explanation);
    }
}
