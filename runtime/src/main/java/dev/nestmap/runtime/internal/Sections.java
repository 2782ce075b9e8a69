/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

/** What the name of a program's section says. */
final class Sections {
    private Sections() {}

    /**
     * Whether a program of this section may sleep, so that an outer map's update does not wait for it: {@code syscall}, and
     * those whose first part ends in {@code .s} ({@code section_defs} in libbpf 1.1's {@code libbpf.c}). libbpf's flags do not
     * tell: for {@code syscall} they are 0.
     */
    static boolean isSleepable(String section) {
        String first = section.split("/", 2)[0];
        return first.equals("syscall") || first.endsWith(".s");
    }
}
