/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import dev.nestmap.runtime.internal.backend.DerivedPinPermissions;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.pin.PinOptions;
import java.io.IOException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens and creates the directories of pins. Goes from directory to directory by descriptors, so that another user can't redirect it by
 * replacing a directory.
 */
final class PinDirectories {
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    /** No process takes that long to complete a directory, unless it is stopped. */
    private static final Duration UNFINISHED_TIME = Duration.ofMinutes(1);

    /** Begins the name of a directory whose owner or permissions are not set yet. */
    private static final String UNFINISHED = "nestmap-unfinished-";

    private final PinTrustCheck trust;

    /** The directories that a thread keeps open; null outside of {@link #keeping}. */
    @SuppressWarnings(
            "ThreadLocalUsage") // a directory belongs to the trust with which it was checked; each use ends with
    // remove()
    private final ThreadLocal<@Nullable Map<Path, PathDescriptor>> kept = new ThreadLocal<>();

    PinDirectories(PinTrustCheck trust) {
        this.trust = trust;
    }

    /**
     * Runs an action. Until it ends, this thread keeps each directory open that {@link #find} has found, and does not look for it again: to go
     * through a path takes four system calls for each of its names.
     */
    <T> T keeping(Supplier<T> action) {
        if (kept.get() != null) {
            return action.get();
        }
        Map<Path, PathDescriptor> open = new HashMap<>();
        kept.set(open);
        try {
            return action.get();
        } finally {
            kept.remove();
            open.values().forEach(PathDescriptor::close);
        }
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
        Map<Path, PathDescriptor> open = kept.get();
        PathDescriptor known = open == null ? null : open.get(directory);
        PathDescriptor found = known == null ? walk(directory) : known;
        if (open == null || found == null) {
            return found;
        }
        open.put(directory, found);
        return found.borrowed();
    }

    private @Nullable PathDescriptor walk(Path directory) throws IOException {
        PathDescriptor current = PathDescriptor.root();
        for (Path name : directory.normalize()) {
            try (PathDescriptor parent = current) {
                current = child(parent, name.toString());
            }
            if (current == null) {
                return null;
            }
        }
        return current;
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
        return directory;
    }

    /**
     * Creates a directory, which gets its name when its owner and permissions are set. If this process is killed before, only an empty
     * directory with another name stays: the owner could neither lock nor use one that is still root's. Null if there is a file with this
     * name.
     */
    private @Nullable PathDescriptor createComplete(PathDescriptor parent, String name, PinOptions options)
            throws IOException {
        removeUnfinished(parent);
        String unfinished =
                UNFINISHED + Long.toHexString(ThreadLocalRandom.current().nextLong());
        parent.createDirectory(unfinished, PRIVATE);
        PathDescriptor complete;
        try (PathDescriptor directory = child(parent, unfinished)) {
            if (directory == null) {
                return null; // another process has taken it for one that is left
            }
            directory.setOwnerAndMode(options.owner(), DerivedPinPermissions.ofDirectories(options));
            complete = parent.renameNew(directory, name);
        } catch (Throwable e) { // even after an Error, nothing may stay
            KernelPins.removeAfter(e, parent, unfinished);
            throw e;
        }
        if (complete == null) {
            parent.remove(unfinished);
        }
        return complete;
    }

    /** Removes directories that killed processes have left, if this process may do that. */
    private static void removeUnfinished(PathDescriptor parent) {
        Instant old = Instant.now().minus(UNFINISHED_TIME);
        try {
            for (String name : parent.names()) {
                try (PathDescriptor file = name.startsWith(UNFINISHED) ? parent.open(name) : null) {
                    if (file != null
                            && file.status().isDirectory()
                            && file.status().modified().isBefore(old)) {
                        parent.remove(name);
                    }
                }
            }
        } catch (IOException e) {
            // They stay: they are empty, and nobody looks for them.
        }
    }

    private @Nullable PathDescriptor child(PathDescriptor parent, String name) throws IOException {
        PathDescriptor child = parent.open(name);
        if (child == null || !child.status().isLink()) {
            return child == null ? null : requireDirectory(child);
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
