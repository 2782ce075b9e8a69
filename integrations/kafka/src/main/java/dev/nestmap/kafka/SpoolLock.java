/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.schema.LockHolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The lock of a spool, which excludes other shippers: of this process, of another class loader in it, and of other processes. */
final class SpoolLock {
    static final String FILE = "lock";

    /**
     * The channels of lock files. One that a shipper of this process has not locked stays open: closing any channel of a file would release
     * the lock that another shipper of the process has.
     */
    private static final Map<Path, FileChannel> CHANNELS = new HashMap<>();

    private SpoolLock() {}

    /**
     * Locks the directory of a spool, until the result is closed.
     *
     * @throws ShippingException if another process or shipper uses it
     */
    static FileChannel acquire(Path directory) throws IOException {
        Path file = directory.toRealPath().resolve(FILE);
        synchronized (CHANNELS) {
            FileChannel channel = CHANNELS.get(file);
            if (channel == null || !channel.isOpen()) {
                channel = FileChannel.open(
                        file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), SpoolFile.OWN);
                CHANNELS.put(file, channel);
            }
            try {
                if (channel.tryLock() != null) {
                    return channel;
                }
            } catch (OverlappingFileLockException e) {
                throw used(directory, null);
            }
            channel.close();
            throw used(directory, LockHolder.of(file, LockHolder.Kind.POSIX));
        }
    }

    /** @param holder another process; null if it is unknown, or if it is this one */
    private static ShippingException used(Path directory, @Nullable LockHolder holder) {
        return new ShippingException(
                "another shipper uses the spool " + directory
                        + (holder == null ? "" : ": " + holder.description())
                        + ". Give each shipper a directory of its own with withSpool, or, if that is an earlier run of this one, end it");
    }
}
