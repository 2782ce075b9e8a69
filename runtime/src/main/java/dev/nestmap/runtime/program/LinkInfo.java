/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.program;

/**
 * What the kernel says about a link ({@code struct bpf_link_info} of {@code linux/bpf.h}).
 *
 * @param id the kernel's id of the link, as {@code bpftool link} shows it
 * @param kind the kind of the link
 * @param programId the kernel's id of the program that runs
 * @param target a number that identifies what the program is attached to, see {@link LinkKind#targetName}; 0 if the kind has none. Indexes
 *     of interfaces are those of the interface's network namespace.
 * @param attached false if the interface, control group or namespace no longer exists, or if the link was detached: its program does not
 *     run any more, and never will
 */
public record LinkInfo(int id, LinkKind kind, int programId, long target, boolean attached) {
    @Override
    public String toString() {
        String to = kind.targetName().isEmpty() ? "" : ", " + kind.targetName() + " " + target;
        return "link " + Integer.toUnsignedString(id) + " (" + kind + (attached ? to : ", detached") + ", program "
                + Integer.toUnsignedString(programId) + ")";
    }
}
