/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.program.LinkKind;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/** Reads what links for tracing are attached to, so that two of them can be compared. */
public final class LinkTargets {
    /** Larger than {@code struct bpf_link_info} of Linux 6.18. */
    private static final int INFO_SIZE = 256;

    /** {@code PATH_MAX}, the longest name of a file. */
    private static final int LONGEST_NAME = 4096;

    // Members of struct bpf_link_info: raw_tracepoint, tracing, and perf_event with its uprobe, kprobe and tracepoint.
    private static final int TRACEPOINT_NAME_AT = 16;
    private static final int ATTACH_TYPE_AT = 16;
    private static final int OBJECT_AT = 20;
    private static final int BTF_TYPE_AT = 24;
    private static final int EVENT_TYPE_AT = 16;
    private static final int EVENT_NAME_AT = 24;
    private static final int EVENT_OFFSET_AT = 36;

    /** {@code BPF_PERF_EVENT_TRACEPOINT}, the last event type that has a name. */
    private static final int LAST_NAMED_EVENT = 5;

    private LinkTargets() {}

    /**
     * The target of a link, as a text that is the same for all links to it. Null for kinds of links that are not for tracing, for perf
     * events that are not of a function or tracepoint, and for all perf events before Linux 6.6, which do not report what they are.
     */
    public static @Nullable String of(int link, LinkKind kind) {
        return switch (kind) {
            case RAW_TRACEPOINT -> named(link, TRACEPOINT_NAME_AT);
            case TRACING -> {
                Block info = ObjectInfo.read(link, Block.allocate(INFO_SIZE), "a link");
                yield info.bytes().getInt(ATTACH_TYPE_AT) + " " + info.bytes().getInt(OBJECT_AT) + " "
                        + info.bytes().getInt(BTF_TYPE_AT);
            }
            case PERF_EVENT -> named(link, EVENT_NAME_AT);
            default -> null;
        };
    }

    /** @param nameAt where the struct has the address of a buffer for the name, and after it the buffer's length */
    private static @Nullable String named(int link, int nameAt) {
        Block name = Block.allocate(LONGEST_NAME);
        Block info = Block.allocate(INFO_SIZE);
        info.bytes().putLong(nameAt, name.address());
        info.bytes().putInt(nameAt + Long.BYTES, name.size());
        try {
            ObjectInfo.read(link, info, "a link");
        } catch (BpfException e) { // for example a name that is longer than a path
            return null;
        } finally {
            Reference.reachabilityFence(name);
        }
        String text = CStrings.text(name);
        if (nameAt == TRACEPOINT_NAME_AT) {
            return text;
        }
        int type = info.bytes().getInt(EVENT_TYPE_AT);
        return type == 0 || type > LAST_NAMED_EVENT || text.isEmpty()
                ? null
                : type + " " + text + " "
                        + (type == LAST_NAMED_EVENT ? 0 : info.bytes().getInt(EVENT_OFFSET_AT));
    }
}
