/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.PinFormat;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.existing.EqualVersions;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.existing.MapPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.nest.OtherVersions;
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
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.schema.text.SchemaText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a pinned map of a previous version with a map of the new version, and converts what waits of previous versions when it is drained.
 *
 * <p>The new pins are prepared in the next generation of the set, which then replaces the one in use: see {@link Generation}.
 */
public final class PinnedMapMigrator implements OtherVersions {
    private final MapDef map;
    private final List<Version> versions;

    /** The name of the map whose word applies. */
    private final String named;

    private final ExistingMapFinder newMaps;
    private final ClaimedPin claimed;
    private final Pins pins;
    private final PinPaths paths;
    private @Nullable Found found;

    /** A previous version that the user has described. */
    private record Version(Migration migration, Schema schema) {
        Optional<MapDef> definition(MapDef map) {
            return schema.map(map.name()).filter(old -> old.role() == map.role());
        }
    }

    /** A pinned map that has to be replaced: what it says about itself, and the migration from its version. */
    private record Found(PinnedMapText text, Version version) {}

    /**
     * Makes no system calls.
     *
     * @param records the schema of the records
     * @param sized the same schema with sizes that are set at load. A size that is not set here either is taken from the pinned
     *     map.
     * @param name the map's name in all versions
     * @param migrations the migrations from previous versions
     * @param outer the outer map for which Nestmap has generated this map, and whose word applies; null for another map
     * @param claimed the map's pin
     */
    public PinnedMapMigrator(
            Schema records,
            Schema sized,
            String name,
            List<Migration> migrations,
            @Nullable String outer,
            MapFactory factory,
            ClaimedPin claimed) {
        this.newMaps = new ExistingMapFinder(records, sized, factory, claimed.pins());
        this.map = newMaps.schema()
                .map(name)
                .orElseThrow(() -> new IllegalArgumentException("the records declare no map " + name));
        this.named = outer == null ? name : outer;
        this.versions = migrations.stream()
                .map(migration -> new Version(migration, factory.fit(SchemaText.parse(migration.schemaText()))))
                .toList();
        this.claimed = claimed;
        this.pins = claimed.pins();
        this.paths = claimed.paths();
    }

    /**
     * Begins the next generation of a set.
     *
     * @param operation names the load in messages
     * @param pin a pin of the set
     * @param all the migrations of maps in the set, which {@link #isNeeded}
     */
    static Generation next(String operation, ClaimedPin pin, List<PinnedMapMigrator> all) {
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

    /** The pin of the map. */
    PinPaths paths() {
        return paths;
    }

    /** The claim of the pin. */
    ClaimedPin claimed() {
        return claimed;
    }

    /** The definition in the new version. */
    MapDef map() {
        return map;
    }

    boolean isOuter() {
        return map.role() == MapRole.OUTER;
    }

    /** Whether the user has described a previous version. */
    boolean hasVersions() {
        return !versions.isEmpty();
    }

    /** Whether programs that are not replaced may use the old maps. */
    boolean acceptsOtherWriters() {
        return versions.stream().anyMatch(version -> version.migration().acceptsOtherWriters());
    }

    /**
     * Whether something is pinned that {@link #prepare} would migrate. The answer is for good if this process owns the set.
     *
     * @throws BpfException if the pinned map is of no version that is known
     */
    boolean isNeeded() {
        found = versions.isEmpty()
                ? null
                : pins.reading(
                        paths.outer(),
                        view -> {
                            try (RawMap raw = PinFormat.open(view, paths.outer(), MapAccess.READ_WRITE)) {
                                return raw == null ? null : find(newMaps.in(view), raw);
                            }
                        },
                        unused -> {});
        return found != null;
    }

    /** Returns null if the pinned map is of the new version already. */
    private @Nullable Found find(ExistingMapFinder maps, RawMap raw) {
        PinnedMapText text = maps.text(map, raw, paths);
        List<String> fromNew = new ArrayList<>(maps.check(map, raw, text).differences());
        innerSizeDifference(text).ifPresent(fromNew::add);
        if (fromNew.isEmpty()) {
            return null;
        }
        if (text == null) {
            throw rejected(
                    "other software has pinned the map, and Nestmap migrates only maps that it has pinned itself. Load the version"
                            + " that fits it, or give this map another pin. Only if nothing else uses that map, remove its pin: its entries are lost");
        }
        String fromOld = "";
        for (Version version : versions) {
            MapDef old = version.definition(map).orElse(null);
            if (old != null) {
                List<String> differences =
                        maps.of(version.schema()).check(old, raw, text).differences();
                if (differences.isEmpty()) {
                    return new Found(text, version);
                }
                fromOld +=
                        ". It differs from the schema text in Migration.from: it has " + String.join("; ", differences);
            }
        }
        if (fromOld.isEmpty()) {
            throw new BpfException(
                    Reason.NOT_FOUND,
                    "migration of map " + map.name(),
                    "the schema text in Migration.from has no such map; pass the schema text of the version that created"
                            + " the pinned map");
        }
        throw rejected("the pinned map is of neither version. It differs from the records: it has "
                + String.join("; ", fromNew)
                + fromOld
                + ". Pass the schema text of the version that created it; if that version is newer than these"
                + " records, don't migrate, but run the newer version");
    }

    /** Compares the size of the inner maps with a size set at load, which the kernel itself would not compare. */
    private Optional<String> innerSizeDifference(@Nullable PinnedMapText text) {
        if (!isOuter() || text == null || !newMaps.recordSchema().innerOf(map).isSizedAtLoad()) {
            return Optional.empty();
        }
        MapDef inner = newMaps.schema().innerOf(map);
        long old = text.schema().contentOf(text.definition()).maxEntries();
        return inner.isSizedAtLoad() || old == inner.maxEntries()
                ? Optional.empty()
                : Optional.of("inner maps of max_entries " + old + " instead of " + inner.maxEntries());
    }

    private Found found() {
        return Objects.requireNonNull(found, "the caller has asked whether a migration is needed");
    }

    private Word word(Version version) {
        Word given = version.migration().words().getOrDefault(named, Word.COPY);
        return given == Word.DRAIN && !isOuter() ? Word.COPY : given;
    }

    /** Whether the caller has said what happens to the entries, or need not. */
    boolean hasWord() {
        return !named.equals(map.name())
                || found().version().migration().words().containsKey(named)
                || newMaps.schema().contentOf(map).isReadOnlyToPrograms();
    }

    /**
     * Creates and fills the new maps, and pins them in the next generation. The pins of the previous version stay as they are. The caller has the claim,
     * publishes the generation, and closes the old map of the result.
     *
     * @param pinsInners whether inner maps are to be pinned
     * @param shared the new inner maps that several outer maps hold
     * @throws BpfException if the pinned map can't be migrated
     */
    PreparedMigration prepare(boolean pinsInners, Map<List<Object>, RawMap> shared, Generation generation) {
        return RunningOperation.of(Operation.Kind.MIGRATE, map.name(), observation -> {
            RawMap raw =
                    Objects.requireNonNull(pins.open(paths.outer(), MapAccess.READ_WRITE), "this process owns the set");
            try (Undo undo = new Undo(raw::close)) {
                PreparedMigration prepared =
                        isOuter() ? prepareNest(raw, pinsInners, shared, generation) : preparePlain(raw);
                observation.result(prepared.copied(), 0);
                return undo.commit(prepared);
            }
        });
    }

    private PreparedMigration prepareNest(
            RawMap raw, boolean pinsInners, Map<List<Object>, RawMap> shared, Generation generation) {
        ExistingMapFinder sizedMaps = newMaps.completed(newMaps.withInnerMapsOf(map, raw, found().text()));
        Word word = word(found().version());
        NestMigrator migrator = new NestMigrator(
                found().text(),
                ExistingMapFinder.withSizeOf(raw, map),
                sizedMaps,
                copier(found().text(), sizedMaps.schema(), found().version()),
                claimed,
                generation,
                word,
                acceptsOtherWriters()
                        || (word == Word.DRAIN && newMaps.factory().hasSleepableProgram(raw)),
                shared);
        return migrator.prepare(raw, pinsInners);
    }

    private PreparedMigration preparePlain(RawMap raw) {
        MapDef sized = ExistingMapFinder.withSizeOf(raw, map);
        EntryCopier copy = copier(found().text(), newMaps.schema(), found().version());
        Word word = word(found().version());
        try (RawMap created = newMaps.factory().of(map).create(MapShape.of(sized), null)) {
            if (word != Word.DISCARD) {
                copy.copy(raw, created);
            }
            new MapPins(newMaps, sized, paths).pin(created, paths.coming());
            return new PreparedMigration(newMaps, map, claimed, raw, copy, 1, Set.of(), word);
        }
    }

    private EntryCopier copier(PinnedMapText from, Schema to, Version version) {
        return word(version) == Word.DISCARD
                ? EntryCopier.discarding(from.schema().contentOf(from.definition()), to.contentOf(map))
                : EntryCopier.of(from.schema(), from.definition(), to, map, version.migration());
    }

    /** Reads the maps of a version that means the same, and converts those from which a migration leads. */
    @Override
    public @Nullable Reader of(PinnedMapText text) {
        Reader equal = new EqualVersions(newMaps, map).of(text);
        if (equal != null) {
            return equal;
        }
        Version version = versions.stream()
                .filter(old -> old.definition(map)
                        .filter(outer -> newMaps.of(old.schema())
                                .innerDifferences(outer, text)
                                .isEmpty())
                        .isPresent())
                .findFirst()
                .orElse(null);
        if (version == null) {
            return null;
        }
        MapDef inner = newMaps.schema().innerOf(map);
        EntryCopier copy = EntryCopier.of(text.schema(), text.definition(), newMaps.schema(), map, version.migration());
        MapFactory ofInners = newMaps.factory().of(inner);
        return waiting -> copy.converted(waiting, text, ofInners);
    }

    private BpfException rejected(String explanation) {
        return rejected(paths, explanation);
    }

    static BpfException rejected(PinPaths paths, String explanation) {
        return new BpfException(Reason.MISMATCH, "migration of the pin " + paths.outer(), explanation);
    }
}
