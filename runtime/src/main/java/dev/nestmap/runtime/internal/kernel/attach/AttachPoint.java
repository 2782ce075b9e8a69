/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.BpfCall;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.program.AttachType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A hook of an interface, a control group or a network namespace. The kernel lists the programs of such a hook.
 *
 * <p>A pin alone does not show that its link belongs to this hook: the link's interface may have been removed, or may have the same index
 * in another network namespace. So Nestmap also asks the kernel for the programs of the hook.
 *
 * @param file the file that stands for the target; null for an interface
 */
record AttachPoint(long target, int attachType, @Nullable Path file, AttachErrors errors) {
    private static final int BPF_PROG_QUERY = 16;

    // struct query in union bpf_attr
    private static final int QUERY_SIZE = 64;
    private static final int ATTACH_TYPE_AT = 4;
    private static final int FLAGS_AT = 8;
    private static final int BPF_F_QUERY_EFFECTIVE = 1;
    private static final int PROGRAM_IDS_AT = 16;
    private static final int COUNT_AT = 24;
    private static final int PROGRAM_FLAGS_AT = 32;
    private static final int LINK_IDS_AT = 40; // since Linux 6.6, for tcx and netkit

    /**
     * The most programs of a query. A hook can have 64 programs ({@code BPF_MPROG_MAX} and {@code BPF_CGROUP_MAX_PROGS}), and the kernel
     * lists the programs of all 10 security hooks of a control group together ({@code CGROUP_LSM_NUM}).
     */
    private static final int MOST = 640;

    /** A hook of an interface. */
    static AttachPoint ofInterface(String interfaceName, AttachType type, AttachErrors errors) {
        errors.requireAttachType(type);
        return new AttachPoint(NetworkAttacher.index(interfaceName, errors), type.number(), null, errors);
    }

    /** The id of a control group is its inode ({@code kernfs_ino} in {@code linux/kernfs.h}), as is that of a namespace. */
    static AttachPoint ofFile(Path file, int attachType, AttachErrors errors) {
        try {
            long inode = ((Number) Files.getAttribute(file, "unix:ino")).longValue();
            return new AttachPoint(inode, attachType, file, errors);
        } catch (NoSuchFileException e) {
            throw errors.failed(Reason.NOT_FOUND, "there is no " + file);
        } catch (IOException e) {
            throw errors.unreadable(file, e);
        }
    }

    /** The kind of the hook's links, which has the name of the kind of its attachments. */
    private KernelLink.Kind kind() {
        return KernelLink.Kind.valueOf(errors.kind().name());
    }

    /** Whether a link was made for this hook, by the link's own information. */
    boolean isOf(LinkCalls.Description link) {
        KernelLink.Info info = link.info();
        return info.kind() == kind() && isAtTarget(info) && (link.attachType() < 0 || link.attachType() == attachType);
    }

    /**
     * A link to the peer of a netkit device has the peer's index, in the peer's network namespace ({@code netkit_link_fill_info}). But the
     * kernel lists the links of this hook by the index of the primary device.
     */
    private boolean isAtTarget(KernelLink.Info info) {
        return attachType == AttachType.NETKIT_PEER.number()
                ? query(Math.toIntExact(target), LINK_IDS_AT)
                        .orElseThrow(() -> errors.refused(ErrnoNumbers.EPERM))
                        .contains(info.id())
                : info.target() == target;
    }

    /** Whether the hook runs this program now, or may run it. */
    boolean mayRun(int programId) {
        return programIds().map(ids -> ids.contains(programId)).orElse(true);
    }

    /**
     * The ids of the hook's programs. Empty if the kernel does not list them to this process. Except for XDP, the kernel requires
     * CAP_NET_ADMIN in the initial user namespace, even with a token ({@code bpf_prog_query} in {@code kernel/bpf/syscall.c}, Linux 6.18).
     */
    Optional<List<Integer>> programIds() {
        if (kind() == KernelLink.Kind.XDP) {
            return Optional.of(Stream.of(
                            Xdp.Mode.NATIVE,
                            Xdp.Mode.GENERIC,
                            Xdp.Mode.OFFLOAD) // an interface may have one for each mode
                    .map(mode -> NetworkAttacher.requireXdpProgramId(
                            Math.toIntExact(target), NetworkAttacher.flags(mode), errors))
                    .filter(id -> id != 0)
                    .toList());
        }
        if (file == null) {
            return query(Math.toIntExact(target), PROGRAM_IDS_AT);
        }
        try (Descriptor opened = NetworkAttacher.open(file, errors)) {
            return query(opened.fd(), PROGRAM_IDS_AT);
        }
    }

    /**
     * The ids of the programs that run for a control group, with those of the groups above it; empty if the kernel does not list them to this
     * process.
     */
    List<Integer> effectiveProgramIds() {
        try (Descriptor group = NetworkAttacher.open(Objects.requireNonNull(file), errors)) {
            return query(group.fd(), PROGRAM_IDS_AT, BPF_F_QUERY_EFFECTIVE).orElse(List.of());
        }
    }

    /** Asks for the ids of the hook's programs, or of their links, by the place of the list in the query. Empty at EPERM. */
    private Optional<List<Integer>> query(int where, int listAt) {
        return query(where, listAt, 0);
    }

    private Optional<List<Integer>> query(int where, int listAt, int flags) {
        OffHeapBlock programs = OffHeapBlock.allocate(MOST * Integer.BYTES);
        OffHeapBlock others = OffHeapBlock.allocate(MOST * Integer.BYTES);
        BpfCall query = new BpfCall(BPF_PROG_QUERY, QUERY_SIZE)
                .setInt(0, where)
                .setInt(ATTACH_TYPE_AT, attachType)
                .setInt(FLAGS_AT, flags)
                .setPointer(PROGRAM_IDS_AT, programs) // without them, the kernel lists nothing else either
                .setInt(COUNT_AT, MOST);
        if (listAt == LINK_IDS_AT) {
            query.setPointer(LINK_IDS_AT, others);
        }
        // __cgroup_bpf_query returns EINVAL without them, and for effective programs with them.
        if (attachType == AttachType.LSM_CGROUP.number() && flags == 0) {
            query.setPointer(PROGRAM_FLAGS_AT, others);
        }
        int result = query.run();
        if (result == -ErrnoNumbers.EPERM) {
            return Optional.empty();
        }
        if (result < 0) {
            throw file == null // the rows of the kind are about anchors
                    ? errors.refused(-result, "the kernel can't list the programs of the hook")
                    : errors.refused(-result);
        }
        OffHeapBlock ids = listAt == PROGRAM_IDS_AT ? programs : others;
        return Optional.of(IntStream.range(0, query.getInt(COUNT_AT))
                .mapToObj(i -> ids.bytes().getInt(i * Integer.BYTES))
                .toList());
    }
}
