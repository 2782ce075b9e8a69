/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.schema.program.AttachmentKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the code that attaches a program, and the kinds of its links, by the type of the hook. Each class that attaches has the rows of its hooks. */
public final class AttacherTable {
    private static final List<Entry<?>> ALL = Stream.of(
                    NetworkAttacher.HOOKS,
                    TcAttacher.HOOKS,
                    SocketAttacher.HOOKS,
                    TracingAttacher.HOOKS,
                    ProbeAttacher.HOOKS,
                    UsdtAttacher.HOOKS)
            .flatMap(List::stream)
            .toList();

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
