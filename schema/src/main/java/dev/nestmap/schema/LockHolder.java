/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A process that holds a lock of a file or directory. Messages name it, because somebody has to end it, or to continue it. It is in this module because
 * the runtime, the command and builds wait for locks.
 *
 * @param process its id
 * @param isShared whether the lock keeps only writers away, so that a process can have it that may only read the file
 */
public record LockHolder(long process, boolean isShared) {
    /** The kinds of locks, by their names in {@code /proc/locks}. They don't exclude each other. */
    public enum Kind {
        /** Of {@code flock}: the locks of directories of pins. */
        FLOCK,
        /** Of {@code fcntl}: the locks of {@link java.nio.channels.FileChannel}. */
        POSIX
    }

    /**
     * Finds the first process that holds a lock.
     *
     * @param file a file or directory, and not a symbolic link
     * @return null if none holds such a lock, or if it is in another PID namespace
     */
    public static @Nullable LockHolder of(Path file, Kind kind) {
        try {
            Object inode = Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
            long device = ((Number) Files.getAttribute(file, "unix:dev", LinkOption.NOFOLLOW_LINKS)).longValue();
            return in(Files.readAllLines(Path.of("/proc/locks")), kind, device, inode.toString());
        } catch (IOException | UnsupportedOperationException e) { // another system than Linux
            return null;
        }
    }

    /**
     * Finds a lock in {@code /proc/locks}, which has the device and the inode of each locked file, and 0 for processes of another PID
     * namespace.
     *
     * @param locks such as {@code 1: FLOCK  ADVISORY  WRITE 4711 00:2b:17 0 EOF}
     * @param device {@code st_dev}, with 12 bits of the major number and 20 bits of the minor one ({@code gnu_dev_makedev})
     */
    static @Nullable LockHolder in(List<String> locks, Kind kind, long device, String inode) {
        long major = (device >>> 8 & 0xfff) | (device >>> 32 & 0xfffff000L);
        long minor = (device & 0xff) | (device >>> 12 & 0xffffff00L);
        Pattern lock = Pattern.compile(String.format(
                Locale.ROOT,
                "\\d+: %s .* (?<access>READ|WRITE) +(?<process>[1-9]\\d*) %02x:%02x:%s .*",
                kind,
                major,
                minor,
                inode));
        return locks.stream()
                .map(lock::matcher)
                .filter(Matcher::matches)
                .map(line -> new LockHolder(
                        Long.parseLong(line.group("process")),
                        line.group("access").equals("READ")))
                .findFirst()
                .orElse(null);
    }

    /** Whether it is this process. */
    public boolean isThisProcess() {
        return process == ProcessHandle.current().pid();
    }

    /** Names the process, and says how to continue it if it is stopped. */
    public String description() {
        return "process " + process + (isStopped(process) ? " (stopped: kill -CONT " + process + " continues it)" : "");
    }

    /** Whether a signal has stopped a process. One that a debugger has stopped (state t) does not continue by SIGCONT. */
    public static boolean isStopped(long process) {
        try {
            String status = Files.readString(Path.of("/proc/" + process + "/stat"));
            return status.substring(status.lastIndexOf(')')).matches("(?s)\\) T .*");
        } catch (IOException e) {
            return false;
        }
    }
}
