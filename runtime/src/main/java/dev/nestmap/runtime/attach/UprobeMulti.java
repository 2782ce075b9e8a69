/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Runs a program when a process enters or leaves any of many functions of an executable or library, with one link (Linux 6.6). Sections:
 * {@code uprobe.multi}, {@code uretprobe.multi}, and {@code uprobe.session}, whose programs run at the entry and at the return (Linux
 * 6.13). The link can't be updated.
 *
 * @param binary the executable or library; a name without a slash is looked up in the usual directories
 * @param functions names of functions, or patterns in which {@code *} stands for any characters and {@code ?} for one
 * @param returning whether the program runs when a function returns; it has no meaning for sessions
 * @param pid id of the process to watch; 0 for all
 */
public record UprobeMulti(Path binary, List<String> functions, boolean returning, int pid) implements Attachment {
    /** Copies the list. Checks that it has functions, and that no name is empty or has a control character. */
    public UprobeMulti {
        Objects.requireNonNull(binary, "binary");
        functions = List.copyOf(functions);
        if (functions.isEmpty()) {
            throw new IllegalArgumentException("no functions: name at least one");
        }
        functions.forEach(function -> KernelNames.require("function", function));
    }

    /**
     * Returns the attachment to the entries of functions, in all processes.
     *
     * @param binary the executable or library
     * @param names names of functions, without wildcards
     * @return the attachment
     * @throws IllegalArgumentException if there is no name
     */
    public static UprobeMulti functions(Path binary, String... names) {
        return new UprobeMulti(binary, List.of(names), false, 0);
    }

    /**
     * Returns the attachment to the entries of all functions that match a pattern, in all processes.
     *
     * @param binary the executable or library
     * @param pattern a name in which {@code *} stands for any characters and {@code ?} for one: {@code mem*}
     * @return the attachment
     */
    public static UprobeMulti matching(Path binary, String pattern) {
        return new UprobeMulti(binary, List.of(pattern), false, 0);
    }

    /** {@return the attachment to the returns of the functions} */
    public UprobeMulti onReturn() {
        return new UprobeMulti(binary, functions, true, pid);
    }

    /**
     * Returns the attachment to one process.
     *
     * @param pid id of the process
     * @return the attachment
     */
    public UprobeMulti pid(int pid) {
        return new UprobeMulti(binary, functions, returning, pid);
    }

    @Override
    public String target() {
        return (returning ? "returns of functions " : "functions ") + String.join(", ", functions) + " of " + binary;
    }
}
