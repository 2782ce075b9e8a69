/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.existing.MapPins;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.observe.RunningOperation;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.Migration.Word;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a pinned map of the previous version with a map of the new version that has the same entries.
 *
 * <p>The new pins are prepared in the next generation of the set, which then replaces the one in use: see {@link Generation}.
 */
public final class PinnedMapMigrator {
    private final MapDef map;
    private final Migration migration;
    private final Word word;
    private final boolean isPartOfOuterMap;

    private final ExistingMapFinder newMaps;
    private final ClaimedPin claimed;
    private final Pins pins;
    private final PinPaths paths;
    private final RetiredMapPins retired;
    private final PinnedVersion pinned;

    /** The previous version. Of several, perhaps only another one has the map. */
    private final Schema oldSchema;

    /** The previous versions that the user has described. */
    private final List<Schema> versions;

    /** The definition of the previous version, the maps of the new version with all sizes, and the conversion of entries. */
    private record Plan(OldMapDefinition old, ExistingMapFinder sizedMaps, EntryCopier copy) {}

    /**
     * Creates one of several migrations to the current version of a map.
     *
     * @param records the schema of the records
     * @param sized the same schema with sizes that are set at load. A size that is not set here either is taken from the pinned
     *     map.
     * @param name the map's name in both versions
     * @param all the migrations from all previous versions
     * @param outer the outer map for which Nestmap has generated this map, and whose word applies; null for another map
     * @param claimed the map's pin
     */
    public PinnedMapMigrator(
            Schema records,
            Schema sized,
            String name,
            Migration migration,
            List<Migration> all,
            @Nullable String outer,
            MapFactory factory,
            ClaimedPin claimed) {
        this.isPartOfOuterMap = outer != null;
        this.newMaps = new ExistingMapFinder(records, sized, factory, claimed.pins());
        this.map = newMaps.schema()
                .map(name)
                .orElseThrow(() -> new IllegalArgumentException("the records declare no map " + name));
        Word given = migration.words().getOrDefault(outer == null ? name : outer, Word.COPY);
        this.word = given == Word.DRAIN && map.role() != MapRole.OUTER ? Word.COPY : given;
        this.migration = migration;
        this.claimed = claimed;
        this.pins = claimed.pins();
        this.paths = claimed.paths();
        this.retired = new RetiredMapPins(pins, paths);
        this.pinned = new PinnedVersion(newMaps, map, paths);
        this.oldSchema = oldSchema(migration, factory);
        this.versions = all.stream().map(version -> oldSchema(version, factory)).toList();
    }

    private static Schema oldSchema(Migration migration, MapFactory factory) {
        return factory.fit(SchemaText.parse(migration.schemaText()));
    }

    /**
     * Begins the next generation of a set.
     *
     * @param operation names the load in messages
     * @param pin a pin of the set
     * @param all the migrations of maps in the set, which {@link #isNeeded}
     */
    static Generation next(String operation, ClaimedPin pin, List<PinnedMapMigrator> all) {
        all.forEach(PinnedMapMigrator::requireInSet);
        List<Path> outers = all.stream()
                .filter(PinnedMapMigrator::isOuter)
                .map(migration -> migration.paths.outer())
                .toList();
        PinPaths paths = pin.paths();
        Generation generation = new Generation(operation, pin.pins(), paths.set(), paths.options(), outers);
        all.forEach(migration -> generation.replace(
                migration.paths.outer(), migration.isOuter() ? PinPaths.ends() : List.of("", PinNames.SCHEMA)));
        return generation;
    }

    private void requireInSet() {
        if (paths.isFree()) {
            throw rejected(
                    paths,
                    "other software has pinned the map, and Nestmap migrates only maps that it has pinned itself. Load the version"
                            + " that fits it, or give this map another pin. Only if nothing else uses that map, remove its pin: its entries are lost");
        }
    }

    /** The pin of the map. */
    PinPaths paths() {
        return paths;
    }

    /** The claim of the pin. */
    ClaimedPin claimed() {
        return claimed;
    }

    /** Whether programs that are not replaced may use the old maps. */
    boolean acceptsOtherWriters() {
        return migration.acceptsOtherWriters();
    }

    /**
     * Creates and fills the new maps, and pins them in the next generation. The pins of the previous version stay as they are. The caller has the claim,
     * publishes the generation, and closes the old map of the result.
     *
     * @param pinsInners whether inner maps are to be pinned
     * @param shared the new inner maps that several outer maps hold
     * @throws BpfException if the pinned map is of neither version, or can't be migrated
     */
    PreparedMigration prepare(boolean pinsInners, Map<List<Object>, RawMap> shared, Generation generation) {
        return RunningOperation.of(Operation.Kind.MIGRATE, map.name(), observation -> {
            RawMap raw = Objects.requireNonNull(openOuter(), "this process owns the set");
            try (Undo undo = new Undo(raw::close)) {
                Plan plan = plan(raw);
                PreparedMigration prepared = isOuter()
                        ? nestMigration(raw, plan, shared, generation).prepare(raw, pinsInners)
                        : preparePlain(raw, plan);
                observation.result(prepared.copied(), 0);
                return undo.commit(prepared);
            }
        });
    }

    /**
     * Whether something is pinned that {@link #prepare} would migrate.
     *
     * @throws BpfException if the pinned map is of neither version
     */
    boolean isNeeded() {
        return isPinned((version, raw) -> !version.isNew(raw, hasOld() ? oldDefinition() : null));
    }

    /** Whether a map is pinned that fits. */
    private boolean isPinned(BiPredicate<PinnedVersion, RawMap> fits) {
        return Boolean.TRUE.equals(pins.reading(
                paths.outer(),
                view -> {
                    try (RawMap raw = PinFormat.open(view, paths.outer(), MapAccess.READ_WRITE)) {
                        return raw != null && fits.test(new PinnedVersion(newMaps.in(view), map, paths), raw);
                    }
                },
                answer -> {}));
    }

    /**
     * Converts the retired inner maps of previous versions to the new layout, and pins them among the maps that are being drained, so that
     * the drains pass them. Called when no program of a previous version writes to them any more, as far as this process
     * knows. If another process, or another object of this one, owns the pins, leaves them to the owner, which may not have replaced these
     * programs yet. Waits for another object of this process that changes maps of the set at this moment.
     *
     * @param isUnchecked whether they may do so nevertheless
     * @throws BpfException if a map has neither the new version nor the version of the migration's schema text
     */
    void convertRetired(BooleanSupplier isUnchecked) {
        OldMapDefinition old = ofRetired();
        if (old == null) {
            return;
        }
        try (Pins.Lock owner = claimed.claim().tryAcquire();
                Pins.Lock next = owner == null ? null : Generation.awaitClaim(pins, paths.set(), paths.options());
                RawMap outer = openOuter()) {
            if (outer == null) {
                return;
            }
            if (!pinned.isNew(outer, null)) {
                throw rejected(
                        paths,
                        "another process migrates it to another version, or has done so. The inner maps in "
                                + paths.retired() + " stay there: start that version, which drains them");
            }
            if (next != null) {
                boolean isResized = old.schema().innerOf(old.map()).kind().isResized(); // a read may miss entries
                convertRetired(outer, old, isResized || isUnchecked.getAsBoolean());
                return;
            }
            WarningLog.RUNTIME.warn(
                    "retired maps of " + paths.outer(),
                    "the inner maps of the previous version in " + paths.retired()
                            + " stay there, because "
                            + claimed.claim().owner()
                            + " and may still run that version. They are drained by the next load with this migration after that"
                            + " process has ended");
        }
    }

    /**
     * Returns the ids of the inner maps that an earlier migration has retired, and that {@link #convertRetired} would hand to the drains. A
     * program of a previous version may still write to them. Empty if another process owns the slots, because then they stay as they are.
     */
    Set<Integer> retiredIds() {
        OldMapDefinition old = ofRetired();
        if (old == null || word != Word.DRAIN) {
            return Set.of();
        }
        try (Pins.Lock owner = claimed.claim().tryAcquire()) {
            return owner == null ? Set.of() : retired.ids(Set.copyOf(List.of(newLayout(), old.fingerprint())));
        }
    }

    /** The definition of the previous version, of which maps may be retired; null if this migration converts none. */
    private @Nullable OldMapDefinition ofRetired() {
        boolean converts = isOuter() && hasWord() && hasOld() && pins.exists(paths.retired());
        return converts ? oldDefinition() : null;
    }

    private void convertRetired(RawMap outer, OldMapDefinition old, boolean isUnchecked) {
        ExistingMapFinder sizedMaps = newMaps.completed(newMaps.withInnerMapsOf(map, outer, paths));
        MapDef inner = sizedMaps.schema().innerOf(map);
        String oldLayout = old.fingerprint();
        if (word == Word.DISCARD) {
            retired.discard(oldLayout);
        }
        retired.moveToDraining(oldLayout, newLayout(), inner, isUnchecked, newMaps.factory(), hasLayout -> {
            boolean isOfNewVersion = hasLayout && !oldLayout.equals(newLayout());
            Schema sized = sizedMaps.schema();
            return isOfNewVersion
                    ? EntryCopier.of(sized, map, sized, map, Migration.from(migration.schemaText()))
                    : plan(old, sizedMaps).copy();
        });
        if (word != Word.DISCARD) {
            retired.requireLayouts(layouts()); // last, so that it leaves as few as possible
        }
    }

    /**
     * Returns the migration from the version of the pinned map. If none is from that version, or there is no choice, returns the first.
     *
     * @param versions migrations of one map from several versions, at least one
     */
    static PinnedMapMigrator ofPinned(List<PinnedMapMigrator> versions) {
        PinnedMapMigrator first = versions.get(0);
        if (versions.size() == 1) {
            return first;
        }
        return versions.stream()
                .filter(PinnedMapMigrator::isFromPinned)
                .findFirst()
                .orElse(first);
    }

    private boolean isFromPinned() {
        return hasOld() && isPinned((version, raw) -> version.isOld(raw, oldDefinition()));
    }

    /** The definition in the new version. */
    MapDef map() {
        return map;
    }

    /** Whether the caller has said what happens to the entries, or need not. */
    boolean hasWord() {
        return isPartOfOuterMap
                || migration.words().containsKey(map.name())
                || newMaps.schema().contentOf(map).isReadOnlyToPrograms();
    }

    private @Nullable RawMap openOuter() {
        return PinFormat.open(pins, paths.outer(), MapAccess.READ_WRITE);
    }

    private boolean isOuter() {
        return map.role() == MapRole.OUTER;
    }

    /** The layouts of the new version and of all previous versions that the caller has described. */
    private Set<String> layouts() {
        Set<String> layouts = new HashSet<>(Set.of(newLayout()));
        for (Schema version : versions) {
            if (version.map(map.name()).isPresent()) {
                layouts.add(OldMapDefinition.fromSchema(version, map).fingerprint());
            }
        }
        return layouts;
    }

    private String newLayout() {
        return LayoutFingerprint.of(newMaps.recordSchema(), map);
    }

    private boolean hasOld() {
        return oldSchema.map(map.name()).isPresent();
    }

    private OldMapDefinition oldDefinition() {
        return OldMapDefinition.fromSchema(oldSchema, map);
    }

    private Plan plan(RawMap raw) {
        ExistingMapFinder sizedMaps = newMaps.completed(newMaps.withInnerMapsOf(map, raw, paths));
        return plan(oldDefinition().sizedLike(newMaps, raw, paths), sizedMaps);
    }

    private Plan plan(OldMapDefinition old, ExistingMapFinder sizedMaps) {
        MapDef content = sizedMaps.schema().contentOf(map);
        EntryCopier copy = word == Word.DISCARD
                ? EntryCopier.discarding(old.content(), content)
                : EntryCopier.of(old.schema(), old.map(), sizedMaps.schema(), map, migration);
        return new Plan(old, sizedMaps, copy);
    }

    private NestMigrator nestMigration(RawMap raw, Plan plan, Map<List<Object>, RawMap> shared, Generation generation) {
        if (word != Word.DISCARD) {
            retired.requireLayouts(layouts());
        }
        return new NestMigrator(
                plan.old(),
                ExistingMapFinder.withSizeOf(raw, map),
                plan.sizedMaps(),
                plan.copy(),
                claimed,
                generation,
                word,
                migration.acceptsOtherWriters()
                        || (word == Word.DRAIN && newMaps.factory().hasSleepableProgram(raw)),
                shared);
    }

    private PreparedMigration preparePlain(RawMap raw, Plan plan) {
        MapDef sized = ExistingMapFinder.withSizeOf(raw, map);
        try (RawMap created = newMaps.factory().of(map).create(MapShape.of(sized), null)) {
            if (word != Word.DISCARD) {
                plan.copy().copy(raw, created);
            }
            new MapPins(newMaps, sized, paths).pin(created, paths.coming());
            return new PreparedMigration(newMaps, map, claimed, raw, plan.copy(), 1, Set.of(), word);
        }
    }

    static BpfException rejected(PinPaths paths, String explanation) {
        return new BpfException(Reason.MISMATCH, "migration of the pin " + paths.outer(), explanation);
    }
}
