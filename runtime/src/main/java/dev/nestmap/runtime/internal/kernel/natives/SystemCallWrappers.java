/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.nio.file.Path;

/** System calls with fixed flags, or without a function in the C library. */
public final class SystemCallWrappers {
    /** {@code asm-generic/fcntl.h}. */
    private static final int O_CLOEXEC = 0x80000;

    private static final int O_PATH = 0x200000;

    private static final int O_NONBLOCK = 0x800;

    private static final int O_ACCMODE = 3;

    private static final int O_RDONLY = 0;

    private static final int O_RDWR = 2;

    private static final int F_GETFL = 3;

    /** {@code linux/fcntl.h}. */
    private static final int F_DUPFD_CLOEXEC = 1030;

    /** {@code linux/fs.h}. */
    private static final int RENAME_NOREPLACE = 1;

    private static final int RENAME_EXCHANGE = 2;

    private static final String ARCHITECTURE = System.getProperty("os.arch", "");

    private SystemCallWrappers() {}

    /** Opens a file or directory read-only with {@code O_CLOEXEC}. Returns -1 on failure, and sets errno. */
    public static int open(Path path) {
        return NativeLibraries.libc().open(path.toString(), O_CLOEXEC);
    }

    /** Duplicates a file descriptor, with {@code FD_CLOEXEC}. Returns -1 on failure, and sets errno. */
    public static int duplicate(int fd) {
        return NativeLibraries.libc().fcntl(fd, F_DUPFD_CLOEXEC, 0);
    }

    /**
     * Whether a file descriptor permits to read, and to write if {@code write} is true. False if it is not open. The kernel checks this when a
     * system call uses a map, but not when a program is loaded with the map's descriptor.
     */
    public static boolean permits(int fd, boolean write) {
        int flags = NativeLibraries.libc().fcntl(fd, F_GETFL, 0);
        int access = flags & O_ACCMODE;
        return flags >= 0 && (access == O_RDWR || (access == O_RDONLY && !write));
    }

    /**
     * Opens a file or directory with {@code O_PATH | O_NOFOLLOW}: a descriptor that only names it. Returns -1 on failure, and sets errno.
     *
     * @param directory descriptor of the directory; ignored if the path is absolute
     */
    public static int openPath(int directory, String path) {
        return NativeLibraries.libc().openat(directory, path, O_PATH | noFollow() | O_CLOEXEC);
    }

    /** Does the same as {@link #openPath} with the file that a symbolic link names. */
    public static int openTarget(int directory, String path) {
        return NativeLibraries.libc().openat(directory, path, O_PATH | O_CLOEXEC);
    }

    /** Creates an eventfd that is not readable. Returns -1 on failure, and sets errno. */
    public static int eventFd() {
        return NativeLibraries.libc()
                .eventfd(0, O_CLOEXEC | O_NONBLOCK); // EFD_CLOEXEC and EFD_NONBLOCK are the same bits
    }

    /** Makes an eventfd readable. */
    public static void writeEvent(int fd) {
        OffHeapBlock one = OffHeapBlock.allocate(Long.BYTES);
        one.bytes().putLong(0, 1);
        // It fails only if the eventfd is readable already.
        one.call(address -> (int) NativeLibraries.libc().write(fd, address, Long.BYTES));
    }

    /** {@code O_NOFOLLOW}: {@code asm-generic/fcntl.h}, and the {@code asm/fcntl.h} of arm64. */
    private static int noFollow() {
        return switch (ARCHITECTURE) {
            case "aarch64" -> 0x8000;
            default -> 0x20000;
        };
    }

    /** Calls perf_event_open, which has no function in the C library. Returns -1 on failure, and sets errno. */
    static int perfEventOpen(long attr, long pid, long cpu, long group, long flags) {
        long number = number(298, 241, "perf_event_open", "perf event arrays");
        return Math.toIntExact(NativeLibraries.libc().syscall(number, attr, pid, cpu, group, flags));
    }

    /** Calls bpf(2), which has no function in the C library. Returns -1 on failure, and sets errno. */
    public static int bpf(int command, long attr, int size) {
        long number = number(321, 280, "bpf(2)", "new maps and links");
        return Math.toIntExact(NativeLibraries.libc().syscall(number, command, attr, size));
    }

    /**
     * Calls getdents64, which has no function in every C library: reads entries of an open directory. Returns how many bytes it read, 0 at
     * the end, or -1 on failure, and sets errno.
     */
    public static int directoryEntries(int fd, long buffer, int size) {
        long number = number(217, 61, "getdents64", "pins");
        return Math.toIntExact(NativeLibraries.libc().syscall(number, fd, buffer, size));
    }

    /**
     * Calls renameat2, which has no function in every C library: moves a file, unless there is a file with the new name. Returns -1 on failure, and
     * sets errno.
     */
    public static int renameNew(int directory, String from, int target, String to) {
        return rename(directory, from, target, to, RENAME_NOREPLACE);
    }

    /** Calls renameat2, too: each of two files of a directory gets the name of the other one. Returns -1 on failure, and sets errno. */
    public static int exchange(int directory, String one, String other) {
        return rename(directory, one, directory, other, RENAME_EXCHANGE);
    }

    private static int rename(int directory, String from, int target, String to, int flags) {
        long number = number(316, 276, "renameat2", "pins");
        return Math.toIntExact(NativeText.with(
                from,
                old -> NativeText.with(
                        to, name -> NativeLibraries.libc().syscall(number, directory, old, target, name, flags))));
    }

    /**
     * The number of a system call on this machine: {@code asm/unistd.h}. Without ppc64 and s390x: {@link
     * dev.nestmap.natives.NativeFunction} passes arguments to variadic functions as x86-64 and arm64 allow it, and on ppc64 the called
     * function may write to memory that such a caller does not reserve.
     *
     * @param generic the number on the newer architectures, which share a table ({@code asm-generic/unistd.h})
     * @param purpose what needs the system call, for messages
     */
    private static long number(int x86, int generic, String name, String purpose) {
        return switch (ARCHITECTURE) {
            case "amd64", "x86_64" -> x86;
            case "aarch64", "riscv64", "loongarch64" -> generic;
            default ->
                throw new UnsupportedOperationException(purpose + " are not supported on " + ARCHITECTURE
                        + ": Nestmap does not know the number of " + name);
        };
    }
}
