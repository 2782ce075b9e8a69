/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Runs a program when a process enters a function of an executable or library, or returns from it. Sections: {@code uprobe}, {@code
 * uretprobe}. The link can't be updated.
 *
 * @param binary the executable or library; a name without a slash is looked up in the usual directories
 * @param function name of the function in its symbol table; empty if {@code offset} counts from the start of the file
 * @param offset offset of the instruction in the function or in the file, in bytes
 * @param returning whether the program runs when the function returns
 * @param pid id of the process to watch; -1 for all
 * @param cookie a number that the program reads with {@code bpf_get_attach_cookie}
 */
public record Uprobe(Path binary, String function, long offset, boolean returning, int pid, long cookie)
        implements Attachment {
    private static final int EVERY_PROCESS = -1;

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
        return new Uprobe(binary, function, 0, false, EVERY_PROCESS, 0);
    }

    /**
     * Returns the attachment to the return of a function, in all processes.
     *
     * @param binary the executable or library
     * @param function name of the function
     * @return the attachment
     */
    public static Uprobe onReturn(Path binary, String function) {
        return new Uprobe(binary, function, 0, true, EVERY_PROCESS, 0);
    }

    /**
     * Returns the attachment to an instruction, in all processes.
     *
     * @param binary the executable or library
     * @param offset offset of the instruction in the file, in bytes
     * @return the attachment
     */
    public static Uprobe at(Path binary, long offset) {
        return new Uprobe(binary, "", offset, false, EVERY_PROCESS, 0);
    }

    /**
     * Returns the attachment to another instruction of the function.
     *
     * @param offset offset of the instruction in the function, in bytes
     * @return the attachment
     */
    public Uprobe offset(long offset) {
        return new Uprobe(binary, function, offset, returning, pid, cookie);
    }

    /**
     * Returns the attachment to one process.
     *
     * @param pid id of the process
     * @return the attachment
     */
    public Uprobe pid(int pid) {
        return new Uprobe(binary, function, offset, returning, pid, cookie);
    }

    /**
     * Returns the attachment with a cookie, by which a program can distinguish its attachments.
     *
     * @param cookie a number that the program reads with {@code bpf_get_attach_cookie}
     * @return the attachment
     */
    public Uprobe cookie(long cookie) {
        return new Uprobe(binary, function, offset, returning, pid, cookie);
    }

    @Override
    public String target() {
        String place =
                function.isEmpty() ? "offset " + offset : "function " + function + (offset == 0 ? "" : "+" + offset);
        return (returning ? "the return of " : "") + place + " of " + binary;
    }
}
