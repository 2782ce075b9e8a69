/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.schema.program.AttachmentKind;
import java.util.Set;

/** Maps each way to attach a program to the kinds of links that it creates. */
final class LinkKinds {
    private LinkKinds() {}

    /** The kinds that an attachment's link can have; empty if the attachment is no link of the kernel. */
    static Set<KernelLink.Kind> of(AttachmentKind kind) {
        return switch (kind) {
            case XDP -> Set.of(KernelLink.Kind.XDP);
            case TCX -> Set.of(KernelLink.Kind.TCX);
            case NETKIT -> Set.of(KernelLink.Kind.NETKIT);
            case CGROUP -> Set.of(KernelLink.Kind.CGROUP);
            case NETNS -> Set.of(KernelLink.Kind.NETNS);
            case NETFILTER -> Set.of(KernelLink.Kind.NETFILTER);
            case PERF_EVENT, KPROBE, UPROBE, TRACEPOINT -> Set.of(KernelLink.Kind.PERF_EVENT);
            case KPROBE_MULTI -> Set.of(KernelLink.Kind.KPROBE_MULTI);
            case UPROBE_MULTI -> Set.of(KernelLink.Kind.UPROBE_MULTI);
            case RAW_TRACEPOINT -> Set.of(KernelLink.Kind.RAW_TRACEPOINT);
            case TRACING -> Set.of(KernelLink.Kind.TRACING, KernelLink.Kind.RAW_TRACEPOINT); // tp_btf has the latter
            case ITERATOR -> Set.of(KernelLink.Kind.ITERATOR);
            case STRUCT_OPS -> Set.of(KernelLink.Kind.STRUCT_OPS);
            case SOCKET_MAP -> Set.of(KernelLink.Kind.SOCKET_MAP);
            case TC, SOCKET_FILTER, REUSEPORT, USDT -> Set.of();
        };
    }
}
