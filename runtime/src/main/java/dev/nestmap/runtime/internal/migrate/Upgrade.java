/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.nest.OtherVersions;
import dev.nestmap.runtime.internal.nest.WaitingGroups;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.schema.PinNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The generations of one load, which creates or replaces pinned maps. All maps of a set change in one system call. The caller owns the sets, and
 * makes these calls in this order:
 *
 * <ol>
 *   <li>{@link #prepare}, and loads its programs with the new maps
 *   <li>{@link #requireNoOtherWriters}, and checks all else that may fail
 *   <li>{@link #publish}, and attaches its programs
 *   <li>{@link #settle}, when the previous programs have ended; or {@link #takeBack} if a step before has failed
 * </ol>
 *
 * <p>{@link Generation} shows what a process leaves that is killed. So this class knows nothing of it, except that {@link #settle} continues with the
 * retired maps of the one before.
 */
public final class Upgrade implements AutoCloseable {
    private final String operation;
    private final MapFactory factory;
    private final Map<DeclaredPin, PinnedMapMigrator> migrators;
    private final boolean acceptsOtherWriters;

    /** The maps that are of a previous version; null until the owner of the sets has looked. */
    private @Nullable Map<DeclaredPin, PinnedMapMigrator> needed;

    private final Map<String, PreparedMigration> prepared = new LinkedHashMap<>();

    /** The next generations by their sets, in the order in which they are published. */
    private final Map<Path, Generation> generations = new TreeMap<>();

    /** The pins at which the load creates a map. */
    private final Set<Path> missing = new HashSet<>();

    /** The groups of maps of another version that this load has just planned to convert. */
    private final Set<Path> convertible = new HashSet<>();

    private final List<Pins.Lock> held = new ArrayList<>();

    /** The files in the directories of pins. Unknown after this load may have made a group, or renamed a pin. */
    private final Map<Path, List<Pins.Listed>> files = new HashMap<>();

    private boolean isPublished;

    /** The groups to which programs of other versions may still write, with their files. */
    private Map<PinnedMapMigrator, Map<Path, List<Path>>> retired = new LinkedHashMap<>();

    private Set<Integer> replaced = Set.of();
    private Supplier<Set<Path>> others = Set::of;

    /**
     * @param operation names the load in messages
     * @param migrators one for each pinned map
     * @param acceptsOtherWriters whether programs that the load does not replace may use the old maps
     */
    public Upgrade(
            String operation,
            MapFactory factory,
            Map<DeclaredPin, PinnedMapMigrator> migrators,
            boolean acceptsOtherWriters) {
        this.operation = operation;
        this.factory = factory;
        this.migrators = migrators;
        this.acceptsOtherWriters = acceptsOtherWriters;
    }

    /** Whether a pinned map is of another version. */
    public boolean isNeeded() {
        return migrators.values().stream().anyMatch(PinnedMapMigrator::isNeeded);
    }

    private Map<DeclaredPin, PinnedMapMigrator> needed() {
        Map<DeclaredPin, PinnedMapMigrator> known = needed;
        if (known == null) {
            known = new LinkedHashMap<>(migrators);
            known.values().removeIf(migration -> !migration.isNeeded());
            needed = known;
        }
        return known;
    }

    /**
     * Hands over a map of this version, which the load closes: the pinned one, compared already, or the one that {@link #prepare} has created in
     * place of another version. Null if there is none.
     */
    public ExistingMapFinder.@Nullable Found takeSame(DeclaredPin pin) {
        return versionsOf(pin).takeSame();
    }

    private PinnedMapMigrator versionsOf(DeclaredPin pin) {
        return Objects.requireNonNull(migrators.get(pin), "each pin has one");
    }

    /** How drains read what waits of other versions of a map. */
    public OtherVersions versions(DeclaredPin pin) {
        return versionsOf(pin);
    }

    /**
     * Begins a generation of each set in which the load changes a map, and closes the door of the set until {@link #close}. Creates the new maps of all
     * pins that are not of this version, and changes none of these pins.
     *
     * @param missing the pins at which the load creates a map, with the ends of the names of the files that belong to them. The caller has their
     *     claims
     */
    public void prepare(Map<ClaimedPin, List<String>> missing) {
        Map<Path, ClaimedPin> sets = new TreeMap<>();
        needed().values().forEach(migration -> {
            held.add(migration.claimed().own());
            sets.put(migration.paths().set(), migration.claimed());
        });
        missing.keySet().forEach(pin -> sets.put(pin.paths().set(), pin));
        sets.forEach((set, pin) -> {
            held.add(0, pin.claim().closeDoor()); // opens before the set is given up
            generations.put(
                    set,
                    PinnedMapMigrator.next(
                            operation,
                            pin,
                            needed().values().stream()
                                    .filter(migration -> migration.paths().set().equals(set))
                                    .toList()));
        });
        missing.forEach((pin, ends) -> {
            Objects.requireNonNull(generations.get(pin.paths().set()))
                    .add(pin.paths().outer(), ends);
            this.missing.add(pin.paths().outer());
        });
        requireNotShared();
        Map<List<Object>, RawMap> shared = new HashMap<>();
        try {
            needed().forEach((pin, migration) -> {
                Generation generation =
                        Objects.requireNonNull(generations.get(migration.paths().set()));
                prepared.put(pin.map(), migration.prepare(pin.inners(), shared, generation));
            });
        } finally {
            new Cleanup().each(shared.values(), RawMap::close).rethrow();
        }
    }

    /** Otherwise an inner map would be retired in each set, and drained twice. */
    private void requireNotShared() {
        Map<Integer, Path> sets = new HashMap<>();
        generations.forEach((set, generation) -> generation.idsInSlots().forEach(id -> {
            Path other = sets.putIfAbsent(id, set);
            if (other != null) {
                throw BpfException.of(Reason.LOSES_COUNTS, operation)
                        .because(
                                "inner map " + Integer.toUnsignedString(id) + " is in slots of outer maps in " + other
                                        + " and in " + set
                                        + ". Nestmap changes one directory of pins after the other, so it would drain this map twice. Nothing was"
                                        + " changed: start the previous version, and let it take the map out of the slots of one directory (discard for settings, otherwise expert().unchecked().takeAll)");
            }
        }));
    }

    /**
     * Throws if a program uses a map that is drained, and the load does not replace it: its counts would be lost. This includes the maps of
     * an earlier upgrade that was not complete. Programs of a process that has just ended may exist for a moment, so this
     * waits for their end. From now on, nobody else attaches a program to the maps that are replaced.
     *
     * @param programs returns the ids of programs that the load replaces wherever they are attached
     * @param links returns the pinned links beside the maps whose programs the load does not replace
     */
    public void requireNoOtherWriters(Supplier<Set<Integer>> programs, Supplier<Set<Path>> links) {
        others = links;
        retired = findRetired();
        if (hasFormer()) {
            replaced = programs.get(); // those that are attached now
        }
        Set<Integer> drained = acceptsOtherWriters ? Set.of() : drained();
        if (!drained.isEmpty() && !prepared.isEmpty()) {
            OtherWriters.requireNone(operation, () -> factory.programsUsing(drained), programs, links);
        }
    }

    /** Whether there are maps of another version, which this load or an interrupted one has replaced, and to which programs may still write. */
    public boolean hasFormer() {
        return !retired.isEmpty() || !prepared.isEmpty();
    }

    /**
     * Where a map of the load is pinned, or will be: in the next generation if the load has one of its set, and replaces the map or creates it.
     *
     * @param paths the pin in the generation in use
     */
    public PinPaths place(String map, PinPaths paths) {
        boolean isComing = !isPublished && (prepared.containsKey(map) || missing.contains(paths.outer()));
        return isComing ? paths.coming() : paths;
    }

    /** All maps of each set change their version. If this fails, {@link #takeBack} sees what has happened. */
    public void publish() {
        generations.values().forEach(Generation::publish);
        isPublished = true;
    }

    /** The replaced maps by their names. */
    Map<String, PreparedMigration> prepared() {
        return prepared;
    }

    /**
     * Puts the previous generations in use again, as far as they were replaced. If programs of the new version have counted, it does so only where maps
     * were replaced, and retires the new maps in which they count: the next load lets them wait.
     *
     * @param haveCounted whether programs of the new version have run
     */
    public void takeBack(boolean haveCounted) {
        Cleanup cleanup = new Cleanup();
        generations.forEach((set, generation) -> cleanup.run(() -> {
            List<PreparedMigration> migrated = prepared.values().stream()
                    .filter(migration -> migration.paths().set().equals(set))
                    .toList();
            if (generation.isPublished() && !(haveCounted && migrated.isEmpty())) {
                if (haveCounted) {
                    migrated.forEach(migration -> migration.retireNew(generation));
                }
                generation.takeBack(haveCounted);
            }
        }));
        cleanup.rethrow();
    }

    /**
     * Removes the previous generations, and hands over the old inner maps that are drained. Called when the programs of the previous version have
     * ended, except those that sleep or run callbacks.
     *
     * @param isUnchecked whether such programs of the new version use a map, and so perhaps those of the previous one
     */
    public void settle(Predicate<String> isUnchecked) {
        generations.values().forEach(Generation::removePrevious);
        needed().forEach((pin, migration) -> {
            Map<Path, List<Path>> group =
                    Objects.requireNonNull(prepared.get(pin.map())).retired().group();
            if (!group.isEmpty()) {
                retired.computeIfAbsent(migration, any -> new LinkedHashMap<>()).putAll(group);
            }
        });
        if (hasFormer()) {
            settleRetired(isUnchecked);
        }
    }

    private void settleRetired(Predicate<String> isUnchecked) {
        Set<Integer> drained = acceptsOtherWriters ? Set.of() : drained();
        String writers =
                drained.isEmpty() ? "" : OtherWriters.find(() -> factory.programsUsing(drained), () -> replaced);
        Set<Path> staying = writers == null ? others.get() : Set.of();
        if ((writers != null && !writers.isEmpty()) || !staying.isEmpty()) {
            WarningLog.RUNTIME.warn(
                    operation,
                    "programs may still write to the maps of the previous version: "
                            + (writers == null ? "those of the links " + OtherWriters.names(staying) : writers)
                            + ". These maps wait until the next start. Before that start, end the processes that have loaded the programs");
            return;
        }
        Set<Integer> asleep = usedAsleep(drained);
        boolean isNestAsleep = retired.entrySet().stream() // perhaps with an inner map of another group
                .anyMatch(each -> each.getKey().isOuter()
                        && each.getValue().keySet().stream().anyMatch(group -> asleep.contains(PinPaths.idOf(group))));
        retired.forEach((migration, groups) -> {
            boolean isInDoubt =
                    acceptsOtherWriters || isUnchecked.test(migration.map().name());
            settle(
                    migration,
                    groups,
                    group -> isInDoubt || (migration.isOuter() ? isNestAsleep : asleep.contains(PinPaths.idOf(group))));
        });
    }

    /** Those of these maps that sleepable programs use, also of versions before: the load has waited for no run of them. All, if that can't be seen. */
    private Set<Integer> usedAsleep(Set<Integer> drained) {
        try {
            return drained.isEmpty()
                    ? Set.of()
                    : OtherWriters.awaitEnd(() -> factory.usedBySleepable(drained), Set::isEmpty);
        } catch (BpfException e) {
            return drained;
        }
    }

    private void settle(PinnedMapMigrator migration, Map<Path, List<Path>> groups, Predicate<Path> isUnchecked) {
        PinPaths paths = migration.paths();
        Pins pins = migration.claimed().pins();
        boolean isClaimed = generations.containsKey(paths.set());
        try (Pins.Lock next = isClaimed ? Pins.Lock.NONE : Generation.awaitClaim(pins, paths.set(), paths.options())) {
            groups.keySet()
                    .removeIf(group ->
                            !isClaimed && (next == null || !pins.exists(group))); // another load continues, or has
            groups.forEach((group, maps) -> settle(migration, group, maps, isUnchecked.test(group)));
        } catch (BpfException e) { // the load has succeeded
            WarningLog.RUNTIME.warn(
                    "retired maps of " + paths.outer(),
                    "drains can't pass the inner maps of the previous version in " + groups.keySet()
                            + " yet. They keep their counts, and the next start tries again",
                    e);
        }
    }

    private void settle(PinnedMapMigrator migration, Path group, List<Path> files, boolean isUnchecked) {
        Pins pins = migration.claimed().pins();
        PreparedMigration planned = prepared.get(migration.map().name());
        PreparedMigration own = planned != null && planned.retired().group().containsKey(group) ? planned : null;
        Path text = group.resolve(PinNames.GROUP_SCHEMA);
        List<Path> maps = new ArrayList<>(files);
        maps.remove(text);
        if (!migration.isOuter() && !isUnchecked) { // nobody would ever take an empty map away
            maps.removeIf(pin -> (own != null && own.old().id() == PinPaths.idOf(pin))
                    ? WaitingGroups.removeIfEmpty(pins, pin, own.old())
                    : WaitingGroups.removeIfEmpty(pins, pin));
        }
        if (maps.isEmpty()) {
            pins.remove(text);
            pins.removeDirectory(group);
            rename(migration, group, List.of());
            return;
        }
        if (isUnchecked) {
            maps.removeIf(PinPaths::isUnchecked);
            maps.forEach(pin -> pins.move(pin, PinPaths.unchecked(pin)));
        }
        Path settled = migration.paths().settled(group);
        pins.moveDirectory(group, settled);
        rename(migration, group, List.of(new Pins.Listed(settled, true, false)));
        if (own != null && own.treatment() == Treatment.DRAIN) {
            convertible.add(settled);
        }
    }

    /** Notes what has become of a group. */
    private void rename(PinnedMapMigrator migration, Path group, List<Pins.Listed> to) {
        files.computeIfPresent(
                migration.paths().directory(),
                (directory, all) -> Stream.concat(
                                all.stream().filter(file -> !file.path().equals(group)), to.stream())
                        .toList());
    }

    /**
     * The groups to which programs of other versions may still write, with their files. Those of sets that others own are theirs. The others stay this
     * load's.
     */
    private Map<PinnedMapMigrator, Map<Path, List<Path>>> findRetired() {
        Map<PinnedMapMigrator, Map<Path, List<Path>>> found = new LinkedHashMap<>();
        for (PinnedMapMigrator migration : withGroups()) {
            List<Path> groups = migration.paths().retiredGroups(files(migration));
            Pins.Lock owner = groups.isEmpty() ? null : migration.claimed().tryOwn();
            if (owner != null) {
                held.add(owner);
                Map<Path, List<Path>> files = new LinkedHashMap<>();
                groups.forEach(
                        group -> files.put(group, migration.claimed().pins().list(group)));
                found.put(migration, files);
            }
        }
        return found;
    }

    /** The maps of the sets in which there are groups. */
    private List<PinnedMapMigrator> withGroups() {
        return migrators.values().stream()
                .filter(migration -> files(migration).stream()
                        .anyMatch(file ->
                                PinNames.isGroup(String.valueOf(file.path().getFileName()))))
                .toList();
    }

    private List<Pins.Listed> files(PinnedMapMigrator migration) {
        return files(migration.claimed().pins(), migration.paths().directory());
    }

    /** The files in a directory of pins. Those that this load has just made may be missing. */
    public List<Pins.Listed> files(Pins pins, Path directory) {
        return files.computeIfAbsent(directory, pins::files);
    }

    /** Looks for the files again, because pins have other names. */
    public void forgetFiles() {
        files.clear();
    }

    /**
     * Warns of the maps of other versions that wait, because this version can't read them. Removes groups without maps. Throws nothing, because the load has
     * succeeded.
     */
    public void warnOfKept() {
        try {
            withGroups()
                    .forEach(migration -> new WaitingGroups(migration.claimed().pins(), migration.paths(), migration)
                            .pins(migration.paths().drainingGroups(files(migration)).stream()
                                    .filter(group -> !convertible.contains(group))
                                    .toList()));
        } catch (BpfException e) {
            WarningLog.RUNTIME.warn(
                    operation + ", maps of other versions",
                    operation + " has succeeded, but it can't see which maps of other versions wait",
                    e);
        }
    }

    /** The ids of the maps that are drained, and of the outer maps through which programs use them. */
    private Set<Integer> drained() {
        Set<Integer> drained = new HashSet<>();
        retired.values()
                .forEach(groups -> groups.forEach((group, files) -> {
                    drained.add(PinPaths.idOf(group));
                    files.forEach(pin -> drained.add(PinPaths.idOf(pin)));
                }));
        prepared.values().stream()
                .filter(PreparedMigration::keepsOld)
                .forEach(migration -> drained.addAll(migration.oldIds()));
        drained.remove(0); // of the texts
        return drained;
    }

    /**
     * Warns of programs that keep reading settings of which this load has made a copy. Throws nothing, because the load has succeeded.
     *
     * @param links returns the pinned links beside the maps whose programs the load did not replace
     */
    public void warnOfCopies(Supplier<Set<Path>> links) {
        prepared.forEach((map, migration) -> {
            if (!migration.keepsOld()) {
                warnOfCopy(map, migration, links);
            }
        });
    }

    private void warnOfCopy(String map, PreparedMigration migration, Supplier<Set<Path>> links) {
        String subject = operation + ", copy of " + map;
        try {
            String found = OtherWriters.find(() -> factory.programsUsing(migration.oldIds()), () -> replaced);
            Set<Path> staying = found == null ? links.get() : Set.of();
            String readers = found != null
                    ? found
                    : staying.isEmpty()
                            ? ""
                            : "perhaps those of the pinned links " + OtherWriters.names(staying)
                                    + " (this process may not see which maps they use without CAP_SYS_ADMIN)";
            if (!readers.isEmpty()) {
                WarningLog.RUNTIME.warn(
                        subject,
                        operation + " has copied the entries of " + map
                                + ", and programs that it did not replace keep reading the old map, which never changes any more: "
                                + readers + ". Replace them, too: open().attach(program, hook, link).load()");
            }
        } catch (BpfException e) {
            WarningLog.RUNTIME.warn(subject, operation + " can't see which programs read the old map " + map, e);
        }
    }

    @Override
    public void close() {
        new Cleanup()
                .each(migrators.values(), PinnedMapMigrator::close)
                .each(generations.values(), Generation::close)
                .each(prepared.values(), migration -> migration.old().close())
                .each(held, Pins.Lock::close)
                .rethrow();
    }
}
