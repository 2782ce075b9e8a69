/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Anchor;
import dev.nestmap.runtime.attach.Netkit;
import dev.nestmap.runtime.attach.Tcx;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.LinkRequest;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.schema.program.AttachType;
import java.util.Map;

/** Attaches programs to tcx hooks and netkit devices, which order their programs in the same way ({@code kernel/bpf/mprog.c}). */
final class ClassifierAttacher {
    // linux/bpf.h
    private static final int BPF_F_BEFORE = 1 << 3;
    private static final int BPF_F_AFTER = 1 << 4;
    private static final int BPF_F_ID = 1 << 5;
    private static final int BPF_F_LINK = 1 << 13;

    // struct tcx and struct netkit in union bpf_attr
    private static final int RELATIVE_ID_AT = 16;
    private static final int EXPECTED_REVISION_AT = 24;

    private static final Map<Errno, String> ERRORS = Map.of(
            Errno.ENOENT,
            "the anchor's program or link does not exist or is not at this hook: bpftool net lists the programs",
            Errno.ESTALE,
            "the hook has changed since the expected revision: read its revision again",
            Errno.ERANGE,
            "the hook has 64 programs, the most that the kernel permits, or the anchor is not at this hook: bpftool net lists the"
                    + " programs");

    private ClassifierAttacher() {}

    static KernelAttachment attach(NativeProgram program, Tcx tcx, AttachErrors errors) {
        return attach(program, tcx.interfaceName(), type(tcx), tcx.anchor(), tcx.expectedRevision(), errors);
    }

    static AttachType type(Tcx tcx) {
        return switch (tcx.direction()) {
            case INGRESS -> AttachType.TCX_INGRESS;
            case EGRESS -> AttachType.TCX_EGRESS;
        };
    }

    static KernelAttachment attach(NativeProgram program, Netkit netkit, AttachErrors errors) {
        return attach(
                program, netkit.interfaceName(), type(netkit), netkit.anchor(), netkit.expectedRevision(), errors);
    }

    static AttachType type(Netkit netkit) {
        return switch (netkit.side()) {
            case PRIMARY -> AttachType.NETKIT_PRIMARY;
            case PEER -> AttachType.NETKIT_PEER;
        };
    }

    private static KernelAttachment attach(
            NativeProgram program,
            String interfaceName,
            AttachType type,
            Anchor anchor,
            long expectedRevision,
            AttachErrors errors) {
        errors.requireAttachType(type);
        int index = NetworkInterfaces.index(interfaceName, errors);
        int fd = new LinkRequest(program.fd(), index, type.number())
                .flags(flags(anchor))
                .setInt(RELATIVE_ID_AT, anchor.id())
                .setLong(EXPECTED_REVISION_AT, expectedRevision)
                .create();
        if (fd < 0) {
            throw errors.refused(-fd, ERRORS);
        }
        return new LinkDescriptor(fd);
    }

    private static int flags(Anchor anchor) {
        int side = switch (anchor.side()) {
            case BEFORE -> BPF_F_BEFORE;
            case AFTER -> BPF_F_AFTER;
        };
        return side
                | switch (anchor.relativeTo()) {
                    case ALL -> 0;
                    case PROGRAM -> BPF_F_ID;
                    case LINK -> BPF_F_ID | BPF_F_LINK;
                };
    }
}
