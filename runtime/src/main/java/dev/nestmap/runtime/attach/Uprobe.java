/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program when a process enters a function of an executable or library, or returns from it. Sections: {@code uprobe}, {@code
 * uretprobe}. The link can't be updated.
 *
 * @param binary the executable or library; a name without a slash is looked up in the usual directories
 * @param function name of the function in its symbol table; empty if {@code offset} counts from the start of the file
 * @param offset offset of the instruction in the function or in the file, in bytes
 * @param returning whether the program runs when the function returns
 * @param process id of the process to watch; null for every process
 * @param cookie a number that the program reads with {@code bpf_get_attach_cookie}
 */
public record Uprobe(
        Path binary,
        String function,
        long offset,
        boolean returning,
        @Nullable Integer process,
        long cookie) implements Hook<Uprobe.Kind, KernelLink> {
    /** The kind of programs for one function of an executable or library. The Java compiler uses this type to check hooks. */
    public interface Kind {}

    /** Checks that nothing is null. */
    public Uprobe {
        Objects.requireNonNull(binary, "binary");
        Objects.requireNonNull(function, "function");
    }

    /**
     * Returns the attachment to the entry of a function, in all processes.
     *
     * @param binary the executable or library
     * @param function name of the function
     * @return the attachment
     */
    public static Uprobe onEntry(Path binary, String function) {
        return new Uprobe(binary, function, 0, false, null, 0);
    }

    /**
     * Returns the attachment to the return of a function, in all processes.
     *
     * @param binary the executable or library
     * @param function name of the function
     * @return the attachment
     */
    public static Uprobe onReturn(Path binary, String function) {
        return new Uprobe(binary, function, 0, true, null, 0);
    }

    /**
     * Returns the attachment to an instruction, in all processes.
     *
     * @param binary the executable or library
     * @param offset offset of the instruction in the file, in bytes
     * @return the attachment
     */
    public static Uprobe at(Path binary, long offset) {
        return new Uprobe(binary, "", offset, false, null, 0);
    }

    /**
     * Returns the attachment to a different instruction of the function.
     *
     * @param offset offset of the instruction in the function, in bytes
     * @return the attachment
     */
    public Uprobe withOffset(long offset) {
        return new Uprobe(binary, function, offset, returning, process, cookie);
    }

    /**
     * Returns the attachment to one process.
     *
     * @param id id of the process
     * @return the attachment
     */
    public Uprobe withProcess(int id) {
        return new Uprobe(binary, function, offset, returning, id, cookie);
    }

    /**
     * Returns the attachment with a cookie, so that the program can distinguish its attachments.
     *
     * @param cookie a number that the program reads with {@code bpf_get_attach_cookie}
     * @return the attachment
     */
    public Uprobe withCookie(long cookie) {
        return new Uprobe(binary, function, offset, returning, process, cookie);
    }

    @Override
    public String target() {
        String place =
                function.isEmpty() ? "offset " + offset : "function " + function + (offset == 0 ? "" : "+" + offset);
        return (returning ? "the return of " : "") + place + " of " + binary;
    }

    /**
     * Runs a program when a process enters or leaves one of many functions of an executable or library, with one link (Linux 6.6).
     * Sections: {@code uprobe.multi}, {@code uretprobe.multi}, and {@code uprobe.session}, whose programs run at the entry and at the
     * return (Linux 6.13). The link can't be updated.
     *
     * @param binary the executable or library; a name without a slash is looked up in the usual directories
     * @param functions names of functions, or patterns: {@code *} matches any characters, {@code ?} matches one
     * @param returning whether the program runs when a function returns; sessions ignore it
     * @param process id of the process to watch; null for every process
     */
    public record Multi(
            Path binary,
            List<String> functions,
            boolean returning,
            @Nullable Integer process) implements Hook<Uprobe.Multi.Kind, KernelLink> {
        /** The kind of programs for many functions of an executable or library. The Java compiler uses this type to check hooks. */
        public interface Kind {}

        /** Copies the list. Checks that it has functions, and that no name is empty or has a control character. */
        public Multi {
            Objects.requireNonNull(binary, "binary");
            functions = List.copyOf(functions);
            if (functions.isEmpty()) {
                throw new IllegalArgumentException("no functions: name at least one");
            }
            functions.forEach(function -> KernelNameCheck.require("function", function));
        }

        /**
         * Returns the attachment to the entries of functions, in all processes.
         *
         * @param binary the executable or library
         * @param names names of functions, without wildcards
         * @return the attachment
         * @throws IllegalArgumentException if no name is given
         */
        public static Multi onEntry(Path binary, String... names) {
            return new Multi(binary, List.of(names), false, null);
        }

        /**
         * Returns the attachment to the returns of functions, in all processes.
         *
         * @param binary the executable or library
         * @param names names of functions, without wildcards
         * @return the attachment
         * @throws IllegalArgumentException if no name is given
         */
        public static Multi onReturn(Path binary, String... names) {
            return new Multi(binary, List.of(names), true, null);
        }

        /**
         * Returns the attachment to the entries of all functions that match a pattern, in all processes.
         *
         * @param binary the executable or library
         * @param pattern a name in which {@code *} matches any characters and {@code ?} matches one: {@code vfs_*}
         * @return the attachment
         */
        public static Multi onEntryMatching(Path binary, String pattern) {
            return new Multi(binary, List.of(Objects.requireNonNull(pattern, "pattern")), false, null);
        }

        /**
         * Returns the attachment to one process.
         *
         * @param id id of the process
         * @return the attachment
         */
        public Multi withProcess(int id) {
            return new Multi(binary, functions, returning, id);
        }

        @Override
        public String target() {
            return (returning ? "returns of functions " : "functions ") + String.join(", ", functions) + " of "
                    + binary;
        }
    }
}
