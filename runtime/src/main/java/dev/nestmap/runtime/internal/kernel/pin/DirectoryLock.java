/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A lock of a directory of pins ({@code flock}). The kernel releases it when the process ends.
 *
 * @param descriptor descriptor of the directory
 * @param errors explains failures
 * @param directories keeps the directories of pins open as long as the lock is held
 */
public record DirectoryLock(Descriptor descriptor, PinErrors errors, PinDirectories.Keeper directories)
        implements Pins.Lock {
    /** {@code sys/file.h}. */
    private static final int LOCK_EX = 2;

    private static final int LOCK_NB = 4;

    private static final String OTHER = "another process, or another object of this process,";

    /**
     * Locks a directory; null if another descriptor holds the lock.
     *
     * @param directories the lock closes it, unless this fails
     */
    static @Nullable DirectoryLock tryAcquire(
            PathDescriptor directory, PinErrors errors, PinDirectories.Keeper directories) {
        int fd = SystemCallWrappers.open(directory.link());
        if (fd < 0) {
            throw errors.lockFailed(NativeLibraries.lastErrno());
        }
        try (Descriptor opened = new Descriptor(fd)) {
            if (NativeLibraries.libc().flock(fd, LOCK_EX | LOCK_NB) == 0) {
                return new DirectoryLock(opened.moved(), errors, directories);
            }
            int errno = NativeLibraries.lastErrno();
            if (errno == ErrnoNumbers.EAGAIN) {
                return null;
            }
            throw errors.lockFailed(errno);
        }
    }

    @Override
    public boolean isRemoved() {
        try {
            return PathDescriptor.status(descriptor.fd(), errors.path()).links() == 0;
        } catch (PathException e) {
            throw errors.failed(e);
        }
    }

    /** Names the process that holds the lock of a directory. */
    static String holder(Path directory) {
        OptionalLong process = holdingProcess(directory);
        if (process.isEmpty()) {
            return OTHER; // the owner's name is only an aid
        }
        long id = process.getAsLong();
        if (id == ProcessHandle.current().pid()) {
            return "another object of this process";
        }
        return "process " + id + (isStopped(id) ? " (stopped: kill -CONT " + id + " continues it)" : "");
    }

    /** Whether a signal has stopped the process. One that a debugger has stopped (state t) does not continue by SIGCONT. */
    public static boolean isStopped(long process) {
        try {
            String status = Files.readString(Path.of("/proc/" + process + "/stat"));
            return status.substring(status.lastIndexOf(')')).matches("(?s)\\) T .*");
        } catch (IOException e) {
            return false;
        }
    }

    /** The process that holds the lock of a directory; empty if none does, or if it is in another PID namespace. */
    public static OptionalLong holdingProcess(Path directory) {
        try {
            Object inode = Files.getAttribute(directory, "unix:ino", LinkOption.NOFOLLOW_LINKS);
            long device = ((Number) Files.getAttribute(directory, "unix:dev", LinkOption.NOFOLLOW_LINKS)).longValue();
            return holder(Files.readAllLines(Path.of("/proc/locks")), device, inode.toString());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * Finds the lock of a file in {@code /proc/locks}, which has the device and the inode of each locked file, and 0 for processes of another
     * PID namespace.
     *
     * @param locks such as {@code 1: FLOCK  ADVISORY  WRITE 4711 00:2b:17 0 EOF}
     * @param device {@code st_dev}, with 12 bits of the major number and 20 bits of the minor one ({@code gnu_dev_makedev})
     */
    static OptionalLong holder(List<String> locks, long device, String inode) {
        long major = (device >>> 8 & 0xfff) | (device >>> 32 & 0xfffff000L);
        long minor = (device & 0xff) | (device >>> 12 & 0xffffff00L);
        Pattern lock = Pattern.compile(String.format(
                Locale.ROOT, "\\d+: FLOCK .* (?<process>[1-9]\\d*) %02x:%02x:%s .*", major, minor, inode));
        return locks.stream()
                .map(lock::matcher)
                .filter(Matcher::matches)
                .mapToLong(line -> Long.parseLong(line.group("process")))
                .findFirst();
    }

    @Override
    public void close() {
        try (directories) {
            descriptor.close();
        }
    }
}
