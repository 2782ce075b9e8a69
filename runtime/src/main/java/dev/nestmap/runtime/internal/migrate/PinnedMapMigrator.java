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
import dev.nestmap.runtime.internal.existing.ObjectlessMapOpener;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.nest.OtherVersions;
import dev.nestmap.runtime.internal.observe.RunningOperation;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.plan.MapPlan;
import dev.nestmap.schema.text.PinnedMapText;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a pinned map of another version, as its text and the records say, and converts what waits of other versions when it is drained.
 *
 * <p>The new pins are prepared in the next generation of the set, which then replaces the one in use: see {@link Generation}.
 */
public final class PinnedMapMigrator implements OtherVersions, AutoCloseable {
    private final MapDef map;
    private final ExistingMapFinder newMaps;
    private final ClaimedPin claimed;
    private final Pins pins;
    private final PinPaths paths;
    private @Nullable Replacement replacement;

    /** The map that is pinned. */
    private @Nullable Seen seen;

    /** A pinned map that has to be replaced: what it says about itself, and the way from there. */
    private record Replacement(PinnedMapText text, MapPlan plan, Treatment treatment) {}

    /**
     * What is pinned.
     *
     * @param raw the map, which the receiver closes
     * @param place where its pin is
     * @param text what it says about itself; null if this load has created it
     * @param replacement null if it is of this version
     */
    private record Seen(
            RawMap raw,
            Object place,
            @Nullable PinnedMapText text,
            @Nullable Replacement replacement) {}

    /**
     * Makes no system calls.
     *
     * @param records the schema of the records
     * @param sized the same schema with sizes that are set at load. A size that is not set here either is taken from the pinned
     *     map.
     * @param name the map's name in this version
     * @param claimed the map's pin
     */
    public PinnedMapMigrator(Schema records, Schema sized, String name, MapFactory factory, ClaimedPin claimed) {
        this.newMaps = new ExistingMapFinder(records, sized, factory, claimed.pins());
        this.map = newMaps.schema()
                .map(name)
                .orElseThrow(() -> new IllegalArgumentException("the records declare no map " + name));
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
        Map<Path, RawMap> outers = new HashMap<>();
        all.forEach(migration -> outers.put(
                migration.paths.outer(),
                Objects.requireNonNull(migration.seen, "isNeeded has seen it").raw()));
        PinPaths paths = pin.paths();
        Generation generation = new Generation(operation, pin.pins(), paths.set(), paths.options(), outers);
        all.forEach(migration -> generation.replace(
                migration.paths.outer(),
                migration.isOuter() || migration.wasOuter() ? PinPaths.ends() : List.of("", PinNames.SCHEMA)));
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

    private boolean wasOuter() {
        return replacement().text().definition().role() == MapRole.OUTER;
    }

    /** Whether something is pinned that {@link #prepare} would replace. The answer is for good if this process owns the set. */
    boolean isNeeded() {
        close();
        boolean isOfRecord = isOuter() || map.role() == MapRole.PLAIN;
        Seen now = !isOfRecord || paths.options().refusesUpgrade()
                ? null
                : pins.reading(paths.outer(), this::see, one -> one.raw().close());
        replacement = now == null ? null : now.replacement();
        seen = now;
        return replacement != null;
    }

    /**
     * Hands over the map of this version that {@link #isNeeded} has compared, or that {@link #prepare} has created. The caller closes it.
     *
     * @return null if nothing is pinned, or another map: then the load finds out why
     */
    ExistingMapFinder.@Nullable Found takeSame() {
        Seen taken = seen != null && seen.replacement() == null ? take() : null;
        return taken == null ? null : new ExistingMapFinder.Found(taken.raw(), taken.text(), true, taken.place());
    }

    private @Nullable Seen take() {
        Seen taken = seen;
        seen = null;
        return taken;
    }

    @Override
    public void close() {
        Seen left = take();
        if (left != null) {
            left.raw().close();
        }
    }

    /** Returns null if nothing is pinned, or a map of no version of this object, which the load refuses. */
    private @Nullable Seen see(Pins view) {
        RawMap raw = PinFormat.open(view, paths.outer(), MapAccess.READ_WRITE);
        if (raw == null) {
            return null;
        }
        try (Undo undo = new Undo(raw::close)) {
            ExistingMapFinder maps = newMaps.in(view);
            PinnedMapText text = maps.text(map, raw, paths);
            if (text == null || !maps.isVersionOf(map, text)) {
                return null;
            }
            Object place = Objects.requireNonNull(view.place(paths.outer()), "the view has seen it");
            boolean isSame = maps.check(map, raw, text).differences().isEmpty();
            return undo.commit(new Seen(raw, place, text, isSame ? null : find(maps, text)));
        }
    }

    private Replacement find(ExistingMapFinder maps, PinnedMapText text) {
        MapPlan plan = planFrom(text, maps.schema());
        boolean isCopied = text.schema().contentOf(text.definition()).isReadOnlyToPrograms()
                && maps.schema().contentOf(map).isReadOnlyToPrograms();
        boolean isKept = !converts(plan) || (!isOuter() && !isCopied); // whether the text or a size at load differs
        return new Replacement(text, plan, isKept ? Treatment.KEEP : isCopied ? Treatment.COPY : Treatment.DRAIN);
    }

    private MapPlan planFrom(PinnedMapText text, Schema to) {
        return MapPlan.of(text.schema(), text.definition(), to, map);
    }

    private static boolean converts(MapPlan plan) {
        return plan.keys() != null && plan.problems().isEmpty();
    }

    private Replacement replacement() {
        return Objects.requireNonNull(replacement, "the caller has asked whether a migration is needed");
    }

    /**
     * Creates and fills the new maps, and pins them in the next generation. The pins of the previous version stay as they are. The caller has the claim,
     * publishes the generation, and closes the old map of the result.
     *
     * @param pinsInners whether inner maps are to be pinned
     * @param shared the new inner maps that several outer maps hold
     */
    PreparedMigration prepare(boolean pinsInners, Map<List<Object>, RawMap> shared, Generation generation) {
        return RunningOperation.of(Operation.Kind.MIGRATE, map.name(), observation -> {
            RawMap raw = takeFound();
            try (Undo undo = new Undo(raw::close)) {
                PreparedMigration prepared = isOuter() && wasOuter()
                        ? prepareNest(raw, pinsInners, shared, generation)
                        : prepareOther(raw, generation);
                undo.add(prepared.created()::close);
                Object place = Objects.requireNonNull(pins.place(paths.coming().outer()), "it was pinned there");
                observation.result(prepared.copied(), 0);
                seen = new Seen(prepared.created(), place, null, null);
                return undo.commit(prepared);
            }
        });
    }

    /** The map that {@link #isNeeded} has found. Until this process owned the set, another one may have upgraded or ended it. */
    private RawMap takeFound() {
        Seen taken = Objects.requireNonNull(take(), "isNeeded has seen it");
        try (Undo undo = new Undo(taken.raw()::close)) {
            if (!taken.place().equals(pins.place(paths.outer()))) {
                throw BpfException.of(Reason.BUSY, "upgrade of the pin " + paths.outer())
                        .map(map.name())
                        .because(
                                "another process has just replaced or removed the map there, and nothing was changed: load the object again");
            }
            return undo.commit(taken.raw());
        }
    }

    private PreparedMigration prepareNest(
            RawMap raw, boolean pinsInners, Map<List<Object>, RawMap> shared, Generation generation) {
        return nestMigrator(raw, shared, generation).prepare(raw, pinsInners);
    }

    private NestMigrator nestMigrator(RawMap raw, Map<List<Object>, RawMap> shared, Generation generation) {
        ExistingMapFinder sizedMaps = newMaps.completed(
                newMaps.withInnerMapsOf(map, raw, replacement().text()));
        return new NestMigrator(
                replacement().text(),
                ExistingMapFinder.withSizeOf(raw, map),
                sizedMaps,
                copier(sizedMaps.schema()),
                claimed,
                generation,
                replacement().treatment(),
                shared);
    }

    /** Replaces a map, if the old one or the new one is no outer map. */
    private PreparedMigration prepareOther(RawMap raw, Generation generation) {
        MapDef sized = ExistingMapFinder.withSizeOf(raw, map);
        EntryCopier copy = copier(newMaps.schema());
        Treatment treatment = replacement().treatment();
        RawMap created = create(sized);
        if (treatment == Treatment.COPY && !copied(copy, raw, created)) {
            created = create(sized); // without the entries that had a place
            treatment = Treatment.KEEP;
        }
        try (Undo undo = new Undo(created::close)) {
            Set<Integer> innerIds = Set.of();
            RetiredMaps retired = new RetiredMaps(generation, claimed, raw.id());
            if (treatment == Treatment.KEEP && wasOuter()) {
                innerIds = nestMigrator(raw, Map.of(), generation).retire(raw, retired);
            } else if (treatment == Treatment.KEEP) {
                retired.addItself(raw);
            }
            new MapPins(newMaps, sized, paths).pinInPlace(created, paths.coming());
            return undo.commit(
                    new PreparedMigration(newMaps, map, claimed, raw, created, 1, innerIds, treatment, retired));
        }
    }

    /** Returns false if an entry has no place in the new map, which is closed then, as after an exception. */
    private static boolean copied(EntryCopier copy, RawMap from, RawMap to) {
        try (Undo undo = new Undo(to::close)) {
            if (!copy.copyIfPossible(from, to)) {
                return false;
            }
            undo.commit();
            return true;
        }
    }

    private RawMap create(MapDef sized) {
        return isOuter()
                ? ObjectlessMapOpener.createOuter(newMaps, sized)
                : newMaps.factory().of(map).create(MapShape.of(sized), null);
    }

    private EntryCopier copier(Schema to) {
        PinnedMapText from = replacement().text();
        return converts(replacement().plan())
                ? EntryCopier.of(from, replacement().plan(), to.contentOf(map))
                : EntryCopier.none(from.schema().contentOf(from.definition()), to.contentOf(map));
    }

    /** Reads the maps of a version that means the same, and converts those of others. */
    @Override
    public Reader of(PinnedMapText text) {
        if (newMaps.innerDifferences(map, text).isEmpty()) {
            return EqualVersions.asTheyAre(text);
        }
        MapPlan plan = planFrom(text, newMaps.schema());
        if (!isOuter() && converts(plan)) {
            throw OtherVersions.unreadable(text, "it was in use until an upgrade put another map in its place");
        }
        if (!isOuter() || !converts(plan)) {
            throw OtherVersions.unreadable(text, "\n  " + String.join("\n  ", plan.problems()));
        }
        MapDef inner = newMaps.schema().innerOf(map);
        EntryCopier copy = EntryCopier.of(text, plan, inner);
        MapFactory ofInners = newMaps.factory().of(inner);
        return waiting -> copy.converted(waiting, text, ofInners);
    }
}
