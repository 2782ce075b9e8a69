/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.CStrings;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.natives.SystemCalls;
import dev.nestmap.runtime.internal.memory.Block;
import java.lang.ref.Reference;
import java.util.Map;

/** Attaches programs to raw tracepoints. */
final class RawTracepointAttacher {
    private static final int BPF_RAW_TRACEPOINT_OPEN = 17;

    /** Size of {@code raw_tracepoint} in {@code union bpf_attr} before its cookie: a pointer to the name, and the program. */
    private static final int SIZE = 16;

    private static final Map<Errno, String> ERRORS = Map.of(
            Errno.ENOENT,
            "the kernel has no tracepoint with this name: a name has no category (sys_enter, not raw_syscalls/sys_enter);"
                    + " the directories in /sys/kernel/tracing/events list the tracepoints");

    private RawTracepointAttacher() {}

    static KernelAttachment attach(NativeProgram program, Tracepoint.Raw tracepoint, AttachErrors errors) {
        Block name = CStrings.block(tracepoint.name());
        Block attr = Block.allocate(SIZE);
        attr.bytes().putLong(0, name.address());
        attr.bytes().putInt(Long.BYTES, program.fd());
        try {
            int fd = SystemCalls.bpf(BPF_RAW_TRACEPOINT_OPEN, attr.address(), SIZE);
            if (fd < 0) {
                throw errors.refused(Native.lastErrno(), ERRORS);
            }
            return new LinkDescriptor(fd);
        } finally {
            Reference.reachabilityFence(name);
            Reference.reachabilityFence(attr);
        }
    }
}
