/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import dev.nestmap.runtime.internal.backend.DerivedPinPermissions;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.PinNames;
import java.io.IOException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Opens and creates the directories of pins. Goes from directory to directory by descriptors, so that another user can't redirect it by
 * replacing a directory.
 */
final class PinDirectories implements AutoCloseable {
    static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    /** A process that is not killed gives a new directory away sooner. */
    static final Duration CREATION_TIME = Duration.ofMillis(100);

    private static final long POLL_NANOS = 5_000_000;

    /** How often this process has exchanged or removed directories, or given a set up. What was opened before may be another one by now. */
    private static final AtomicLong CHANGES = new AtomicLong();

    private final PinTrustCheck trust;

    /** The directories of whoever began this view; null if this is no view. */
    private final @Nullable PinDirectories base;

    /** Guards the fields below. */
    private final Mutex lock = new Mutex();

    /** How many claims hold a set, by its directory. */
    private final Map<Path, Integer> sets = new HashMap<>();

    private final Map<Path, PathDescriptor> held = new HashMap<>();

    /** Where the generations are that this view has looked for; null if one is missing. */
    private final Map<Path, PathDescriptor.@Nullable Place> generations = new HashMap<>();

    /** What this view has seen of files, and of names without one. */
    private final Map<Path, Optional<PathDescriptor.Status>> seen = new HashMap<>();

    /** The number of {@link #CHANGES} when the directories were opened. */
    private long opened = CHANGES.get();

    PinDirectories(PinTrustCheck trust) {
        this(trust, null);
    }

    private PinDirectories(PinTrustCheck trust, @Nullable PinDirectories base) {
        this.trust = trust;
        this.base = base;
    }

    /** Throws if another user owns a pin: that user may write to the map. */
    void checkPin(PathDescriptor pin) throws PathException {
        trust.checkPin(pin);
    }

    /**
     * Opens each directory of a set once, until the result is closed. The caller owns the set, so only this process exchanges its generations.
     */
    Pins.Lock hold(Path set) {
        lock.holding(() -> sets.merge(set, 1, Integer::sum));
        return () -> release(set);
    }

    private void release(Path set) {
        lock.holding(() -> {
            if (sets.merge(set, -1, Integer::sum) == 0) {
                sets.remove(set);
                boolean wasSeen = held.keySet().stream().anyMatch(path -> set.equals(setOf(path)) && !set.equals(path));
                closeIf(path -> set.equals(setOf(path)));
                if (wasSeen) {
                    changed(); // from now on, another process may exchange the generations that a view has seen
                }
            }
        });
    }

    /** Opens each directory once, too, for an action that only reads. The caller closes it, and asks before that whether it {@link #isCurrent}. */
    PinDirectories view() {
        return new PinDirectories(trust, this);
    }

    /** Reads the status of a file, once in a view, which is of one moment. Null if there is none. */
    PathDescriptor.@Nullable Status status(PathDescriptor directory, String name) throws PathException {
        Path path = directory.path().resolve(name);
        Optional<PathDescriptor.Status> known = seen.get(path);
        if (known != null) {
            return known.orElse(null);
        }
        PathDescriptor.Status status = directory.findStatus(name);
        saw(path, status);
        return status;
    }

    /** Notes what this view has seen. */
    void saw(Path path, PathDescriptor.@Nullable Status status) {
        if (isView()) {
            seen.put(path, Optional.ofNullable(status));
        }
    }

    boolean isView() {
        return base != null;
    }

    /** Whether the directory is opened once only. */
    boolean isHeld(Path directory) {
        return base != null || lock.holding(() -> sets.containsKey(setOf(directory)));
    }

    /** Whether all that this view has found is in the generations that are in use now. */
    boolean isCurrent() throws PathException {
        for (Map.Entry<Path, PathDescriptor.@Nullable Place> generation : generations.entrySet()) {
            if (!Objects.equals(generation.getValue(), PathDescriptor.place(generation.getKey()))) {
                return false;
            }
        }
        return opened == CHANGES.get();
    }

    /** This process has exchanged or removed directories, or has given a set up. */
    static void changed() {
        CHANGES.incrementAndGet();
    }

    /** This process has removed a directory, or given it another name. Those that are not in it stay what they are. */
    void removed(Path directory) {
        lock.holding(() -> {
            long changes = CHANGES.incrementAndGet();
            if (opened == changes - 1) {
                opened = changes;
            }
            closeIf(path -> path.startsWith(directory));
        });
    }

    @Override
    public void close() {
        reopen();
    }

    /** Opens each directory again when it is used next. */
    void reopen() {
        lock.holding(() -> closeIf(path -> true));
    }

    private void closeIf(Predicate<Path> isUnused) {
        held.entrySet().removeIf(open -> {
            boolean closes = isUnused.test(open.getKey());
            if (closes) {
                open.getValue().close();
            }
            return closes;
        });
    }

    /** The directory of the set of a directory: {@code acme} for {@code acme}, {@code acme/now} and {@code acme/next/tenant-inner}. */
    private static Path setOf(Path directory) {
        for (Path path = directory; path.getParent() != null; path = path.getParent()) {
            if (isGeneration(path) || PinNames.COMING.equals(String.valueOf(path.getFileName()))) {
                return path.getParent();
            }
        }
        return directory;
    }

    private static boolean isGeneration(Path directory) {
        return PinNames.NOW.equals(String.valueOf(directory.getFileName()));
    }

    /**
     * Opens a directory, which the caller closes.
     *
     * @param directory an absolute path
     * @return null if it does not exist
     * @throws PathException if another user can replace a part of the path
     */
    @Nullable
    PathDescriptor find(Path directory) throws IOException {
        if (!directory.isAbsolute()) { // its parents would end at the root
            throw new IllegalArgumentException("the path of a directory of pins must be absolute: " + directory);
        }
        Path path = directory.normalize();
        if (base != null && base.isHeld(path)) {
            return base.find(path);
        }
        long before = CHANGES.get();
        PathDescriptor known = findHeld(path);
        if (known != null) {
            return known;
        }
        Path above = path.getParent();
        if (above == null) {
            return PathDescriptor.root();
        }
        try (PathDescriptor parent = find(above)) {
            PathDescriptor found = parent == null ? null : child(parent, String.valueOf(path.getFileName()));
            if (base != null && isGeneration(path) && !generations.containsKey(path)) {
                generations.put(path, found == null ? null : found.status().place());
            }
            return found == null ? null : holding(found, before);
        }
    }

    private @Nullable PathDescriptor findHeld(Path directory) {
        return lock.holding(() -> {
            if (base == null && opened != CHANGES.get()) {
                opened = CHANGES.get();
                closeIf(path -> !sets.containsKey(path)); // those of the sets stay as long as they are owned
            }
            PathDescriptor open = held.get(directory);
            return open == null ? null : open.shared();
        });
    }

    /** @param before the number of changes before the directory was found */
    private PathDescriptor holding(PathDescriptor found, long before) {
        try (Undo undo = new Undo(found::close)) {
            lock.holding(() -> {
                Path path = found.path();
                boolean isOwned = sets.containsKey(setOf(path)) && opened == before;
                if (found.isBpf() && (base != null || isOwned) && !held.containsKey(path)) {
                    PathDescriptor share = found.shared();
                    undo.add(share::close);
                    held.put(path, share);
                }
            });
            return undo.commit(found);
        }
    }

    /**
     * Opens a directory in a BPF file system, which the caller closes. Creates missing directories.
     *
     * @param directory an absolute path
     * @throws PathException if the path leads out of BPF file systems, or if another user can replace a part of it
     */
    PathDescriptor findOrCreate(Path directory, PinOptions options) throws IOException {
        PathDescriptor found = find(directory);
        return found == null ? createOrFind(directory, options) : found;
    }

    /** Does the same for a directory that is probably missing. */
    PathDescriptor createOrFind(Path directory, PinOptions options) throws IOException {
        Path above = directory.getParent();
        if (above == null) {
            throw new PathException(directory, 0, directory + " does not exist");
        }
        try (PathDescriptor parent = findOrCreate(above, options)) {
            return create(parent, String.valueOf(directory.getFileName()), options);
        }
    }

    /** Does the same for a directory that is locked, for users who may write the pins. Those above it are for users who may read them. */
    PathDescriptor findOrCreateLocked(Path directory, PinOptions options) throws IOException {
        PathDescriptor found = find(directory);
        if (found != null) {
            return found;
        }
        findOrCreate(KernelPins.parent(directory), options).close();
        return findOrCreate(directory, DerivedPinPermissions.forWriters(options));
    }

    private PathDescriptor create(PathDescriptor parent, String name, PinOptions options) throws IOException {
        if (!parent.isBpf()) {
            throw new PathException(parent.path(), 0, PinErrors.notBpf(parent.path()));
        }
        PinErrors.requireName(parent.path(), name);
        long before = CHANGES.get();
        PathDescriptor created = parent.createDirectory(name, PRIVATE) ? complete(parent, name, options) : null;
        PathDescriptor directory = created == null ? child(parent, name) : requireDirectory(created);
        if (directory == null) {
            Path path = parent.path().resolve(name);
            throw new PathException(
                    path, ErrnoNumbers.ENOENT, path + " was removed by another process right after it was created");
        }
        return holding(directory, before);
    }

    /**
     * Sets the owner and the permissions of a new directory. If this process is killed before, the next one that finds the directory removes it: see
     * {@link #removeLeft}. Returns the directory, which the caller closes, if it has them already.
     */
    private @Nullable PathDescriptor complete(PathDescriptor parent, String name, PinOptions options)
            throws IOException {
        PathDescriptor directory = parent.openExisting(name);
        try (Undo undo = new Undo(directory::close)) {
            boolean hasChanged = directory.setOwnerAndMode(
                    trust.owner(),
                    name.equals(PinNames.NOW) || name.equals(PinNames.COMING)
                            ? DerivedPinPermissions.ofGenerations(options)
                            : DerivedPinPermissions.ofDirectories(options));
            return hasChanged ? null : undo.commit(directory);
        } catch (Throwable e) { // even after an Error, no directory of the wrong user may stay
            KernelPins.removeAfter(e, parent, name);
            throw e;
        }
    }

    /**
     * Removes an empty directory that a killed process had created for another user, and not given away. But not {@link PinNames#OWNER}, which a
     * process may have locked. Returns whether it is gone.
     */
    private static boolean removeLeft(PathDescriptor parent, String name) {
        try {
            parent.removeDirectory(name);
            return true;
        } catch (PathException e) {
            return false; // it is in use, or this process may not remove it, and says so when it uses it
        }
    }

    /** Whether a process may be giving it away at this moment. If the clock was set back, it may not. */
    private static boolean isNew(PathDescriptor directory) {
        Duration age = Duration.between(directory.status().modified(), Instant.now());
        return !age.isNegative() && age.compareTo(CREATION_TIME) < 0;
    }

    private @Nullable PathDescriptor child(PathDescriptor parent, String name) throws IOException {
        PathDescriptor child = parent.open(name);
        if (child == null) {
            return null;
        }
        try (Undo undo = new Undo(child::close)) {
            if (!name.equals(PinNames.OWNER) && trust.isNotGivenAway(child)) {
                if (isNew(child)) {
                    UninterruptibleWait.pause(POLL_NANOS);
                    return child(parent, name);
                }
                if (removeLeft(parent, name)) {
                    return null;
                }
            }
            undo.commit(child);
        }
        if (!child.status().isLink()) {
            return requireDirectory(child);
        }
        try (PathDescriptor link = child) {
            trust.checkLink(parent, link);
            return requireDirectory(parent.follow(name));
        }
    }

    private PathDescriptor requireDirectory(PathDescriptor file) throws IOException {
        try (Undo undo = new Undo(file::close)) {
            if (!file.status().isDirectory()) {
                throw new NotDirectoryException(file.path().toString());
            }
            trust.checkDirectory(file);
            return undo.commit(file);
        }
    }
}
