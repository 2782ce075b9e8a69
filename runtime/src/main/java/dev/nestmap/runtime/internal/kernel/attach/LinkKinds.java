/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.program.LinkKind;
import dev.nestmap.schema.program.AttachmentKind;
import java.util.Set;

/** Maps each way to attach a program to the kinds of links that it creates. */
final class LinkKinds {
    private LinkKinds() {}

    /** The kinds that an attachment's link can have; empty if the attachment is no link of the kernel. */
    static Set<LinkKind> of(AttachmentKind kind) {
        return switch (kind) {
            case XDP -> Set.of(LinkKind.XDP);
            case TCX -> Set.of(LinkKind.TCX);
            case NETKIT -> Set.of(LinkKind.NETKIT);
            case CGROUP -> Set.of(LinkKind.CGROUP);
            case NETNS -> Set.of(LinkKind.NETNS);
            case NETFILTER -> Set.of(LinkKind.NETFILTER);
            case PERF_EVENT, KPROBE, UPROBE, TRACEPOINT -> Set.of(LinkKind.PERF_EVENT);
            case KPROBE_MULTI -> Set.of(LinkKind.KPROBE_MULTI);
            case UPROBE_MULTI -> Set.of(LinkKind.UPROBE_MULTI);
            case RAW_TRACEPOINT -> Set.of(LinkKind.RAW_TRACEPOINT);
            case TRACING -> Set.of(LinkKind.TRACING, LinkKind.RAW_TRACEPOINT); // tp_btf has the latter
            case ITERATOR -> Set.of(LinkKind.ITERATOR);
            case STRUCT_OPS -> Set.of(LinkKind.STRUCT_OPS);
            case SOCKET_MAP -> Set.of(LinkKind.SOCKET_MAP);
            case TC, SOCKET_FILTER, REUSEPORT, USDT -> Set.of();
        };
    }
}
