/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.util.List;
import java.util.Objects;

/**
 * Runs a program when the kernel enters or leaves any of many functions, with one link (a kernel with {@code CONFIG_FPROBE}). Sections:
 * {@code kprobe.multi}, {@code kretprobe.multi}, and {@code kprobe.session}, whose programs run at the entry and at the return (Linux
 * 6.10). The link can't be updated.
 *
 * @param functions names of functions, or patterns in which {@code *} stands for any characters and {@code ?} for one
 * @param returning whether the program runs when a function returns; it has no meaning for sessions
 */
public record KprobeMulti(List<String> functions, boolean returning) implements Attachment {
    /** Copies the list. Checks that it has functions, and that no name is empty or has a control character. */
    public KprobeMulti {
        functions = List.copyOf(functions);
        if (functions.isEmpty()) {
            throw new IllegalArgumentException("no functions: name at least one");
        }
        functions.forEach(function -> KernelNames.require("function", function));
    }

    /**
     * Returns the attachment to the entries of functions.
     *
     * @param names names of functions, without wildcards
     * @return the attachment
     * @throws IllegalArgumentException if there is no name
     */
    public static KprobeMulti functions(String... names) {
        return new KprobeMulti(List.of(names), false);
    }

    /**
     * Returns the attachment to the entries of all functions that match a pattern.
     *
     * @param pattern a name in which {@code *} stands for any characters and {@code ?} for one: {@code vfs_*}
     * @return the attachment
     */
    public static KprobeMulti matching(String pattern) {
        return new KprobeMulti(List.of(Objects.requireNonNull(pattern, "pattern")), false);
    }

    /** {@return the attachment to the returns of the functions} */
    public KprobeMulti onReturn() {
        return new KprobeMulti(functions, true);
    }

    @Override
    public String target() {
        return (returning ? "returns of kernel functions " : "kernel functions ") + String.join(", ", functions);
    }
}
