/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.schema.LockHolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The lock of a spool, which excludes other shippers: of this process, of another class loader in it, and of other processes. */
final class SpoolLock implements AutoCloseable {
    private static final String FILE = "lock";

    /** The spools that this process uses: closing any channel of a lock's file would release the process's lock. */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    /**
     * Channels of lock files that a shipper in another class loader of this process has locked. If one were closed, the kernel would release
     * that shipper's lock.
     */
    private static final Map<Path, FileChannel> LOCKED_ELSEWHERE = new ConcurrentHashMap<>();

    private final Path realPath;
    private final FileChannel channel;

    private SpoolLock(Path realPath, FileChannel channel) {
        this.realPath = realPath;
        this.channel = channel;
    }

    /**
     * Locks the directory of a spool.
     *
     * @throws ShippingException if another process or shipper uses it
     */
    static SpoolLock acquire(Path directory) throws IOException {
        Path realPath = directory.toRealPath();
        if (!OPEN.add(realPath)) {
            throw used(directory, null);
        }
        FileChannel channel = null;
        try {
            channel = LOCKED_ELSEWHERE.remove(realPath);
            if (channel == null) {
                channel = FileChannel.open(
                        directory.resolve(FILE),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        SpoolFile.OWN);
            }
            if (channel.tryLock() == null) {
                throw used(directory, LockHolder.of(realPath.resolve(FILE), LockHolder.Kind.POSIX));
            }
            return new SpoolLock(realPath, channel);
        } catch (Throwable e) { // even after an Error, another shipper may lock it
            try {
                if (e instanceof OverlappingFileLockException) {
                    LOCKED_ELSEWHERE.put(realPath, Objects.requireNonNull(channel));
                    throw used(directory, null);
                }
                if (channel != null) {
                    channel.close();
                }
            } finally {
                OPEN.remove(realPath);
            }
            throw e;
        }
    }

    /** @param holder another process; null if it is unknown, or if it is this one */
    private static ShippingException used(Path directory, @Nullable LockHolder holder) {
        return new ShippingException("another shipper uses the spool " + directory
                + (holder == null ? ": end its process" : ": end " + holder.description())
                + ", or give each shipper a directory of its own with withSpool");
    }

    /** Does nothing if it is closed. */
    @Override
    public void close() {
        if (!channel.isOpen()) {
            return; // another shipper may have locked it
        }
        try {
            channel.close();
        } catch (IOException e) {
            ShipperLog.log(System.Logger.Level.DEBUG, "the lock of the spool could not be closed", e);
        } finally {
            OPEN.remove(realPath);
        }
    }
}
