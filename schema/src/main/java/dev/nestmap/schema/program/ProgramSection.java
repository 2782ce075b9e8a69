/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.program;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a program that follow from its ELF section: a row of {@link SectionTable}.
 *
 * @param pattern the name of the section; a {@code +} at the end allows a slash and a target after the name
 * @param type the type of the program
 * @param attachType the expected attach type; null if the kernel expects none, which is 0 in its interface
 * @param flags properties of the section
 * @param kinds the kinds of attachments that fit, the usual kind first; empty if Nestmap can't attach such programs
 * @param instead the way to run such programs if {@code kinds} is empty; otherwise empty
 * @param since the first Linux version with such programs; null if Linux 6.1 has them
 */
public record ProgramSection(
        String pattern,
        ProgramType type,
        @Nullable AttachType attachType,
        Set<Flag> flags,
        List<AttachmentKind> kinds,
        String instead,
        @Nullable String since) {
    private static final Set<AttachmentKind> OF_USER_SPACE =
            Set.of(AttachmentKind.UPROBE, AttachmentKind.UPROBE_MULTI, AttachmentKind.USDT);

    /** A property of a section. */
    public enum Flag {
        /** The program may sleep ({@code BPF_F_SLEEPABLE}). */
        SLEEPABLE,

        /** The verifier needs the target, which the rest of the section's name is: a function, a tracepoint or a hook. */
        TARGET_AT_LOAD,

        /** The program supports packets in several buffers ({@code BPF_F_XDP_HAS_FRAGS}). */
        FRAGMENTS
    }

    /** Copies the collections. */
    public ProgramSection {
        flags = Set.copyOf(flags);
        kinds = List.copyOf(kinds);
    }

    /**
     * The row of this section.
     *
     * @param section the name in the object, such as {@code kprobe/do_unlinkat}
     * @return the row, or empty if libbpf and Nestmap don't know the section
     */
    public static Optional<ProgramSection> of(String section) {
        return SectionTable.find(section);
    }

    /**
     * The section's target, such as {@code do_unlinkat} in {@code kprobe/do_unlinkat}; empty if the section names none.
     *
     * @param section the name in the object
     */
    public String targetIn(String section) {
        return section.length() > name().length() ? section.substring(name().length() + 1) : "";
    }

    /** The name of the section without a target: {@code kprobe}. */
    public String name() {
        return pattern.endsWith("+") ? pattern.substring(0, pattern.length() - 1) : pattern;
    }

    /** The number of the expected attach type in the kernel's interface. */
    public int attachTypeNumber() {
        return attachType == null ? 0 : attachType.number();
    }

    /**
     * Whether a program of this section may sleep. An update of an outer map does not wait for such programs. libbpf's flags can't be used:
     * for {@code syscall} they are 0 (libbpf 1.1).
     *
     * @param section the name in the object. If the section is unknown, the program is sleepable if the part before the slash ends with
     *     {@code .s}
     */
    public static boolean isSleepable(String section) {
        return of(section)
                .map(row -> row.flags.contains(Flag.SLEEPABLE))
                .orElseGet(() -> section.split("/", 2)[0].endsWith(".s"));
    }

    /**
     * Whether the kernel calls the program a tracing program ({@code is_tracing_prog_type} in {@code kernel/bpf/verifier.c}), because it
     * may interrupt any code: all kprobes, uprobes, tracepoints, raw tracepoints and perf events, but not {@code fentry}, {@code lsm} and
     * {@code iter}.
     */
    public boolean isTracing() {
        return switch (type) {
            case KPROBE, TRACEPOINT, PERF_EVENT, RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE -> true;
            default -> false;
        };
    }

    /**
     * Whether a run of another program may interrupt a run of this one on the same CPU, so that this one must count with atomic instructions in
     * a per-CPU map that both use. The kernel runs programs of network devices with softirqs disabled, so only tracing programs interrupt
     * these. It runs no kprobe, tracepoint or perf event inside another one. It runs {@code syscall} programs only on request.
     */
    public boolean isInterruptedBy(ProgramSection other) {
        if (isOnRequest() || other.isOnRequest()) {
            return false;
        }
        return isOfDevices()
                ? !other.isOfDevices() && !other.interruptsItself()
                : !(isUnderOneGuard() && other.isUnderOneGuard());
    }

    private boolean isOnRequest() {
        return type == ProgramType.SYSCALL;
    }

    private boolean isOfDevices() {
        return switch (type) {
            case XDP, SCHED_CLS, SCHED_ACT, LWT_IN, LWT_OUT, LWT_XMIT, LWT_SEG6LOCAL -> true;
            default -> false;
        };
    }

    /** {@code bpf_prog_active} in {@code trace_call_bpf}, kernel/trace/bpf_trace.c. */
    private boolean isUnderOneGuard() {
        return type == ProgramType.TRACEPOINT
                || type == ProgramType.PERF_EVENT
                || (type == ProgramType.KPROBE && !OF_USER_SPACE.contains(kinds.get(0)));
    }

    /**
     * Whether several runs of such programs can interrupt each other on one CPU, so that counts without atomic instructions get lost even in
     * per-CPU maps. The kernel runs these programs with preemption or with softirqs, and does not ask whether one is running: one run may
     * handle what a thread sends, and another interrupts it for what arrives. A program that replaces a function of another program runs like
     * that one, which its section does not name. The page docs/production/tracing.md lists the same sections and their callers in the
     * kernel.
     */
    public boolean interruptsItself() {
        return switch (type) {
            case CGROUP_DEVICE,
                    CGROUP_SKB,
                    CGROUP_SOCK,
                    CGROUP_SOCKOPT,
                    CGROUP_SOCK_ADDR,
                    CGROUP_SYSCTL,
                    EXT,
                    FLOW_DISSECTOR,
                    LSM,
                    NETFILTER,
                    SK_LOOKUP,
                    SK_MSG,
                    SK_REUSEPORT,
                    SK_SKB,
                    SOCKET_FILTER,
                    SOCK_OPS,
                    STRUCT_OPS -> true;
            case KPROBE -> OF_USER_SPACE.contains(kinds.get(0));
            case TRACING -> attachType == AttachType.TRACE_ITER;
            default -> false;
        };
    }

    boolean matches(String section) {
        return section.equals(name()) || (pattern.endsWith("+") && section.startsWith(name() + "/"));
    }
}
