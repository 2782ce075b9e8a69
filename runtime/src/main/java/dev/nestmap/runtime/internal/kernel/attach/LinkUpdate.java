/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.KernelAndLibbpfVersions;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.natives.ObjectInfoReader;
import dev.nestmap.schema.program.AttachType;
import dev.nestmap.schema.program.ProgramSection;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the program of a link in one step. On any failure, the link keeps its program.
 *
 * @param next the new program
 */
public record LinkUpdate(String operation, NativeProgram next) {
    /**
     * Replaces the program.
     *
     * @param descriptor a descriptor of the new program
     * @param expectedProgram id of the program that the link should have
     */
    public void run(int link, int descriptor, int expectedProgram) {
        LinkCalls.Description description = LinkCalls.describe(link);
        KernelLink.Info info = description.info();
        requireUpdatable(info);
        requireFits(description);
        if (info.programId() == next.info().id()) {
            return;
        }
        if (info.programId() != expectedProgram) {
            throw replaced(info, expectedProgram);
        }
        try (Descriptor old = new Descriptor(NativeLibraries.libbpf().bpf_prog_get_fd_by_id(expectedProgram))) {
            if (old.fd() == -ErrnoNumbers.ENOENT) { // nobody has the program any more
                throw replaced(LinkCalls.describe(link).info(), expectedProgram);
            }
            if (old.fd() < 0) {
                ObjectInfoReader.requireNotFound(-old.fd(), operation);
            }
            int result = LinkCalls.update(link, descriptor, old.fd());
            if (result < 0) {
                throw refused(-result, LinkCalls.describe(link).info(), expectedProgram);
            }
        }
    }

    /** Throws if the kernel can't replace the program of this link. */
    void requireUpdatable(KernelLink.Info info) {
        if (info.kind() == KernelLink.Kind.STRUCT_OPS) {
            throw BpfException.of(Reason.WRONG_USE, operation).because(ErrorTable.message("LINK_OF_STRUCT", info));
        }
        if (!info.kind().isUpdatable()) {
            throw BpfException.of(Reason.NOT_SUPPORTED, operation)
                    .because(ErrorTable.message("LINK_IS_NOT_UPDATABLE", info.kind(), info));
        }
        if (!info.attached()) {
            throw BpfException.of(Reason.CLOSED, operation).because(ErrorTable.message("LINK_HAS_ENDED", info));
        }
    }

    /** The kernel does not compare everything: a control group's link would take a program for another hook of the group. */
    void requireFits(LinkCalls.Description description) {
        ProgramSection row = ProgramSection.of(next.section()).orElse(null);
        KernelLink.Kind kind = description.info().kind();
        if (row == null
                || row.kinds().stream()
                        .noneMatch(way -> AttacherTable.linkKinds(way).contains(kind))) {
            throw BpfException.of(Reason.WRONG_USE, operation)
                    .because("a program of SEC(\"" + next.section() + "\") does not fit " + description.info() + ": "
                            + AttachErrors.advice(row));
        }
        AttachType type = row.attachType();
        if (type != null && description.attachType() >= 0 && description.attachType() != type.number()) {
            throw BpfException.of(Reason.WRONG_USE, operation)
                    .because(ErrorTable.message(
                            "LINK_OF_OTHER_TYPE",
                            description.info(),
                            nameOf(description.attachType()),
                            next.section(),
                            type));
        }
    }

    private static String nameOf(int attachType) {
        AttachType[] known = AttachType.values();
        return attachType < known.length ? known[attachType].name() : Integer.toString(attachType);
    }

    private BpfException refused(int errno, KernelLink.Info info, int expectedProgram) {
        return errno == ErrnoNumbers.EPERM && info.programId() != expectedProgram
                ? replaced(info, expectedProgram)
                : BpfException.of(errno, operation)
                        .refusedBy(KernelAndLibbpfVersions.kernel())
                        .because(reason(Errno.of(errno), info));
    }

    private static @Nullable String reason(@Nullable Errno errno, KernelLink.Info info) {
        if (errno == Errno.EINVAL) {
            return ErrorTable.message("LINK_TAKES_NO_SUCH_PROGRAM", info, Integer.toUnsignedString(info.id()));
        }
        return errno == Errno.ENOLINK ? "the target of the link was removed: attach the program again" : null;
    }

    private BpfException replaced(KernelLink.Info info, int expectedProgram) {
        return BpfException.of(Reason.CLOSED, operation)
                .because(ErrorTable.message("LINK_WAS_UPDATED", info, Integer.toUnsignedString(expectedProgram)));
    }
}
