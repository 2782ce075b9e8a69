/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.attach.Tracing;
import dev.nestmap.runtime.internal.kernel.natives.BpfCall;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.program.AttachmentKind;
import java.util.List;

/** Attaches programs to raw tracepoints, and to the function, tracepoint or security hook that they were loaded for. */
final class TracingAttacher {
    static final List<AttacherTable.Entry<?>> HOOKS = List.of(
            new AttacherTable.Entry<>(Tracing.class, AttachmentKind.TRACING, TracingAttacher::attach),
            new AttacherTable.Entry<>(Tracepoint.Raw.class, AttachmentKind.RAW_TRACEPOINT, TracingAttacher::attach));

    private static final int BPF_RAW_TRACEPOINT_OPEN = 17;

    /** Size of {@code raw_tracepoint} in {@code union bpf_attr} before its cookie: a pointer to the name, and the program. */
    private static final int TRACEPOINT_SIZE = 16;

    /** Offset of the cookie in {@code union bpf_attr}. */
    private static final int COOKIE_AT = 24;

    private TracingAttacher() {}

    static KernelAttachment attach(NativeProgram program, Tracing tracing, AttachErrors errors) {
        int fd = LinkCalls.creation(program.fd(), 0, program.attachType())
                .setLong(COOKIE_AT, tracing.cookie())
                .run();
        return errors.link(fd);
    }

    static KernelAttachment attach(NativeProgram program, Tracepoint.Raw tracepoint, AttachErrors errors) {
        int fd = new BpfCall(BPF_RAW_TRACEPOINT_OPEN, TRACEPOINT_SIZE)
                .setPointer(0, OffHeapBlock.ofString(tracepoint.name()))
                .setInt(Long.BYTES, program.fd())
                .run();
        return errors.link(fd);
    }
}
