/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Anchor;
import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.Netfilter;
import dev.nestmap.runtime.attach.Netkit;
import dev.nestmap.runtime.attach.Netns;
import dev.nestmap.runtime.attach.Tcx;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.program.AttachType;
import dev.nestmap.schema.program.AttachmentKind;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attaches programs to network interfaces, netfilter hooks, network namespaces and control groups. The hooks of tcx and netkit order their
 * programs in the same way ({@code kernel/bpf/mprog.c}).
 */
final class NetworkAttacher {
    static final List<AttacherTable.Entry<?>> HOOKS = List.of(
            new AttacherTable.Entry<>(
                    Xdp.class,
                    AttachmentKind.XDP,
                    NetworkAttacher::attach,
                    (program, xdp, errors) -> AttachPoint.ofInterface(xdp.interfaceName(), AttachType.XDP, errors)),
            new AttacherTable.Entry<>(
                    Tcx.class,
                    AttachmentKind.TCX,
                    NetworkAttacher::attach,
                    (program, tcx, errors) ->
                            AttachPoint.ofInterface(tcx.interfaceName(), type(tcx.direction()), errors)),
            new AttacherTable.Entry<>(
                    Netkit.class,
                    AttachmentKind.NETKIT,
                    NetworkAttacher::attach,
                    (program, netkit, errors) -> AttachPoint.ofInterface(netkit.interfaceName(), type(netkit), errors)),
            new AttacherTable.Entry<>(Netfilter.class, AttachmentKind.NETFILTER, NetworkAttacher::attach),
            new AttacherTable.Entry<>(
                    Cgroup.class,
                    AttachmentKind.CGROUP,
                    NetworkAttacher::attach,
                    (program, group, errors) -> AttachPoint.ofFile(group.directory(), program.attachType(), errors)),
            new AttacherTable.Entry<>(
                    Netns.class,
                    AttachmentKind.NETNS,
                    NetworkAttacher::attach,
                    (program, namespace, errors) ->
                            AttachPoint.ofFile(namespace.file(), program.attachType(), errors)));

    /** {@code LOOPBACK_IFINDEX} of the kernel, in each network namespace. */
    private static final int LOOPBACK = 1;

    // linux/bpf.h
    private static final int BPF_F_BEFORE = 1 << 3;
    private static final int BPF_F_AFTER = 1 << 4;
    private static final int BPF_F_ID = 1 << 5;

    // struct tcx and struct netkit in union bpf_attr
    private static final int RELATIVE_ID_AT = 16;

    // struct netfilter in union bpf_attr
    private static final int PF_AT = 16;
    private static final int HOOKNUM_AT = 20;
    private static final int PRIORITY_AT = 24;
    private static final int NETFILTER_FLAGS_AT = 28;
    private static final int BPF_F_NETFILTER_IP_DEFRAG = 1;

    private NetworkAttacher() {}

    private static KernelAttachment attach(NativeProgram program, Xdp xdp, AttachErrors errors) {
        int index = index(xdp.interfaceName(), errors);
        int fd = LinkCalls.creation(program.fd(), index, AttachType.XDP.number())
                .setInt(LinkCalls.FLAGS_AT, flags(xdp.mode()))
                .run();
        if (fd == -ErrnoNumbers.EBUSY || fd == -ErrnoNumbers.EEXIST) {
            throw errors.refused(-fd, xdpConflict(index, xdp.interfaceName()));
        }
        if (fd == -ErrnoNumbers.EINVAL) {
            throw errors.refused(-fd, xdpRefusal(xdp.interfaceName()));
        }
        KernelAttachment attached = errors.link(fd);
        warnIfGeneric(program, xdp, index);
        return attached;
    }

    /** Warns of a program that nobody wants to run in the generic mode, except at {@code lo}, where one tries things out. Throws nothing. */
    static void warnIfGeneric(NativeProgram program, Xdp xdp, int index) {
        if (xdp.mode() == Xdp.Mode.AUTO
                && index != LOOPBACK
                && xdpProgramId(index, flags(Xdp.Mode.GENERIC))
                        == program.info().id()) {
            WarningLog.RUNTIME.warn(
                    program.name() + " at " + xdp.interfaceName(),
                    ErrorTable.message("XDP_IS_GENERIC", xdp.interfaceName(), program.name()),
                    null);
        }
    }

    /** The explanation for EINVAL, which drivers answer for many reasons. */
    static String xdpRefusal(String interfaceName) {
        return ErrorTable.message("XDP_IS_REFUSED", interfaceName);
    }

    /** {@code XDP_FLAGS_*_MODE} of {@code linux/if_link.h}. */
    static int flags(Xdp.Mode mode) {
        return switch (mode) {
            case AUTO -> 0;
            case GENERIC -> 1 << 1;
            case NATIVE -> 1 << 2;
            case OFFLOAD -> 1 << 3;
        };
    }

    private static KernelAttachment attach(NativeProgram program, Tcx tcx, AttachErrors errors) {
        return attach(program, tcx.interfaceName(), type(tcx.direction()), tcx.anchor(), errors);
    }

    static AttachType type(Tcx.Direction direction) {
        return switch (direction) {
            case INGRESS -> AttachType.TCX_INGRESS;
            case EGRESS -> AttachType.TCX_EGRESS;
        };
    }

    private static KernelAttachment attach(NativeProgram program, Netkit netkit, AttachErrors errors) {
        return attach(program, netkit.interfaceName(), type(netkit), netkit.anchor(), errors);
    }

    private static AttachType type(Netkit netkit) {
        return switch (netkit.side()) {
            case PRIMARY -> AttachType.NETKIT_PRIMARY;
            case PEER -> AttachType.NETKIT_PEER;
        };
    }

    private static KernelAttachment attach(
            NativeProgram program, String interfaceName, AttachType type, Anchor anchor, AttachErrors errors) {
        errors.requireAttachType(type);
        int index = index(interfaceName, errors);
        int fd = LinkCalls.creation(program.fd(), index, type.number())
                .setInt(LinkCalls.FLAGS_AT, flags(anchor))
                .setInt(RELATIVE_ID_AT, anchor.id())
                .run();
        return errors.link(fd);
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
                };
    }

    private static KernelAttachment attach(NativeProgram program, Netfilter netfilter, AttachErrors errors) {
        int fd = LinkCalls.creation(program.fd(), 0, AttachType.NETFILTER.number())
                .setInt(PF_AT, family(netfilter.family()))
                .setInt(HOOKNUM_AT, hook(netfilter.hook()))
                .setInt(PRIORITY_AT, netfilter.priority())
                .setInt(NETFILTER_FLAGS_AT, netfilter.defragment() ? BPF_F_NETFILTER_IP_DEFRAG : 0)
                .run();
        return errors.link(fd);
    }

    /** {@code NFPROTO_*} of {@code linux/netfilter.h}. */
    private static int family(Netfilter.Family family) {
        return switch (family) {
            case IPV4 -> 2;
            case IPV6 -> 10;
        };
    }

    /** {@code enum nf_inet_hooks} of {@code linux/netfilter.h}. */
    private static int hook(Netfilter.Place hook) {
        return switch (hook) {
            case PRE_ROUTING -> 0;
            case LOCAL_IN -> 1;
            case FORWARD -> 2;
            case LOCAL_OUT -> 3;
            case POST_ROUTING -> 4;
        };
    }

    /** The index of the interface with this name. Throws if there is none. */
    static int index(String name, AttachErrors errors) {
        int index = NativeLibraries.libc().if_nametoindex(name);
        if (index == 0) {
            int errno = NativeLibraries.lastErrno();
            throw errno == ErrnoNumbers.ENODEV
                    ? errors.refused(
                            errno, "this network namespace has no such interface: list its interfaces with ip link")
                    : errors.refused(errno);
        }
        return index;
    }

    private static KernelAttachment attach(NativeProgram program, Cgroup cgroup, AttachErrors errors) {
        int fd = create(program, cgroup.directory(), errors);
        if (fd == -ErrnoNumbers.EPERM && errors.isPrivileged()) {
            throw errors.refused(ErrnoNumbers.EPERM, ErrorTable.message("CGROUP_IS_EXCLUSIVE", errors.denied()));
        }
        return errors.link(fd);
    }

    private static KernelAttachment attach(NativeProgram program, Netns namespace, AttachErrors errors) {
        return errors.link(create(program, namespace.file(), errors));
    }

    /** Creates a link to the target that a file stands for. Returns its descriptor or a negative errno. */
    private static int create(NativeProgram program, Path path, AttachErrors errors) {
        try (Descriptor file = open(path, errors)) {
            return LinkCalls.creation(program.fd(), file.fd(), program.attachType())
                    .run();
        }
    }

    /** Opens the file of a target, or throws with the reason. */
    static Descriptor open(Path path, AttachErrors errors) {
        int file = SystemCallWrappers.open(path);
        if (file < 0) {
            throw errors.refused(NativeLibraries.lastErrno(), path + " can't be opened");
        }
        return new Descriptor(file);
    }

    /** Explains which XDP program an interface already has, with advice. */
    static String xdpConflict(int interfaceIndex, String interfaceName) {
        return ErrorTable.message("XDP_CONFLICT", xdpProgram(interfaceIndex), interfaceName);
    }

    private static String xdpProgram(int interfaceIndex) {
        int programId = xdpProgramId(interfaceIndex, 0);
        if (programId <= 0) {
            return "which this process can't query";
        }
        String withId = "the one with id " + Integer.toUnsignedString(programId);
        String name = name(programId);
        return name == null ? withId : "\"" + name + "\", " + withId;
    }

    private static @Nullable String name(int programId) {
        try {
            ProgramInfo info = ProgramInfo.ofId(programId);
            return info == null ? null : info.name();
        } catch (BpfException e) { // the failure that is being explained matters more
            return null;
        }
    }

    /** The id of the interface's XDP program; 0 if it has none. Throws if libbpf can't query it. */
    static int requireXdpProgramId(int interfaceIndex, int mode, AttachErrors errors) {
        int id = xdpProgramId(interfaceIndex, mode);
        if (id < 0) {
            throw errors.refusedByLibbpf(-id, List.of());
        }
        return id;
    }

    /**
     * The id of the interface's XDP program; 0 if it has none. A negative errno if libbpf can't query it.
     *
     * @param mode {@code XDP_FLAGS_*_MODE} to ask for the program of one mode; 0 for any
     */
    private static int xdpProgramId(int interfaceIndex, int mode) {
        OffHeapBlock id = OffHeapBlock.allocate(Integer.BYTES);
        int errno = id.call(address -> NativeLibraries.libbpf().bpf_xdp_query_id(interfaceIndex, mode, address));
        return errno < 0 ? errno : id.bytes().getInt(0);
    }
}
