/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Kprobe;
import dev.nestmap.runtime.attach.Netfilter;
import dev.nestmap.runtime.attach.Netkit;
import dev.nestmap.runtime.attach.Netns;
import dev.nestmap.runtime.attach.PerfEvent;
import dev.nestmap.runtime.attach.Reuseport;
import dev.nestmap.runtime.attach.SocketFilter;
import dev.nestmap.runtime.attach.Tc;
import dev.nestmap.runtime.attach.Tcx;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.attach.Tracing;
import dev.nestmap.runtime.attach.Uprobe;
import dev.nestmap.runtime.attach.Usdt;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.schema.program.AttachType;
import dev.nestmap.schema.program.AttachmentKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the code that attaches a program, and the kinds of its links, by the type of the hook. */
public final class AttacherTable {
    private static final List<Entry<?>> ALL = List.of(
            new Entry<>(
                    Xdp.class,
                    AttachmentKind.XDP,
                    NetworkAttacher::attach,
                    (program, xdp, errors) -> AttachPoint.ofInterface(xdp.interfaceName(), AttachType.XDP, errors)),
            new Entry<>(
                    Tcx.class,
                    AttachmentKind.TCX,
                    NetworkAttacher::attach,
                    (program, tcx, errors) ->
                            AttachPoint.ofInterface(tcx.interfaceName(), NetworkAttacher.type(tcx), errors)),
            new Entry<>(
                    Netkit.class,
                    AttachmentKind.NETKIT,
                    NetworkAttacher::attach,
                    (program, netkit, errors) ->
                            AttachPoint.ofInterface(netkit.interfaceName(), NetworkAttacher.type(netkit), errors)),
            new Entry<>(Tc.class, AttachmentKind.TC, TcAttacher::attach),
            new Entry<>(Netfilter.class, AttachmentKind.NETFILTER, NetworkAttacher::attach),
            new Entry<>(
                    Cgroup.class,
                    AttachmentKind.CGROUP,
                    NetworkAttacher::attach,
                    (program, group, errors) -> AttachPoint.ofFile(group.directory(), program.attachType(), errors)),
            new Entry<>(
                    Netns.class,
                    AttachmentKind.NETNS,
                    NetworkAttacher::attach,
                    (program, namespace, errors) -> AttachPoint.ofFile(namespace.file(), program.attachType(), errors)),
            new Entry<>(SocketFilter.class, AttachmentKind.SOCKET_FILTER, SocketAttacher::attach),
            new Entry<>(Reuseport.class, AttachmentKind.REUSEPORT, SocketAttacher::attach),
            new Entry<>(Tracepoint.Raw.class, AttachmentKind.RAW_TRACEPOINT, TracingAttacher::attach),
            new Entry<>(Tracepoint.class, AttachmentKind.TRACEPOINT, ProbeAttacher::attach),
            new Entry<>(Kprobe.class, AttachmentKind.KPROBE, ProbeAttacher::attach),
            new Entry<>(Uprobe.class, AttachmentKind.UPROBE, ProbeAttacher::attach),
            new Entry<>(Kprobe.Multi.class, AttachmentKind.KPROBE_MULTI, ProbeAttacher::attach),
            new Entry<>(Uprobe.Multi.class, AttachmentKind.UPROBE_MULTI, ProbeAttacher::attach),
            new Entry<>(Usdt.class, AttachmentKind.USDT, UsdtAttacher::attach),
            new Entry<>(PerfEvent.class, AttachmentKind.PERF_EVENT, ProbeAttacher::attach),
            new Entry<>(PerfEvent.OnEachCpu.class, AttachmentKind.PERF_EVENT, ProbeAttacher::attach),
            new Entry<>(Tracing.class, AttachmentKind.TRACING, TracingAttacher::attach));

    private AttacherTable() {}

    /** Attaches a program. */
    interface Attacher<A extends Hook<?, ?>> {
        /** Attaches a program, or throws with the reason. */
        KernelAttachment attach(NativeProgram program, A attachment, AttachErrors errors);
    }

    /** Finds the place of an attachment. */
    interface Locator<A extends Hook<?, ?>> {
        /** The hook, or throws with the reason. Null if the kernel can't be asked for its programs. */
        @Nullable
        AttachPoint point(NativeProgram program, A attachment, AttachErrors errors);
    }

    /** The kind of an attachment, and its code. */
    public record Entry<A extends Hook<?, ?>>(
            Class<A> type, AttachmentKind kind, Attacher<A> attacher, Locator<A> locator) {
        Entry(Class<A> type, AttachmentKind kind, Attacher<A> attacher) {
            this(type, kind, attacher, (program, attachment, errors) -> null);
        }

        public KernelAttachment attach(NativeProgram program, Hook<?, ?> attachment, AttachErrors errors) {
            return attacher.attach(program, type.cast(attachment), errors);
        }

        Optional<AttachPoint> point(NativeProgram program, Hook<?, ?> attachment, AttachErrors errors) {
            return Optional.ofNullable(locator.point(program, type.cast(attachment), errors));
        }
    }

    public static Entry<?> of(Hook<?, ?> attachment) {
        return ALL.stream()
                .filter(entry -> entry.type() == attachment.getClass())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown attachment " + attachment));
    }

    /** The kinds that an attachment's link can have; empty if the attachment is no link of the kernel. */
    static Set<KernelLink.Kind> linkKinds(AttachmentKind kind) {
        return switch (kind) {
            case PERF_EVENT, KPROBE, UPROBE, TRACEPOINT -> Set.of(KernelLink.Kind.PERF_EVENT);
            case TRACING -> Set.of(KernelLink.Kind.TRACING, KernelLink.Kind.RAW_TRACEPOINT); // tp_btf has the latter
            case TC, SOCKET_FILTER, REUSEPORT, USDT -> Set.of();
            default -> Set.of(KernelLink.Kind.valueOf(kind.name()));
        };
    }
}
