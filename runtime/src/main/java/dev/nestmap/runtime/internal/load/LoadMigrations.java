/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.migrate.PinnedMapMigrator;
import dev.nestmap.runtime.internal.migrate.PreparedMigration;
import dev.nestmap.runtime.internal.migrate.SharedInnerMaps;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapConstantName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The migrations of one load. The load prepares the new maps, loads the object with them, and publishes them when nothing is left to check. If
 * it fails later, it takes them back, unless that would lose counts.
 */
final class LoadMigrations implements AutoCloseable {
    private final String operation;
    private final Map<DeclaredPin, List<PinnedMapMigrator>> migrators;
    private final boolean acceptsOtherWriters;
    private final Map<String, PreparedMigration> prepared = new LinkedHashMap<>();

    /** The next generations by their sets, in the order in which they are published. */
    private final Map<Path, Generation> generations = new TreeMap<>();

    private boolean isPublished;
    private Set<Integer> replacedPrograms = Set.of();

    /**
     * @param migrators the migrations of the maps that the object pins: one for each previous version
     * @param acceptsOtherWriters whether programs that the load does not replace may use drained maps
     */
    LoadMigrations(String operation, Map<DeclaredPin, List<PinnedMapMigrator>> migrators, boolean acceptsOtherWriters) {
        this.operation = operation;
        this.migrators = migrators;
        this.acceptsOtherWriters = acceptsOtherWriters;
    }

    /** Whether a pinned map is of a previous version. */
    boolean areNeeded() {
        return migrators.values().stream()
                .anyMatch(versions -> PinnedMapMigrator.ofPinned(versions).isNeeded());
    }

    /** Creates the new maps of all pins that are not of this version, and changes none of these pins. */
    void prepare() {
        Map<DeclaredPin, PinnedMapMigrator> needed = new LinkedHashMap<>();
        migrators.forEach((pin, versions) -> {
            PinnedMapMigrator migration = PinnedMapMigrator.ofPinned(versions);
            if (migration.isNeeded()) {
                needed.put(pin, migration);
            }
        });
        List<PinnedMapMigrator> all = List.copyOf(needed.values());
        MissingWords.require(operation, all);
        all.stream()
                .collect(Collectors.groupingBy(migration -> migration.paths().set()))
                .forEach((set, migrations) -> generations.put(set, PinnedMapMigrator.next(operation, migrations)));
        try (SharedInnerMaps shared = all.size() < 2
                ? new SharedInnerMaps()
                : SharedInnerMaps.in(
                        all.stream().map(PinnedMapMigrator::innerIds).toList())) {
            needed.forEach((pin, migration) -> {
                Generation generation =
                        Objects.requireNonNull(generations.get(migration.paths().set()));
                prepared.put(pin.map(), migration.prepare(pin.inners(), shared, generation));
            });
        }
    }

    /**
     * Throws if a program uses a map that is drained, and the load does not replace it: its counts would be lost. This includes the maps of
     * an earlier migration that ended before it converted them. Programs of a process that has just ended may exist for a moment, so this
     * waits for their end.
     *
     * @param replaced the ids of programs that the load replaces
     * @param links returns the pinned links beside the maps whose programs the load does not replace
     */
    void requireNoOtherWriters(ObjectBackend backend, Set<Integer> replaced, Supplier<Set<Path>> links) {
        replacedPrograms = replaced;
        if (acceptsOtherWriters) {
            return;
        }
        Set<Integer> drained = drained(backend);
        if (!drained.isEmpty()) {
            OtherWriters.LOAD.requireNone(operation, () -> backend.programsUsing(drained), replaced, links);
        }
    }

    /**
     * Where a map of the load is pinned, or will be: in the next generation if the load has one of its set, and migrates the map or creates it.
     *
     * @param paths the pin in the generation in use
     */
    PinPaths place(Pins pins, String map, PinPaths paths) {
        boolean isComing = !isPublished
                && generations.containsKey(paths.set())
                && (prepared.containsKey(map) || !pins.exists(paths.outer()));
        return isComing ? paths.coming() : paths;
    }

    /** All maps of each set change their version. If this fails, {@link #takeBack} sees what has happened. */
    void publish() {
        generations.values().forEach(Generation::publish);
        isPublished = true;
    }

    /** The results by the names of the migrated maps. */
    Map<String, Migration.Result> results() {
        Map<String, Migration.Result> results = new LinkedHashMap<>();
        prepared.forEach((map, migration) -> results.put(map, migration.result()));
        return results;
    }

    /**
     * Puts the previous generations in use again, as far as they were replaced. If programs of the new version have counted, it does so only if all
     * maps are drained: then the new inner maps are retired, and the next load that knows both versions drains them. Otherwise it warns of the
     * counts that the next load will not find.
     *
     * @param haveCounted whether programs of the new version have run
     */
    void takeBack(ObjectBackend backend, boolean haveCounted) {
        List<String> notDrained = prepared.entrySet().stream()
                .filter(migration -> !migration.getValue().isDraining())
                .map(Map.Entry::getKey)
                .toList();
        if (haveCounted && !notDrained.isEmpty()) {
            WarningLog.RUNTIME.warn(
                    operation,
                    operation
                            + " failed after one of its programs had run, so the pins stay those of the new maps, which may have counts."
                            + " Programs of the previous version that are attached use the old maps of "
                            + String.join(", ", notDrained)
                            + ", which have no pins any more: the next load does not find what these programs count there until then",
                    null);
            return;
        }
        Set<Integer> named = new HashSet<>();
        Cleanup cleanup = new Cleanup();
        generations.forEach((set, generation) -> cleanup.run(() -> {
            if (generation.isPublished()) {
                takeBack(set, generation, backend, haveCounted ? named : null);
            }
        }));
        cleanup.rethrow();
    }

    private void takeBack(Path set, Generation generation, ObjectBackend backend, @Nullable Set<Integer> named) {
        prepared.forEach((map, migration) -> {
            if (named != null && migration.paths().set().equals(set)) {
                RawMap current = Objects.requireNonNull(backend.maps().get(map), "the object has its maps");
                migration.retireNew(generation, current, named);
            }
        });
        generation.takeBack(named != null);
    }

    /**
     * Hands over the old inner maps that are drained. Called when the programs of the previous version have ended, except those that sleep or
     * run callbacks.
     *
     * @param isUnchecked whether such programs of the new version use an outer map, and so perhaps those of the previous one
     */
    void convertRetired(ObjectBackend backend, Predicate<String> isUnchecked) {
        generations.values().forEach(Generation::closeOrLog);
        generations.clear();
        Set<Integer> drained = drained(backend);
        String others = acceptsOtherWriters || drained.isEmpty()
                ? null
                : OtherWriters.find(() -> backend.programsUsing(drained), replacedPrograms);
        if (others != null && !others.isEmpty()) {
            WarningLog.RUNTIME.warn(
                    operation,
                    "programs have been attached to the maps of the previous version since the load looked for them: "
                            + others
                            + ". These maps stay retired until the next start. End the processes that have loaded the programs before",
                    null);
            return;
        }
        migrators.forEach((pin, versions) ->
                versions.forEach(version -> version.convertRetired(() -> isUnchecked.test(pin.map()))));
    }

    /** The ids of the maps that are drained, and of the outer maps through which programs use them. */
    private Set<Integer> drained(ObjectBackend backend) {
        Set<Integer> retired = migrators.values().stream()
                .flatMap(List::stream)
                .flatMap(migration -> migration.retiredIds().stream())
                .collect(Collectors.toSet());
        Set<Integer> drained = prepared.values().stream()
                .filter(PreparedMigration::isDraining)
                .flatMap(migration -> migration.oldIds().stream())
                .collect(Collectors.toCollection(HashSet::new));
        drained.addAll(retired);
        drained.addAll(backend.outersOf(retired));
        return drained;
    }

    /**
     * Warns if counts are lost because maps are copied, and not drained. Called when the programs of the previous version have ended that the
     * load replaces. Throws nothing, because the load has succeeded.
     *
     * @param links returns the pinned links beside the maps whose programs the load did not replace
     */
    void warnOfCopies(ObjectBackend backend, Set<Integer> replaced, Supplier<Set<Path>> links) {
        prepared.forEach((map, migration) -> {
            if (!migration.isDraining()) {
                tryWarnOfCopy(map, migration, backend, replaced, links);
            }
        });
    }

    private void tryWarnOfCopy(
            String map,
            PreparedMigration migration,
            ObjectBackend backend,
            Set<Integer> replaced,
            Supplier<Set<Path>> links) {
        try {
            try {
                warnOfCopy(map, migration, backend, replaced, links);
            } catch (BpfException e) {
                warn(
                        map,
                        "what programs may have written to the old maps after the copy is lost, and could not be read",
                        e);
            }
        } catch (Throwable e) {
            // For example, there is no memory for the entries.
        }
    }

    private void warnOfCopy(
            String map,
            PreparedMigration migration,
            ObjectBackend backend,
            Set<Integer> replaced,
            Supplier<Set<Path>> links) {
        String others = OtherWriters.find(() -> backend.programsUsing(migration.oldIds()), replaced);
        int changed = migration.changedSinceCopy();
        List<String> losses = new ArrayList<>();
        if (changed > 0) {
            losses.add("programs have written to " + CountText.of(changed, "old map")
                    + " after the copy, and what they wrote is lost");
        }
        if (others != null && !others.isEmpty()) {
            losses.add("programs go on using the old maps, and what they write there is lost: " + others
                    + ". Replace them in this load: open().migrate(...).attach(program, hook, link).load()");
        }
        Set<Path> staying = others == null ? links.get() : Set.of();
        if (!staying.isEmpty()) {
            losses.add("the programs of the pinned links " + OtherWriters.names(staying)
                    + " stay attached, and this process may not see which maps they use (CAP_SYS_ADMIN): what they write to the old maps"
                    + " is lost");
        }
        if (!losses.isEmpty()) {
            warn(map, String.join("; ", losses), null);
        }
    }

    private void warn(String map, String losses, @Nullable BpfException cause) {
        WarningLog.RUNTIME.warn(
                operation + ", copy of " + map,
                operation + " has copied the entries of " + map + ", but " + losses + ". In a migration, drain("
                        + MapConstantName.of(map)
                        + ") instead of copy loses nothing. It is for outer maps: make a plain map an inner map with one slot",
                cause);
    }

    @Override
    public void close() {
        new Cleanup()
                .each(generations.values(), Generation::close)
                .each(prepared.values(), PreparedMigration::close)
                .rethrow();
    }
}
