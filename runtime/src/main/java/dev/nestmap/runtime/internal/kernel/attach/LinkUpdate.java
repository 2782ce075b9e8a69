/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
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
            throw new BpfException(
                    Reason.WRONG_USE,
                    operation,
                    info
                            + " has a struct of programs, and the kernel replaces the whole struct: use attachStructOps(struct,"
                            + " LinkPin.at(path)) of the object with the new struct");
        }
        if (!info.kind().isUpdatable()) {
            throw new BpfException(
                    Reason.NOT_SUPPORTED,
                    operation,
                    "the kernel can't replace the program of a link of the kind " + info.kind() + ", so " + info
                            + " is unchanged. Attach the new program before you close this link, and events in between are"
                            + " counted twice (LinkPin.Replacement.OVERLAP; netfilter then needs another priority); or close this link"
                            + " first, and events in between are lost (GAP)");
        }
        if (!info.attached()) {
            throw new BpfException(
                    Reason.CLOSED,
                    operation,
                    info
                            + " does not run any more, because what it was attached to was removed or the link was detached:"
                            + " close it and attach the program anew");
        }
    }

    /** The kernel does not compare everything: a control group's link would take a program for another hook of the group. */
    void requireFits(LinkCalls.Description description) {
        ProgramSection row = ProgramSection.of(next.section()).orElse(null);
        KernelLink.Kind kind = description.info().kind();
        if (row == null
                || row.kinds().stream()
                        .noneMatch(way -> AttacherTable.linkKinds(way).contains(kind))) {
            throw new BpfException(
                    Reason.WRONG_USE,
                    operation,
                    "a program of SEC(\"" + next.section() + "\") does not fit " + description.info() + ": "
                            + AttachErrors.advice(row));
        }
        AttachType type = row.attachType();
        if (type != null && description.attachType() >= 0 && description.attachType() != type.number()) {
            throw new BpfException(
                    Reason.WRONG_USE,
                    operation,
                    description.info() + " is of the attach type " + nameOf(description.attachType())
                            + ", and the program of SEC(\"" + next.section() + "\") is for " + type
                            + ": compile it with the section of the old program, or attach it with a link of its own");
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
                        .because(reason(Errno.of(errno), info))
                        .build();
    }

    private static @Nullable String reason(@Nullable Errno errno, KernelLink.Info info) {
        if (errno == Errno.EINVAL) {
            return "the new program has another type or expected attach type than the program of " + info
                    + ", which stays attached. For example, a loader that sets no attach type for XDP programs creates links that"
                    + " accept only such programs. Load the old version again; or, if the link is this service's own, detach it"
                    + " (Link.detach, bpftool link detach id " + Integer.toUnsignedString(info.id())
                    + ") and attach the new program, which leaves a gap";
        }
        return errno == Errno.ENOLINK ? "what the link was attached to was removed: attach the program anew" : null;
    }

    private BpfException replaced(KernelLink.Info info, int expectedProgram) {
        return new BpfException(
                Reason.CLOSED,
                operation,
                "another process has replaced the program: " + info + " had program "
                        + Integer.toUnsignedString(expectedProgram)
                        + " when this handle was made or last updated. To replace the new program too, open the link"
                        + " from its pin again");
    }
}
