/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import java.util.regex.Pattern;

/** Derives properties of a program from the name of its section. */
final class SectionName {
    /** The names in {@code section_defs} of libbpf 1.1, and of later versions ({@code kprobe.session}, {@code raw_tp.w}). */
    private static final Pattern TRACING = Pattern.compile(
            "([ku]probe|[ku]retprobe|ksyscall|kretsyscall|usdt|tp|tracepoint|raw_tp|raw_tracepoint|perf_event)([./].*)?");

    private SectionName() {}

    /**
     * Whether a program in this section may sleep. An update of an outer map does not wait for such programs. They are {@code
     * syscall} and those whose first part ends in {@code .s} ({@code section_defs} in {@code libbpf.c} of libbpf 1.1). libbpf's
     * flags can't be used: for {@code syscall} they are 0.
     */
    static boolean isSleepable(String section) {
        String first = section.split("/", 2)[0];
        return first.equals("syscall") || first.endsWith(".s");
    }

    /**
     * Whether a program in this section is a tracing program in the kernel's sense ({@code is_tracing_prog_type} in {@code
     * kernel/bpf/verifier.c}), which may interrupt any code: all kprobes and uprobes, tracepoints, raw tracepoints and perf
     * events, but not {@code fentry}, {@code lsm} and {@code iter}.
     */
    static boolean isTracing(String section) {
        return TRACING.matcher(section).matches();
    }

    /** Whether a program in this section is a socket filter. */
    static boolean isSocketFilter(String section) {
        return section.split("/", 2)[0].equals("socket");
    }
}
