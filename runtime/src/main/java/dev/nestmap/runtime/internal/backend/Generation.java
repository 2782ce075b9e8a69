/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.PinNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The next generation of the maps of a set: whoever creates, replaces or ends maps prepares it beside the one in use. Then all maps of the set change
 * in one system call. The caller owns the set, and is the only one in its process that has a next generation of it.
 *
 * <p>A process may be killed at each step. The next owner calls {@link #tidy}, without knowing where that was:
 *
 * <pre>
 *             now            next               the next owner
 * 1 prepare   old, closed    new, in part       removes next, and opens the door
 * 2 publish   new, closed    old, closed        the same: each old map that may contain counts has a second name in now
 * 3 close     new            missing
 * </pre>
 *
 * <p>The first generation is the same without an old one. The door is {@link PinClaim#closeDoor}, which the caller closes before. {@link #takeBack}
 * leads from 2 back to 1. What it adds to the old generation first is the same: a second name of each map with counts.
 */
public final class Generation implements AutoCloseable {
    /** The directories beside pins. */
    private static final List<String> DIRECTORIES = List.of(PinNames.INNERS, PinNames.DRAINING, PinNames.CLOSED);

    /** How long a load waits for another one of this process, which changes maps of the same set. */
    private static final Duration OTHER_LOAD = Duration.ofMinutes(5);

    /** The threads that have begun the generations of this process, by their directories: none of them waits for itself. */
    private static final Map<Path, Thread> BEGUN = new ConcurrentHashMap<>();

    private final Pins pins;
    private final Path now;
    private final Path next;
    private final PinOptions options;

    /** Whether there was no generation when this one was begun. */
    private final boolean isFirst;

    /** The place of this generation, which stays the same when it is published. */
    private final Object place;

    private final Pins.Lock claim;

    private Pins.Lock door = Pins.Lock.NONE;

    private boolean isClosed;

    /** Whether the previous generation was removed, or its removal is left to the next owner. */
    private boolean isSettled;

    /** The names of the files that this generation has instead of those in use. */
    private final Set<String> replaced = new HashSet<>();

    /** The names of the files that this generation has in addition. */
    private final Set<String> added = new HashSet<>();

    /** The names of the files of the previous generation that it may lose: pins of Nestmap, and files that have second names in this one. */
    private final Set<String> former = new HashSet<>();

    /** The names that are {@link #added} unless the one in use has them. */
    private final Set<String> maybeAdded = new HashSet<>();

    /** The pins of the outer maps that hold an inner map, by its id. */
    private final Map<Integer, Set<Path>> holders = new HashMap<>();

    /** The pins of the outer maps that this generation replaces. */
    private final Set<Path> outers;

    /** The ids of the inner maps that have a name among the retired maps of a generation. */
    private final Set<Integer> named = new HashSet<>();

    /**
     * Begins the next generation of a set. The owner of the set knows its format. Waits for another load of this process that has begun one.
     *
     * @param operation names the load in messages
     * @param outers the maps that this generation replaces, by their pins. The caller closes them, and makes sure afterwards that they are still pinned
     *     there
     */
    public Generation(String operation, Pins pins, Path set, PinOptions options, Map<Path, RawMap> outers) {
        this.pins = pins;
        this.now = set.resolve(PinNames.NOW);
        this.next = set.resolve(PinNames.COMING);
        this.options = options;
        this.outers = Set.copyOf(outers.keySet());
        Pins.Lock acquired = awaitClaim(pins, set, options);
        if (acquired == null) {
            throw BpfException.of(Errno.EAGAIN.number(), operation)
                    .because("another load of this process is still changing the maps in " + set
                            + ", so nothing was changed. In prepare(...), don't load other objects or create maps in this directory: do that"
                            + " before or after that load");
        }
        this.claim = acquired;
        BEGUN.put(next, Thread.currentThread());
        try (Undo undo = new Undo(claim::close)) {
            undo.add(() -> BEGUN.remove(next));
            tidy(pins, set);
            List<Pins.Listed> files = pins.files(now);
            this.isFirst = files.isEmpty() && pins.place(now) == null;
            if (isFirst) {
                pins.createDirectory(next, options);
                pins.createDirectory(next.resolve(PinNames.CLOSED), options);
                this.place = Objects.requireNonNull(pins.place(next), "it was created");
            } else {
                requireNoForeignDirectory(files);
                for (Path outer : PinFormat.described(paths(files)).toList()) {
                    RawMap open = outers.get(outer);
                    (open == null ? idsInSlots(pins, outer) : idsInSlots(open))
                            .forEach(id -> holders.computeIfAbsent(id, any -> new HashSet<>())
                                    .add(outer));
                }
                this.place = pins.createLike(next, now);
            }
            undo.commit();
        }
    }

    /**
     * Acquires the claim of the directory of the next generation. It excludes other objects of this process that prepare a generation there, or a single
     * file of the one in use. The caller closes it. Null if another object has it for long.
     */
    public static Pins.@Nullable Lock awaitClaim(Pins pins, Path set, PinOptions options) {
        Path next = set.resolve(PinNames.COMING);
        boolean isOwn = Thread.currentThread().equals(BEGUN.get(next));
        return PinLockWait.awaitEnd(isOwn ? Duration.ZERO : OTHER_LOAD, new PinClaim(pins, next, options)::tryAcquire);
    }

    /**
     * Reads the ids of the inner maps in the slots of all other outer maps that Nestmap has pinned beside one, whichever object or version declares
     * them. Leaves out those that this process may not open.
     */
    public static Set<Integer> idsInSlotsBeside(Pins pins, Path outer) {
        Set<Integer> ids = new HashSet<>();
        Path directory = Objects.requireNonNull(outer.getParent(), "a pin is in a directory");
        for (Path other : PinFormat.described(pins.list(directory)).toList()) {
            try {
                ids.addAll(other.equals(outer) ? Set.of() : idsInSlots(pins, other));
            } catch (BpfException e) {
                if (e.reason() != Reason.NOT_PERMITTED) {
                    throw e;
                }
            }
        }
        return ids;
    }

    private static Set<Integer> idsInSlots(Pins pins, Path outer) {
        try (RawMap map = openIfMap(pins, outer)) {
            return map == null ? Set.of() : idsInSlots(map);
        }
    }

    private static Set<Integer> idsInSlots(RawMap map) {
        return map.shape().kind().isMapOfMaps() ? BatchScan.innerIds(map) : Set.of();
    }

    /** The ids of the inner maps in the slots of all outer maps of the set. */
    public Set<Integer> idsInSlots() {
        return holders.keySet();
    }

    /** The pins of the outer maps with this inner map in a slot. */
    public Set<Path> holders(int id) {
        return holders.getOrDefault(id, Set.of());
    }

    /**
     * Whether an inner map still needs a name among the retired maps of a generation. It gets one, whichever slots it is in, and none as long as it is in
     * a slot of an outer map that stays.
     */
    public boolean needsName(int id) {
        return outers.containsAll(holders(id)) && named.add(id);
    }

    /** Says that this generation has its own files with some of the names of the one in use, or none instead of them. */
    public void replace(Path pin, List<String> ends) {
        ends.forEach(end -> replaced.add(pin.getFileName() + end));
    }

    /**
     * Says that this generation has a map whose pin is missing in the one in use. What waits beside a pin that somebody has removed stays there, but
     * for its text.
     *
     * @param ends the ends of the names of the files that are added
     */
    public void add(Path pin, List<String> ends) {
        ends.forEach(end -> (end.equals(PinNames.SCHEMA) ? added : maybeAdded).add(pin.getFileName() + end));
    }

    /**
     * Creates a group for the maps of an outer map that only the generation which is about to be in use has. Groups of earlier versions stay as they
     * are, like all that no load changes.
     *
     * @param text the text that describes these maps
     */
    public void beginGroup(Path group, Path text, PinOptions forWriters) {
        replaced.add(nameOf(group));
        pins.createDirectory(group, forWriters);
        pins.link(text, group.resolve(PinNames.GROUP_SCHEMA), options);
    }

    /** Publishes this generation, in which a map and all that is beside it have other names. */
    public void publishRenamed(Path pin, Path to) {
        pins.alone(() -> {
            for (Pins.Listed file : pins.files(now)) {
                String name = nameOf(file.path());
                if (PinNames.isBeside(name, nameOf(pin))) {
                    String other = nameOf(to) + name.substring(nameOf(pin).length());
                    replaced.add(name);
                    replaced.add(other);
                    carry(file, next.resolve(other), false);
                }
            }
            publish();
        });
    }

    /** Carries a file of others from a directory beside a pin that this generation replaces. */
    public void carryForeign(Pins.Listed file) {
        Path from = Objects.requireNonNull(file.path().getParent(), "a file is in a directory");
        Path to = next.resolve(nameOf(from));
        if (!pins.isDirectory(to)) {
            pins.createLike(to, from);
        }
        carry(file, to.resolve(nameOf(file.path())), false);
    }

    /** The one call in which all maps of the set change their version. */
    public void publish() {
        pins.alone(() -> {
            if (isFirst) {
                pins.moveDirectory(next, now);
                return;
            }
            List<Pins.Listed> files = pins.files(now);
            Set<String> names = files.stream().map(file -> nameOf(file.path())).collect(Collectors.toSet());
            maybeAdded.stream().filter(name -> !names.contains(name)).forEach(added::add);
            former.addAll(replaced);
            for (Pins.Listed file : files) {
                String name = nameOf(file.path());
                if (!replaced.contains(name) && !added.contains(name)) {
                    carry(file, next.resolve(name), maybeAdded.contains(name));
                    if (!file.isDirectory()) {
                        former.add(name);
                    }
                }
            }
            pins.exchange(now, next);
        });
        if (!isPublished()) { // somebody has replaced next
            throw foreign(now);
        }
    }

    /** Whether this generation is in use. After an error of any kind, only the file system knows. */
    public boolean isPublished() {
        return place.equals(pins.place(now));
    }

    /**
     * Puts the old generation in use again.
     *
     * @param haveCounted whether programs of this generation have run. Then the maps that it has in addition stay. The caller has given the inner
     *     maps in the new slots their second names.
     */
    public void takeBack(boolean haveCounted) {
        pins.alone(() -> {
            if (isFirst) {
                pins.moveDirectory(now, next);
                return;
            }
            carry(now, next, false, name -> replaced.contains(name) || (!haveCounted && added.contains(name)));
            pins.exchange(now, next);
        });
    }

    /**
     * Gives all files of a directory the same names in the other generation, and removes there what has ended meanwhile.
     *
     * @param isNew whether the other directory was just created, and is empty
     */
    private void carry(Path directory, Path other, boolean isNew, Predicate<String> isChanged) {
        List<Pins.Listed> files = pins.files(directory);
        Set<String> names = files.stream().map(file -> nameOf(file.path())).collect(Collectors.toSet());
        Set<String> others = new HashSet<>();
        for (Pins.Listed file : isNew ? List.<Pins.Listed>of() : pins.files(other)) {
            String name = nameOf(file.path());
            if (names.contains(name)) {
                others.add(name);
            } else if (!isChanged.test(name)) {
                removeFile(pins, file);
            }
        }
        for (Pins.Listed file : files) {
            String name = nameOf(file.path());
            if (!isChanged.test(name)) {
                carry(file, other.resolve(name), others.contains(name));
            }
        }
    }

    /** @param exists whether there is a file at the second path */
    private void carry(Pins.Listed listed, Path second, boolean exists) {
        Path file = listed.path();
        if (!listed.isDirectory()) {
            if (!exists || !Objects.equals(pins.place(file), pins.place(second))) {
                if (exists) {
                    pins.remove(second);
                }
                pins.link(file, second, options);
            }
        } else if (isOurs(file)) {
            boolean isNew = !exists || !pins.isDirectory(second);
            if (isNew) {
                pins.createLike(second, file);
            }
            carry(file, second, isNew, name -> false);
        } else if (!pins.list(file).isEmpty()) {
            throw foreign(file);
        }
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** Closes the door until this generation is closed: see {@link PinClaim#closeDoor}. */
    public void shut() {
        door = PinSets.closeDoor(pins, next, options);
    }

    /** Removes the generation that is not in use, unless {@link #removePrevious} has. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        BEGUN.remove(next);
        Pins.Lock opened = door;
        try (opened;
                claim) {
            if (!isSettled) {
                tidy(pins, PinNames.setOf(now), isPublished() ? former : Set.of());
            }
        }
    }

    /**
     * Removes the previous generation after a change that has succeeded, which must not fail any more: the next owner tries again. Until
     * {@link #close}, no other load of this process changes maps of the set.
     */
    public void removePrevious() {
        isSettled = true;
        try {
            tidy(pins, PinNames.setOf(now), former);
        } catch (BpfException e) {
            WarningLog.RUNTIME.warn(
                    "pins in " + next,
                    "the previous maps in " + next
                            + " could not be removed. Nothing depends on them, and the next start tries again",
                    e);
        }
    }

    /**
     * Removes what a killed process has left in {@code next}. The caller owns the set. Throws if there are files of others. It removes each
     * directory unseen if it is empty: root may have been killed before it gave it to this user, who can't list it.
     */
    static void tidy(Pins pins, Path set) {
        tidy(pins, set, Set.of());
    }

    /** @param known the names of the files that this process has read as pins of Nestmap */
    private static void tidy(Pins pins, Path set, Set<String> known) {
        Path now = set.resolve(PinNames.NOW);
        Path next = set.resolve(PinNames.COMING);
        if (known.isEmpty() && pins.removeDirectory(next)) {
            return;
        }
        List<Pins.Listed> files = pins.files(next);
        for (Pins.Listed listed : files) {
            Path file = listed.path();
            if (!known.contains(nameOf(file)) && !isOurs(pins, listed, now.resolve(file.getFileName()))) {
                throw foreign(file);
            }
        }
        files.forEach(file -> removeFile(pins, file));
        if (!pins.removeDirectory(next)) {
            throw foreign(next);
        }
    }

    private static boolean isOurs(Pins pins, Pins.Listed listed, Path carried) {
        Path file = listed.path();
        if (listed.isDirectory()) {
            return isOurs(file) || pins.removeDirectory(file);
        }
        return Objects.equals(pins.place(file), pins.place(carried)) || isMap(pins, file);
    }

    /** Also a pin that this user may not open: a process of root was killed before it gave the pin to this user. */
    private static boolean isMap(Pins pins, Path file) {
        try (RawMap map = openIfMap(pins, file)) {
            return map != null;
        } catch (BpfException e) {
            if (e.errno() == Errno.EACCES) {
                return true;
            }
            throw e;
        }
    }

    /** Opens what is pinned at a path to read it. Null if it is no map. */
    static @Nullable RawMap openIfMap(Pins pins, Path file) {
        try {
            return pins.open(file, MapAccess.READ_ONLY);
        } catch (BpfException e) {
            if (e.reason() == Reason.WRONG_USE || e.reason() == Reason.NOT_SUPPORTED) {
                return null; // a directory, a program, a link, a symbolic link, or a map of an unknown type
            }
            throw e;
        }
    }

    private static void removeFile(Pins pins, Pins.Listed file) {
        if (!file.isDirectory()) {
            pins.remove(file.path());
        } else if (!pins.removeDirectory(file.path())) {
            pins.list(file.path()).forEach(pins::remove);
            pins.removeDirectory(file.path());
        }
    }

    private static List<Path> paths(List<Pins.Listed> files) {
        return files.stream().map(Pins.Listed::path).toList();
    }

    private void requireNoForeignDirectory(List<Pins.Listed> files) {
        for (Pins.Listed listed : files) {
            Path file = listed.path();
            if (listed.isDirectory() && !isOurs(file) && !pins.list(file).isEmpty()) {
                throw foreign(file);
            }
        }
    }

    private static boolean isOurs(Path directory) {
        return DIRECTORIES.stream().anyMatch(nameOf(directory)::endsWith) || PinNames.isGroup(nameOf(directory));
    }

    private static BpfException foreign(Path file) {
        return BpfException.of(Reason.ALREADY_EXISTS, "change of the maps in " + file.getParent())
                .because(file
                        + " is not a file of Nestmap, so Nestmap doesn't touch it. Nothing was changed. Move the file elsewhere, and try"
                        + " again");
    }
}
