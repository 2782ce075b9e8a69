/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.Capabilities;
import dev.nestmap.schema.program.AttachmentKind;
import dev.nestmap.schema.program.ProgramSection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Explains why an attachment fails: the program does not fit, this process lacks a capability, the kernel lacks the feature, or the target
 * does not exist.
 */
final class AttachErrors {
    private final String operation;
    private final AttachmentKind kind;

    AttachErrors(String operation, AttachmentKind kind) {
        this.operation = operation;
        this.kind = kind;
    }

    /** The version of the running kernel, as {@code uname -r} prints it. */
    static String kernel() {
        return "Linux " + System.getProperty("os.version");
    }

    /** Requires that programs of this section can be attached in this way. */
    void requireFits(String section) {
        ProgramSection row = ProgramSection.of(section).orElse(null);
        if (row == null || !row.kinds().contains(kind)) {
            throw new BpfException(
                    operation, "a program of SEC(\"" + section + "\") can't be attached in this way: " + advice(row));
        }
    }

    /** Says how programs of a section are attached. */
    static String advice(@Nullable ProgramSection row) {
        if (row == null) {
            return "Nestmap does not know this section";
        }
        return row.kinds().isEmpty()
                ? row.instead()
                : "use " + row.kinds().get(0).call();
    }

    /** The exception for an errno of the kernel, a positive number, with the kind's own explanations. */
    BpfException refused(int errno, Map<Integer, String> explanations) {
        return refused(errno, explanations.get(errno));
    }

    /**
     * The exception for an errno of the kernel, a positive number.
     *
     * @param explanation the reason and advice; null for the general ones
     */
    BpfException refused(int errno, @Nullable String explanation) {
        return BpfException.of(operation)
                .refusedBy(kernel())
                .errno(errno)
                .because(explanation == null ? general(errno) : explanation)
                .build();
    }

    private @Nullable String general(int errno) {
        return errno == ErrnoNumbers.EPERM || errno == ErrnoNumbers.EACCES ? denied() : null;
    }

    /** Names the missing capability, or says that none is missing. */
    String denied() {
        List<Capabilities> needed = needed();
        String lacking = Capabilities.lacking(needed);
        String names = needed.get(0) + " and " + needed.get(1);
        return lacking.isEmpty()
                ? "this process has " + names
                        + ", so something else forbids it: a security module, a lockdown of the kernel"
                        + " (/sys/kernel/security/lockdown), or a user namespace that is not the first one"
                : "it requires " + names + lacking;
    }

    private List<Capabilities> needed() {
        return switch (kind) {
            case XDP, TCX, NETKIT, TC, CGROUP, NETNS, NETFILTER, SOCKET_MAP, SOCKET_FILTER, REUSEPORT, STRUCT_OPS ->
                List.of(Capabilities.CAP_BPF, Capabilities.CAP_NET_ADMIN);
            case PERF_EVENT,
                    KPROBE,
                    KPROBE_MULTI,
                    UPROBE,
                    UPROBE_MULTI,
                    USDT,
                    TRACEPOINT,
                    RAW_TRACEPOINT,
                    TRACING,
                    ITERATOR -> List.of(Capabilities.CAP_BPF, Capabilities.CAP_PERFMON);
        };
    }
}
