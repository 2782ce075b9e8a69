/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import java.util.regex.Pattern;

/** What the name of a program's section says. */
final class SectionName {
    /** As libbpf 1.1's {@code section_defs} name them, and what later versions add ({@code kprobe.session}, {@code raw_tp.w}). */
    private static final Pattern TRACING = Pattern.compile(
            "([ku]probe|[ku]retprobe|ksyscall|kretsyscall|usdt|tp|tracepoint|raw_tp|raw_tracepoint|perf_event)([./].*)?");

    private SectionName() {}

    /**
     * Whether a program of this section may sleep, so that an outer map's update does not wait for it: {@code syscall}, and
     * those whose first part ends in {@code .s} ({@code section_defs} in libbpf 1.1's {@code libbpf.c}). libbpf's flags do not
     * tell: for {@code syscall} they are 0.
     */
    static boolean isSleepable(String section) {
        String first = section.split("/", 2)[0];
        return first.equals("syscall") || first.endsWith(".s");
    }

    /**
     * Whether a program of this section is one of those that the kernel calls tracing ({@code is_tracing_prog_type} in {@code
     * kernel/bpf/verifier.c}), which may interrupt anything: kprobes and uprobes in all their forms, tracepoints, raw
     * tracepoints and perf events. Not {@code fentry}, {@code lsm} and {@code iter}.
     */
    static boolean isTracing(String section) {
        return TRACING.matcher(section).matches();
    }

    /** Whether a program of this section filters what a socket receives. */
    static boolean isSocketFilter(String section) {
        return section.split("/", 2)[0].equals("socket");
    }
}
