/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import dev.nestmap.schema.LockHolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Excludes concurrent builds of one module, for example by an IDE and a terminal. The kernel releases the lock when the process ends, even
 * after a crash.
 */
final class BuildLock implements AutoCloseable {
    private static final String FILE = "lock";
    private static final long POLL_MILLIS = 20;

    private final @Nullable FileChannel channel;

    private BuildLock(@Nullable FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits until no other build works in a directory; an interrupt does not end the wait. Where a lock is impossible, because the directory
     * is read-only or its file system has no locks, the build continues without one.
     *
     * <p>A channel that waits is not closed before it has the lock: the kernel's locks belong to the process, and closing any descriptor of a
     * file releases the lock that another thread holds through its own channel.
     */
    static BuildLock of(Path directory, BuildLog log) {
        FileChannel channel = null;
        boolean isInterrupted = Thread.interrupted(); // otherwise opening fails
        try {
            Files.createDirectories(directory);
            channel = FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isLocked(channel)) {
                log.info("Waiting for another build in " + directory + holder(directory));
                while (!isLocked(channel)) {
                    isInterrupted |= isInterruptedIn(POLL_MILLIS);
                }
            }
            return new BuildLock(channel);
        } catch (IOException e) {
            return new BuildLock(channel);
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Names the process for which this one waits; empty if it is unknown, or if it is this one. */
    private static String holder(Path directory) {
        LockHolder holder = LockHolder.of(directory.resolve(FILE), LockHolder.Kind.POSIX);
        return holder == null || holder.isThisProcess() ? "" : ": " + holder.description() + " holds its lock";
    }

    private static boolean isInterruptedIn(long millis) {
        try {
            Thread.sleep(millis);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // another thread of this process has it
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
