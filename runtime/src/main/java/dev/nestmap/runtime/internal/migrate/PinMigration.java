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
import dev.nestmap.runtime.internal.observe.Observation;
import dev.nestmap.runtime.internal.pin.ChangeLock;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.internal.pin.PinnedMaps;
import dev.nestmap.runtime.observe.OperationKind;
import dev.nestmap.runtime.pin.Migrated;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.EntryLayout;
import dev.nestmap.schema.text.SchemaText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a pinned map of the previous version by one of the new version with the same entries.
 *
 * <p>The new pins are prepared in a directory beside the pin and moved into place when all of them exist. Until then no existing pin
 * has changed, and the next migration removes what an interrupted one prepared. The pin of a plain map is moved in one step. For
 * an outer map, {@link OuterMapMigration} describes the steps.
 */
public final class PinMigration {
    private final Schema records;
    private final MapDef map;
    private final boolean isOuter;
    private final Migration migration;
    private final PinnedMaps newMaps;
    private final MapFactory factory;
    private final Pins pins;

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
        this.records = records;
        this.map =
                sized.map(name).orElseThrow(() -> new IllegalArgumentException("the records declare no map " + name));
        this.isOuter = map.role() == MapRole.OUTER;
        this.migration = migration;
        this.newMaps = new PinnedMaps(records, sized, factory, pins);
        this.factory = factory;
        this.pins = pins;
    }

    /**
     * Migrates the pinned map if it is of the previous version.
     *
     * @param pinsInners whether inner maps are to be pinned
     * @throws BpfException if the pinned map is of neither version, or can't be migrated; then it is unchanged
     */
    public Migrated run(PinPaths paths, boolean pinsInners) {
        Optional<Plan> plan = Optional.ofNullable(migration.schemaText())
                .map(text -> plan(OldDefinition.fromSchema(SchemaText.parse(text), map), newMaps));
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
            MigrationBarrier barrier = new MigrationBarrier(factory, pins, paths);
            boolean resumed = isOuter && barrier.exists();
            if (resumed) {
                barrier.finish(); // an interrupted migration, to this or another version
            }
            Migrated migrated = migrate(paths, plan, barrier, pinsInners);
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
            return (isOuter && new MigrationBarrier(factory, pins, paths).exists())
                    || !isNewVersion(raw, paths, oldDefinition());
        } finally {
            raw.close();
        }
    }

    /** The definition in the user's schema text; null if there is no text, or the map is not in it. */
    private @Nullable OldDefinition oldDefinition() {
        String text = migration.schemaText();
        Schema old = text == null ? null : SchemaText.parse(text);
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
                SchemaText.parse(Objects.requireNonNull(migration.schemaText(), "draining requires it")), map);
        String oldLayout = layout(old.schema(), old.map());
        RetiredMaps retired = new RetiredMaps(pins, paths);
        new ChangeLock(pins, paths).holding(() -> {
            if (!new MigrationBarrier(factory, pins, paths).exists()) {
                removePrepared(paths); // of an interrupted migration to another version
            }
            retired.moveToDraining(layout(records, map), from -> {
                if (!from.layout().equals(oldLayout)) {
                    throw rejected(
                            paths,
                            from.pin()
                                    + " is an inner map of a third version, which the schema text in Migration.from does not"
                                    + " describe. Start that version, or one that migrates from it, so that it drains the map; the"
                                    + " pin and its entries stay until then");
                }
                convert(from.pin(), old, paths);
            });
            return retired;
        });
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
    private Migrated migrate(PinPaths paths, @Nullable Plan fromSchema, MigrationBarrier barrier, boolean pinsInners) {
        removePrepared(paths);
        RawMap raw = pins.open(paths.outer(), PinAccess.READ_WRITE);
        if (raw == null) {
            return Migrated.NOTHING;
        }
        try {
            OldDefinition fromUser = fromSchema == null ? null : fromSchema.old();
            if (isNewVersion(raw, paths, fromUser)) {
                return Migrated.NOTHING;
            }
            PinnedMaps sizedMaps = newMaps.sizedLike(map, raw, paths);
            OldDefinition old = fromUser == null
                    ? OldDefinition.fromBtf(newMaps, map, raw, paths)
                    : sizedLike(fromUser, raw, paths);
            Plan plan = plan(old, sizedMaps);
            Copied copied = isOuter
                    ? migrateOuter(raw, paths, plan, sizedMaps, barrier, pinsInners)
                    : migratePlain(raw, paths, plan);
            removePrepared(paths);
            return new Migrated(true, copied.maps(), copied.entries(), copied.evicted());
        } catch (Throwable e) { // even after an Error, no copy of a failed migration may stay
            new Cleanup(e).run(() -> {
                if (!isOuter || !barrier.exists()) {
                    removePrepared(paths);
                }
            });
            throw e;
        } finally {
            raw.close();
        }
    }

    /**
     * Removes the pins that a migration prepared or moved away, and no other file. The directory stays, because it is the lock file of the
     * migration.
     */
    private void removePrepared(PinPaths paths) {
        PinPaths prepared = paths.prepared();
        for (Path pin : List.of(prepared.outer(), prepared.prototype(), paths.barrier(), paths.converted())) {
            pins.remove(pin);
        }
        for (Path directory : List.of(prepared.inners(), paths.replacedInners(), paths.preparedRetired())) {
            pins.list(directory).forEach(pins::remove);
            pins.remove(directory);
        }
    }

    /**
     * Whether the pinned map is of the new version already. Refuses a map that is of neither version, and one that may be of either.
     *
     * @param old the definition from the schema text that the user passed; null if there is none
     */
    private boolean isNewVersion(RawMap raw, PinPaths paths, @Nullable OldDefinition old) {
        List<String> fromNew = new ArrayList<>(newMaps.differences(map, raw, paths));
        innerSizeDifference(raw, paths).ifPresent(fromNew::add);
        if (old == null) {
            return fromNew.isEmpty();
        }
        List<String> fromOld = oldMaps(old).differences(old.map(), raw, paths);
        if (!fromNew.isEmpty() && !fromOld.isEmpty()) {
            throw rejected(
                    paths,
                    "the pinned map is of neither version. It differs from the records: it has "
                            + String.join("; ", fromNew)
                            + ". It differs from the schema text in Migration.from: it has "
                            + String.join("; ", fromOld)
                            + ". Pass the schema text of the version that created it; if that version is newer than these"
                            + " records, don't migrate, but run the newer version");
        }
        if (!isOuter && fromNew.isEmpty() && fromOld.isEmpty() && !hasSameLayout(old.map())) {
            throw rejected(
                    paths,
                    "the old and the new layout have the same sizes, and this process can't read the layout of the pinned map"
                            + " (that requires CAP_SYS_ADMIN, and a map that was created with BTF). So it might be migrated twice,"
                            + " which would corrupt its entries. Run the migration with CAP_SYS_ADMIN, or pin the new version"
                            + " under another name, where it starts empty");
        }
        return fromNew.isEmpty();
    }

    /** Compares the size of the inner maps with a size set at load, which the kernel itself would not compare. */
    private Optional<String> innerSizeDifference(RawMap raw, PinPaths paths) {
        if (!isOuter || !records.innerOf(map).isSizedAtLoad()) {
            return Optional.empty();
        }
        MapDef inner = newMaps.schema().innerOf(map);
        OptionalLong size = newMaps.samples().size(raw, paths);
        return inner.isSizedAtLoad() || size.isEmpty() || size.getAsLong() == inner.maxEntries()
                ? Optional.empty()
                : Optional.of("inner maps of max_entries " + size.getAsLong() + " instead of " + inner.maxEntries());
    }

    private boolean hasSameLayout(MapDef old) {
        return EntryLayout.changes(
                        newMaps.schema(),
                        map,
                        old.key(),
                        Objects.requireNonNull(old.value(), "a map with entries has values"))
                .isEmpty();
    }

    /** Returns the definition with the sizes of the pinned maps, where the records leave them to load time. */
    private OldDefinition sizedLike(OldDefinition old, RawMap raw, PinPaths paths) {
        Schema sized = oldMaps(old).sizedLike(old.map(), raw, paths).schema();
        return new OldDefinition(sized, PinnedMaps.sizedLike(old.map(), raw));
    }

    private PinnedMaps oldMaps(OldDefinition old) {
        return new PinnedMaps(old.schema(), old.schema(), factory, pins);
    }

    private Copied migrateOuter(
            RawMap raw, PinPaths paths, Plan plan, PinnedMaps sizedMaps, MigrationBarrier barrier, boolean pinsInners) {
        String retired = migration.isDraining(map.name())
                ? layout(plan.old().schema(), plan.old().map())
                : null;
        OuterMapCopy copy = new OuterMapCopy(
                sizedMaps,
                PinnedMaps.sizedLike(map, raw),
                plan.copy(),
                pins,
                retired == null
                        ? null
                        : (slot, inner) ->
                                new RetiredMaps(pins, paths).prepare(retired, String.valueOf(slot.key()), inner));
        return new OuterMapMigration(plan.old().map(), map, copy, pins, paths, barrier, retired).run(raw, pinsInners);
    }

    private Copied migratePlain(RawMap raw, PinPaths paths, Plan plan) {
        RawMap created = factory.of(map).create(MapShape.of(PinnedMaps.sizedLike(map, raw)), null);
        try {
            Copied copied = plan.copy().copy(raw, created);
            pins.pin(created, paths.prepared().outer(), paths.options());
            pins.move(paths.prepared().outer(), paths.outer());
            return copied;
        } finally {
            created.close();
        }
    }

    static BpfException rejected(PinPaths paths, String explanation) {
        return new BpfException("migration of the pin " + paths.outer(), explanation);
    }
}
