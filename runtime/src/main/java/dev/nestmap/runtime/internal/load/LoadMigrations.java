/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.log.WarningLog;
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
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The migrations of one load. The load prepares the new maps, loads the object with them, and commits them when nothing is left to check. If
 * it fails later, it puts the old maps back, unless that would lose counts.
 */
final class LoadMigrations implements AutoCloseable {
    private final String operation;
    private final Map<DeclaredPin, List<PinnedMapMigrator>> migrators;
    private final boolean acceptsOtherWriters;
    private final Map<String, PreparedMigration> prepared = new LinkedHashMap<>();

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
                .anyMatch(versions -> versions.get(0).isInterrupted()
                        || PinnedMapMigrator.ofPinned(versions).isNeeded());
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
        try (SharedInnerMaps shared = all.size() < 2
                ? new SharedInnerMaps()
                : SharedInnerMaps.in(
                        all.stream().map(PinnedMapMigrator::innerIds).toList())) {
            needed.forEach((pin, migration) -> {
                PreparedMigration migrated = migration.prepare(pin.inners(), shared);
                if (migrated != null) {
                    prepared.put(pin.map(), migrated);
                }
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
        if (acceptsOtherWriters) {
            return;
        }
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
        if (!drained.isEmpty()) {
            OtherWriters.LOAD.requireNone(operation, () -> backend.programsUsing(drained), replaced, links);
        }
    }

    /** Where the new map and the pins beside it are pinned, if the load migrates the map; otherwise null. */
    @Nullable
    PinPaths paths(String map) {
        PreparedMigration migration = prepared.get(map);
        return migration == null ? null : migration.paths();
    }

    /** Moves the pins of all new maps into place. */
    void commit() {
        prepared.values().forEach(PreparedMigration::commit);
    }

    /** The results by the names of the migrated maps. */
    Map<String, Migration.Result> results() {
        Map<String, Migration.Result> results = new LinkedHashMap<>();
        prepared.forEach((map, migration) -> results.put(map, migration.result()));
        return results;
    }

    /**
     * Moves the pins of the old maps back, as far as they were moved. If programs of the new version have counted, it does so only if all
     * maps are drained: then the new inner maps are retired, and the next load that knows both versions drains them. Otherwise it warns of the
     * counts that the next load will not find.
     *
     * @param haveCounted whether programs of the new version have run
     */
    void putBack(ObjectBackend backend, boolean haveCounted) {
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
        Set<Integer> counted = haveCounted ? new HashSet<>() : null;
        Cleanup cleanup = new Cleanup();
        prepared.forEach((map, migration) -> cleanup.run(() -> migration.putBack(
                Objects.requireNonNull(backend.maps().get(map), "the object has its maps"), counted)));
        cleanup.rethrow();
    }

    /**
     * Hands over the old inner maps that are drained. Called when the programs of the previous version have ended, except those that sleep or
     * run callbacks.
     *
     * @param isUnchecked whether such programs of the new version use an outer map, and so perhaps those of the previous one
     */
    void convertRetired(Predicate<String> isUnchecked) {
        close();
        migrators.forEach((pin, versions) ->
                versions.forEach(version -> version.convertRetired(() -> isUnchecked.test(pin.map()))));
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
        new Cleanup().each(prepared.values(), PreparedMigration::close).rethrow();
    }
}
