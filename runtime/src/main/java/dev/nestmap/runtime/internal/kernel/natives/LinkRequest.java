/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.internal.memory.Block;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A request for a link: the part of {@code union bpf_attr} ({@code linux/bpf.h}) for {@code BPF_LINK_CREATE}. Nestmap makes this system
 * call itself, because libbpf 1.1 knows only some of the attach types. The kernel accepts a longer union than its own if the rest is zero.
 */
public final class LinkRequest {
    /** Size of {@code link_create} in Linux 6.18, rounded up. */
    private static final int SIZE = 64;

    private static final int BPF_LINK_CREATE = 28;

    /** {@code BPF_F_KPROBE_MULTI_RETURN} and {@code BPF_F_UPROBE_MULTI_RETURN}. */
    private static final int RETURN = 1;

    // struct kprobe_multi in union bpf_attr
    private static final int KPROBE_FLAGS_AT = 16;
    private static final int KPROBE_CNT_AT = 20;
    private static final int KPROBE_SYMS_AT = 24;

    // struct uprobe_multi in union bpf_attr
    private static final int UPROBE_PATH_AT = 16;
    private static final int UPROBE_OFFSETS_AT = 24;
    private static final int UPROBE_CNT_AT = 48;
    private static final int UPROBE_FLAGS_AT = 52;
    private static final int UPROBE_PID_AT = 56;

    private final Block attr = Block.allocate(SIZE);

    /** Memory that the request points to, directly or not. */
    private final List<Block> pointers = new ArrayList<>();

    /**
     * A request without options.
     *
     * @param program file descriptor of the program
     * @param target file descriptor of the target, or the index of an interface; 0 if the attach type has neither
     * @param attachType number of the attach type
     */
    public LinkRequest(int program, int target, int attachType) {
        setInt(0, program);
        setInt(4, target);
        setInt(8, attachType);
    }

    /** A request for a link to these kernel functions, to their entries or their returns. */
    public static LinkRequest kprobes(int program, int attachType, Collection<String> functions, boolean returning) {
        List<Block> names = functions.stream().map(CStrings::block).toList();
        LinkRequest request = new LinkRequest(program, 0, attachType)
                .setInt(KPROBE_FLAGS_AT, returning ? RETURN : 0)
                .setInt(KPROBE_CNT_AT, names.size())
                .setPointer(
                        KPROBE_SYMS_AT,
                        numbers(names.stream().map(Block::address).toList()));
        names.forEach(request::keep);
        return request;
    }

    /**
     * A request for a link to the instructions at these offsets of a file, or to the returns of the functions that begin there.
     *
     * @param pid the process that is traced; 0 for all
     */
    public static LinkRequest uprobes(
            int program, int attachType, Path binary, Collection<Long> offsets, boolean returning, int pid) {
        return new LinkRequest(program, 0, attachType)
                .setPointer(UPROBE_PATH_AT, CStrings.block(binary.toString()))
                .setPointer(UPROBE_OFFSETS_AT, numbers(offsets))
                .setInt(UPROBE_CNT_AT, offsets.size())
                .setInt(UPROBE_FLAGS_AT, returning ? RETURN : 0)
                .setInt(UPROBE_PID_AT, pid);
    }

    private static Block numbers(Collection<Long> values) {
        Block block = Block.allocate(values.size() * Long.BYTES);
        int at = 0;
        for (long value : values) {
            block.bytes().putLong(at, value);
            at += Long.BYTES;
        }
        return block;
    }

    /** Sets the flags that all attach types have. */
    public LinkRequest flags(int flags) {
        return setInt(12, flags);
    }

    /** Sets a 32-bit option at this offset in the union. */
    public LinkRequest setInt(int offset, int value) {
        attr.bytes().putInt(offset, value);
        return this;
    }

    /** Sets a 64-bit option at this offset in the union. */
    public LinkRequest setLong(int offset, long value) {
        attr.bytes().putLong(offset, value);
        return this;
    }

    /** Sets a pointer at this offset in the union. The memory stays allocated as long as this request. */
    public LinkRequest setPointer(int offset, Block memory) {
        keep(memory);
        return setLong(offset, memory.address());
    }

    /** Keeps memory allocated as long as this request, because memory of a pointer points to it. */
    private void keep(Block memory) {
        pointers.add(memory);
    }

    /** Creates the link. Returns its file descriptor, or a negative errno. */
    public int create() {
        try {
            int fd = SystemCalls.bpf(BPF_LINK_CREATE, attr.address(), SIZE);
            return fd < 0 ? -Native.lastErrno() : fd;
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
