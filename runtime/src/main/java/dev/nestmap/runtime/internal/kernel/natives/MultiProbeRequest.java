/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.internal.memory.Block;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** Requests for links of programs to many functions. */
public final class MultiProbeRequest {
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

    private MultiProbeRequest() {}

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
}
