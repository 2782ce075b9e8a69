/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.KernelAndLibbpfVersions;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.map.LinuxCapability;
import dev.nestmap.schema.program.AttachType;
import dev.nestmap.schema.program.AttachmentKind;
import dev.nestmap.schema.program.ProgramSection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Explains why an attachment fails: the program does not fit, this process lacks a capability, the kernel lacks the feature, or the target
 * does not exist.
 */
public record AttachErrors(String operation, AttachmentKind kind, String section, int attachType) {
    /** Read before an attachment fails. */
    private static final ErrorTable TABLE = ErrorTable.KERNEL;

    private static final Set<Errno> OF_MISSING_FEATURES =
            Set.of(Errno.EINVAL, Errno.EOPNOTSUPP, Errno.ENOTSUPP, Errno.ENOSYS);

    public AttachErrors(String operation, AttachmentKind kind, NativeProgram program) {
        this(operation, kind, program.section(), program.attachType());
    }

    /** The errors of attaching struct_ops. */
    static AttachErrors ofStruct(String operation) {
        return new AttachErrors(operation, AttachmentKind.STRUCT_OPS, "", AttachType.STRUCT_OPS.number());
    }

    /** Requires that programs of this section can be attached in this way. */
    public void requireFits() {
        ProgramSection row = ProgramSection.of(section).orElse(null);
        if (row == null || !row.kinds().contains(kind)) {
            throw BpfException.of(Reason.WRONG_USE, operation)
                    .because("a program of SEC(\"" + section + "\") can't be attached in this way: " + advice(row));
        }
    }

    /** Requires that the program's section has this attach type, or leaves it open. */
    void requireAttachType(AttachType type) {
        AttachType declared =
                ProgramSection.of(section).map(ProgramSection::attachType).orElse(null);
        if (declared != null && declared.isOtherSideOf(type)) {
            throw BpfException.of(Reason.WRONG_USE, operation)
                    .because("a program of SEC(\"" + section
                            + "\") is for the other direction: attach it there, or compile it with SEC(\"tc\"),"
                            + " which fits both");
        }
    }

    /** Says how programs of a section are attached. */
    public static String advice(@Nullable ProgramSection row) {
        if (row == null) {
            return "Nestmap does not know this section";
        }
        return row.kinds().isEmpty()
                ? row.instead()
                : "use " + row.kinds().get(0).call();
    }

    /** The exception for a failure without an errno, such as a target that does not exist. */
    BpfException failed(Reason reason, String explanation) {
        return BpfException.of(reason, operation).because(explanation);
    }

    /** The exception for a file that can't be read, although it may exist. */
    BpfException unreadable(Path file, IOException cause, String advice) {
        return BpfException.of(Reason.SYSTEM_CALL, operation)
                .cause(cause)
                .because(file + " can't be read (" + cause + "): " + advice);
    }

    /** The exception for a file that can't be read, although it may exist. */
    BpfException unreadable(Path file, IOException cause) {
        return unreadable(file, cause, "let this process read it, or try again");
    }

    /** The exception for an errno of libbpf, a positive number, with its lines. */
    BpfException refusedByLibbpf(int errno, List<String> log) {
        return refused(KernelAndLibbpfVersions.libbpf(), errno, TABLE.explanation(kind.name(), errno), log);
    }

    /**
     * Returns a new link, or throws with the reason.
     *
     * @param fd the descriptor of the link, or a negative errno
     */
    KernelAttachment link(int fd) {
        if (fd < 0) {
            throw refused(-fd);
        }
        return KernelAttachment.ofLink(new Descriptor(fd));
    }

    /** The exception for an errno of the kernel, a positive number, with the explanation of the kind's row. */
    BpfException refused(int errno) {
        return refused(errno, List.of());
    }

    /** Does the same with lines of libbpf. */
    BpfException refused(int errno, List<String> log) {
        return refused(KernelAndLibbpfVersions.kernel(), errno, TABLE.explanation(kind.name(), errno), log);
    }

    /**
     * The exception for an errno of the kernel, a positive number.
     *
     * @param explanation the reason and advice, unless a feature is missing
     */
    BpfException refused(int errno, String explanation) {
        return refused(KernelAndLibbpfVersions.kernel(), errno, explanation, List.of());
    }

    private BpfException refused(String refuser, int errno, @Nullable String row, List<String> log) {
        Errno known = Errno.of(errno);
        String lacking = known == null ? null : lacking(known);
        return (lacking == null
                        ? BpfException.of(errno, operation)
                        : BpfException.of(Reason.NOT_SUPPORTED, operation).errno(errno))
                .refusedBy(refuser)
                .log(log)
                .because(lacking != null || known == null ? lacking : explanation(known, row));
    }

    /** The feature that the kernel lacks, which explains an errno better than the kind's own table; null if it lacks none. */
    private @Nullable String lacking(Errno errno) {
        KernelFeature feature = OF_MISSING_FEATURES.contains(errno) ? KernelFeature.of(kind, attachType) : null;
        return feature != null && feature.isAbsent() ? feature.lacking() : null;
    }

    /** The kind's own table explains an errno better than a missing capability. */
    private @Nullable String explanation(Errno errno, @Nullable String explanation) {
        boolean isDenied = errno == Errno.EPERM || errno == Errno.EACCES;
        return explanation == null && isDenied ? denied() : explanation;
    }

    /** Whether this process has the capabilities that this kind of attachment requires. */
    boolean isPrivileged() {
        return LinuxCapability.lacking(needed()).isEmpty();
    }

    /** Names the missing capability, or says that none is missing. */
    String denied() {
        List<LinuxCapability> needed = needed();
        return LinuxCapability.denied(
                "it requires " + needed.get(0) + " and " + needed.get(1),
                needed,
                kind == AttachmentKind.TC // rtnetlink_rcv_msg in net/core/rtnetlink.c
                        ? Set.of(LinuxCapability.CAP_NET_ADMIN)
                        : Set.of());
    }

    private List<LinuxCapability> needed() {
        return List.of(
                LinuxCapability.CAP_BPF,
                kind.area() == AttachmentKind.Area.TRACING
                        ? LinuxCapability.CAP_PERFMON
                        : LinuxCapability.CAP_NET_ADMIN);
    }
}
