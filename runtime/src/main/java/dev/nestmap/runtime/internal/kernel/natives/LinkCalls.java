/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.memory.Block;
import java.lang.ref.Reference;
import java.util.function.IntPredicate;

/** System calls on links. libbpf has functions for them, but some need a {@code struct bpf_link}, which opened pins do not have. */
public final class LinkCalls {
    // enum bpf_cmd
    private static final int BPF_LINK_UPDATE = 29;
    private static final int BPF_LINK_GET_FD_BY_ID = 30;
    private static final int BPF_LINK_GET_NEXT_ID = 31;
    private static final int BPF_ITER_CREATE = 33;
    private static final int BPF_LINK_DETACH = 34;

    /** {@code linux/bpf.h}. */
    private static final int BPF_F_REPLACE = 1 << 2;

    private static final int ATTR_SIZE = 16;

    /** Larger than {@code struct bpf_link_info} of Linux 6.18. */
    private static final int INFO_SIZE = 256;

    private LinkCalls() {}

    /**
     * What the kernel says about a link.
     *
     * @param attachType number of the attach type; -1 for kinds whose links don't report it
     */
    public record Description(KernelLink.Info info, int attachType) {}

    /** Reads the info of the link with this file descriptor. */
    public static Description describe(int link) {
        Block info = ObjectInfo.read(link, Block.allocate(INFO_SIZE), "a link");
        KernelLink.Kind kind = KernelLink.Kind.of(info.bytes().getInt(0));
        // The members of the union in struct bpf_link_info begin at offset 16.
        int first = info.bytes().getInt(16);
        long target = switch (kind) {
            case CGROUP -> info.bytes().getLong(16);
            case XDP, TCX, NETKIT, NETNS, SOCKET_MAP, STRUCT_OPS -> Integer.toUnsignedLong(first);
            default -> 0;
        };
        int attachType = switch (kind) {
            case CGROUP -> info.bytes().getInt(24);
            case TCX, NETKIT, NETNS, SOCKET_MAP -> info.bytes().getInt(20);
            default -> -1;
        };
        // The kernel reports 0 for a target that was removed.
        boolean attached = kind.targetName().isEmpty() || target != 0;
        return new Description(
                new KernelLink.Info(info.bytes().getInt(4), kind, info.bytes().getInt(8), target, attached),
                attachType);
    }

    /**
     * Replaces the program of a link. Returns 0 or a negative errno.
     *
     * @param oldProgram descriptor of the program that the link must have; negative to replace any
     */
    public static int update(int link, int program, int oldProgram) {
        return oldProgram < 0
                ? call(BPF_LINK_UPDATE, link, program)
                : call(BPF_LINK_UPDATE, link, program, BPF_F_REPLACE, oldProgram);
    }

    /** Detaches the program of a link, which stays open. Returns 0 or a negative errno, for most kinds EOPNOTSUPP. */
    public static int detach(int link) {
        return call(BPF_LINK_DETACH, link);
    }

    /** Starts a pass of an iterator. Returns the descriptor that its output is read from, or a negative errno. */
    public static int iterate(int link) {
        return call(BPF_ITER_CREATE, link);
    }

    /** Opens the link with this id. Returns its descriptor, or a negative errno: EPERM without CAP_SYS_ADMIN. */
    public static int open(int id) {
        return call(BPF_LINK_GET_FD_BY_ID, id);
    }

    /** Closes a link's descriptor. Returns the link's id. */
    public static int close(int link) {
        try {
            return describe(link).info().id();
        } finally {
            Native.libc().close(link);
        }
    }

    /** Opens the first link that fits, which the caller closes. Returns its descriptor, or a negative number if there is none. */
    public static int find(IntPredicate fits) {
        for (int id = after(0); id != 0; id = after(id)) {
            int link = open(id);
            if (link < 0) {
                ObjectInfo.requireNotFound(-link, "opening of link " + Integer.toUnsignedString(id));
            } else if (fitsOrClose(fits, link)) {
                return link;
            }
        }
        return -1;
    }

    private static boolean fitsOrClose(IntPredicate fits, int link) {
        try (Undo undo = new Undo(() -> Native.libc().close(link))) {
            return fits.test(link) && undo.commit(true);
        }
    }

    /** The next higher id of a link; 0 if there is none, or this process may not list links. */
    private static int after(int id) {
        Block attr = attr(id);
        try {
            if (SystemCalls.bpf(BPF_LINK_GET_NEXT_ID, attr.address(), ATTR_SIZE) == 0) {
                return attr.bytes().getInt(Integer.BYTES);
            }
            ObjectInfo.requireNotFound(Native.lastErrno(), "listing of links");
            return 0;
        } finally {
            Reference.reachabilityFence(attr);
        }
    }

    private static int call(int command, int... words) {
        Block attr = attr(words);
        try {
            int result = SystemCalls.bpf(command, attr.address(), ATTR_SIZE);
            return result < 0 ? -Native.lastErrno() : result;
        } finally {
            Reference.reachabilityFence(attr);
        }
    }

    private static Block attr(int... words) {
        Block attr = Block.allocate(ATTR_SIZE);
        for (int i = 0; i < words.length; i++) {
            attr.bytes().putInt(i * Integer.BYTES, words[i]);
        }
        return attr;
    }
}
