/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.errno;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Numbers and names of errno; those that Nestmap itself looks at are constants. */
public final class ErrnoNumbers {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int E2BIG = 7;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int ENOSPC = 28;
    public static final int ENOTSOCK = 88;
    public static final int EOPNOTSUPP = 95;
    /** Kernel-internal, yet BPF returns it to user space; C libraries have no name for it. */
    public static final int ENOTSUPP = 524;

    /** {@code enum libbpf_errno} in {@code bpf/libbpf.h} counts from here. */
    public static final int LIBBPF_ERRNO__LIBELF = 4000;

    public static final int LIBBPF_ERRNO__FORMAT = 4001;
    public static final int LIBBPF_ERRNO__ENDIAN = 4003;

    private static final List<String> LIBBPF_ERRNO = List.of(
            "LIBELF",
            "FORMAT",
            "KVERSION",
            "ENDIAN",
            "INTERNAL",
            "RELOC",
            "LOAD",
            "VERIFY",
            "PROG2BIG",
            "KVER",
            "PROGTYPE",
            "WRNGPID",
            "INVSEQ",
            "NLPARSE");

    private ErrnoNumbers() {}

    /** What an errno says whatever was tried, and what to do; null where that depends on what was tried. */
    public static @Nullable String everywhere(int errno) {
        return switch (errno) {
            case EMFILE -> "this process has as many files open as it may: close maps, or raise its limit (ulimit -n)";
            case ENFILE -> "the machine has as many files open as it may: raise the sysctl fs.file-max";
            default -> null;
        };
    }

    /**
     * The errno behind an exception of Java's, where it says one that has the same meaning everywhere; 0 otherwise. It says no more than
     * the C library's words, so that in another language than English this is 0.
     */
    public static int of(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.endsWith("Too many open files in system")
                ? ENFILE
                : message.endsWith("Too many open files") ? EMFILE : 0;
    }

    /** Its name: {@code E2BIG}, or {@code LIBBPF_ERRNO__RELOC} for one of libbpf's own; its digits when it has none. */
    public static String name(int errno) {
        if (errno == ENOTSUPP) {
            return "ENOTSUPP";
        }
        int own = errno - LIBBPF_ERRNO__LIBELF;
        if (own >= 0 && own < LIBBPF_ERRNO.size()) {
            return "LIBBPF_ERRNO__" + LIBBPF_ERRNO.get(own);
        }
        for (jnr.constants.platform.Errno known : jnr.constants.platform.Errno.values()) {
            // EWOULDBLOCK is EAGAIN by a name that nobody would look for.
            if (known.defined() && known.intValue() == errno && known != jnr.constants.platform.Errno.EWOULDBLOCK) {
                return known.name();
            }
        }
        return Integer.toString(errno);
    }

    /** Its name and number: {@code E2BIG (7)}. */
    public static String describe(int errno) {
        return name(errno) + " (" + errno + ")";
    }
}
