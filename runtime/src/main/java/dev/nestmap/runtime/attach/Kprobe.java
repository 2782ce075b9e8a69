/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.util.List;
import java.util.Objects;

/**
 * Runs a program when the kernel enters a function, or returns from it. Sections: {@code kprobe}, {@code kretprobe}, {@code ksyscall},
 * {@code kretsyscall}. The link can't be updated. {@code /proc/kallsyms} lists the functions; inlined functions are missing.
 *
 * @param function name of the function
 * @param returning whether the program runs when the function returns
 * @param offset offset of the instruction in the function, in bytes; 0 for its entry
 * @param cookie a number that the program reads with {@code bpf_get_attach_cookie}
 */
public record Kprobe(String function, boolean returning, long offset, long cookie)
        implements Hook<Kprobe.Kind, KernelLink> {
    /** The kind of programs for a kernel function. The Java compiler uses this type to check hooks. */
    public interface Kind {}

    /** Checks the offset, and that the name is not empty and has no control character. */
    public Kprobe {
        KernelNameCheck.require("function", function);
        if (returning && offset != 0) {
            throw new IllegalArgumentException("offset is " + offset
                    + ": a probe on the return of a function has no offset. Leave it out, or use Kprobe.onEntry");
        }
    }

    /**
     * Returns the attachment to the entry of a function.
     *
     * @param function name of the function: {@code do_unlinkat}
     * @return the attachment
     */
    public static Kprobe onEntry(String function) {
        return new Kprobe(function, false, 0, 0);
    }

    /**
     * Returns the attachment to the return of a function.
     *
     * @param function name of the function: {@code do_unlinkat}
     * @return the attachment
     */
    public static Kprobe onReturn(String function) {
        return new Kprobe(function, true, 0, 0);
    }

    /**
     * Returns the attachment to the entry of a system call. Its function in the kernel has a different name on each architecture.
     *
     * @param name name of the system call: {@code openat}
     * @return the attachment
     */
    public static Kprobe onSyscall(String name) {
        return onEntry(syscallFunction(name));
    }

    /**
     * Returns the attachment to the return of a system call.
     *
     * @param name name of the system call: {@code openat}
     * @return the attachment
     */
    public static Kprobe onSyscallReturn(String name) {
        return onReturn(syscallFunction(name));
    }

    /** {@code arch/.../include/asm/syscall_wrapper.h} defines these names (Linux 6.1). */
    private static String syscallFunction(String name) {
        Objects.requireNonNull(name, "name");
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "__x64_sys_" + name;
            case "aarch64" -> "__arm64_sys_" + name;
            case "s390x" -> "__s390x_sys_" + name;
            case "riscv64" -> "__riscv_sys_" + name;
            default -> "sys_" + name;
        };
    }

    /**
     * Returns the attachment to a different instruction of the function.
     *
     * @param offset offset of the instruction in the function, in bytes
     * @return the attachment
     * @throws IllegalArgumentException if the probe is on the return of the function
     */
    public Kprobe withOffset(long offset) {
        return new Kprobe(function, returning, offset, cookie);
    }

    /**
     * Returns the attachment with a cookie, so that the program can distinguish its attachments.
     *
     * @param cookie a number that the program reads with {@code bpf_get_attach_cookie}
     * @return the attachment
     */
    public Kprobe withCookie(long cookie) {
        return new Kprobe(function, returning, offset, cookie);
    }

    @Override
    public String target() {
        String name = offset == 0 ? function : function + "+" + offset;
        return (returning ? "the return of kernel function " : "kernel function ") + name;
    }

    /**
     * Runs a program when the kernel enters or leaves one of many functions, with one link. Requires a kernel with {@code CONFIG_FPROBE}.
     * Sections: {@code kprobe.multi}, {@code kretprobe.multi}, and {@code kprobe.session}, whose programs run at the entry and at the
     * return (Linux 6.10). The link can't be updated.
     *
     * @param functions names of functions, or patterns: {@code *} matches any characters, {@code ?} matches one
     * @param returning whether the program runs when a function returns; sessions ignore it
     */
    public record Multi(List<String> functions, boolean returning) implements Hook<Kprobe.Multi.Kind, KernelLink> {
        /** The kind of programs for many kernel functions. The Java compiler uses this type to check hooks. */
        public interface Kind {}

        /** Copies the list. Checks that it has functions, and that no name is empty or has a control character. */
        public Multi {
            functions = List.copyOf(functions);
            if (functions.isEmpty()) {
                throw new IllegalArgumentException("no functions: name at least one");
            }
            functions.forEach(function -> KernelNameCheck.require("function", function));
        }

        /**
         * Returns the attachment to the entries of functions.
         *
         * @param names names of functions, without wildcards
         * @return the attachment
         * @throws IllegalArgumentException if no name is given
         */
        public static Multi onEntry(String... names) {
            return new Multi(List.of(names), false);
        }

        /**
         * Returns the attachment to the returns of functions.
         *
         * @param names names of functions, without wildcards
         * @return the attachment
         * @throws IllegalArgumentException if no name is given
         */
        public static Multi onReturn(String... names) {
            return new Multi(List.of(names), true);
        }

        /**
         * Returns the attachment to the entries of all functions that match a pattern.
         *
         * @param pattern a name in which {@code *} matches any characters and {@code ?} matches one: {@code vfs_*}
         * @return the attachment
         */
        public static Multi onEntryMatching(String pattern) {
            return new Multi(List.of(Objects.requireNonNull(pattern, "pattern")), false);
        }

        @Override
        public String target() {
            return (returning ? "returns of kernel functions " : "kernel functions ") + String.join(", ", functions);
        }
    }
}
