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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Opens and creates the directories of pins. Goes from directory to directory by descriptors, so that another user can't redirect it by
 * replacing a directory.
 */
final class PinDirectories {
    static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    /** A process that is not killed gives a new directory away sooner. */
    private static final Duration CREATION_TIME = Duration.ofMillis(100);

    private static final long POLL_NANOS = 5_000_000;

    private final PinTrustCheck trust;

    /** Guards the fields below. */
    private final Mutex lock = new Mutex();

    /** Directories that were found while somebody kept them open: a few for each pin. */
    private final List<PathDescriptor> kept = new ArrayList<>();

    private int keepers;

    PinDirectories(PinTrustCheck trust) {
        this.trust = trust;
    }

    /** Throws if another user owns a pin: that user may write to the map. */
    void checkPin(PathDescriptor pin) throws PathException {
        trust.checkPin(pin);
    }

    /**
     * Keeps each directory open that is found from now on, until the result is closed: to go through a path takes three system calls for each of
     * its names, and to compare it with an open directory takes one.
     */
    Pins.Lock keepOpen() {
        AtomicBoolean closed = new AtomicBoolean();
        Pins.Lock keeper = () -> {
            if (closed.compareAndSet(false, true)) {
                release();
            }
        };
        lock.holding(() -> keepers++);
        return keeper;
    }

    /** Allocates nothing, because memory may be short. */
    private void release() {
        lock.lock();
        try {
            if (--keepers == 0) {
                for (int i = 0; i < kept.size(); i++) {
                    kept.get(i).close();
                }
                kept.clear();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Opens a directory, which the caller closes. If it is kept open, compares it with the path: somebody may have removed or replaced it, mounted
     * something over it, or changed its permissions. Then it walks the path anew. It does not check the directories above again: whoever may change
     * them can't change what is in this one.
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
        PathDescriptor current = findKept(path);
        if (current != null) {
            return requireDirectory(current);
        }
        Path above = path.getParent();
        if (above == null) {
            return PathDescriptor.root();
        }
        while (true) {
            try (PathDescriptor parent = find(above)) {
                PathDescriptor found = parent == null ? null : child(parent, String.valueOf(path.getFileName()));
                if (found != null) {
                    return keeping(found);
                }
                if (parent == null || parent.isCurrent()) {
                    return null;
                }
                // Somebody has moved the parent meanwhile, and another directory may have its name.
            }
        }
    }

    /** Returns a directory that is kept open and that its path still leads to, which the caller closes; otherwise null. */
    private @Nullable PathDescriptor findKept(Path directory) throws PathException {
        PathDescriptor known = lock.holding(() -> {
            PathDescriptor open = kept(directory);
            return open == null ? null : open.shared();
        });
        if (known == null) {
            return null;
        }
        try (known) {
            PathDescriptor current = known.current();
            if (current == null) {
                forget(directory);
            }
            return current;
        }
    }

    private @Nullable PathDescriptor kept(Path directory) {
        for (PathDescriptor open : kept) {
            if (open.path().equals(directory)) {
                return open;
            }
        }
        return null;
    }

    /** Closes a directory that was removed or replaced, if it is kept open. */
    void forget(Path directory) {
        lock.holding(() -> {
            PathDescriptor open = kept(directory.normalize());
            if (open != null) {
                kept.remove(open);
                open.close();
            }
        });
    }

    /** Keeps a directory in a BPF file system open, and returns it. */
    private PathDescriptor keeping(PathDescriptor found) {
        try (Undo undo = new Undo(found::close)) {
            lock.holding(() -> {
                if (keepers > 0 && found.isBpf() && kept(found.path()) == null) {
                    PathDescriptor share = found.shared();
                    undo.add(share::close);
                    kept.add(share);
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
        if (found != null) {
            return found;
        }
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
        PathDescriptor created = createComplete(parent, name, options);
        PathDescriptor directory = created == null ? child(parent, name) : created;
        if (directory == null) {
            Path path = parent.path().resolve(name);
            throw new PathException(
                    path, ErrnoNumbers.ENOENT, path + " was removed by another process right after it was created");
        }
        return keeping(directory);
    }

    /**
     * Creates a directory. If this process is killed before the directory has its owner, the next one that finds it removes it: see {@link
     * #removeLeft}. Null if there is a file with this name.
     */
    private @Nullable PathDescriptor createComplete(PathDescriptor parent, String name, PinOptions options)
            throws IOException {
        if (!parent.createDirectory(name, PRIVATE)) {
            return null;
        }
        try (PathDescriptor directory = parent.open(name)) {
            if (directory != null) {
                directory.setOwnerAndMode(
                        trust.owner(),
                        name.equals(PinNames.NOW)
                                ? DerivedPinPermissions.ofGenerations(options)
                                : DerivedPinPermissions.ofDirectories(options));
            }
            return directory != null && directory.isCurrent() ? directory.shared() : null;
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
