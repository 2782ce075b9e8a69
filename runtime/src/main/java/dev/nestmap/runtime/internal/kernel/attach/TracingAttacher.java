/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Tracing;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.LinkRequest;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import java.util.Map;

/** Attaches programs to the kernel function, tracepoint or security hook that they were loaded for. */
final class TracingAttacher {
    /** Offset of the cookie in {@code union bpf_attr}. */
    private static final int COOKIE_AT = 24;

    /** arm64: commit "arm64: ftrace: Add direct call support". Hooks of security modules are functions too. */
    static final String NO_TRAMPOLINES =
            "this kernel can't attach programs to its functions: it needs CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS,"
                    + " which arm64 has since Linux 6.4";

    private static final Map<Errno, String> ERRORS = Map.of(
            Errno.ENOTSUPP,
            NO_TRAMPOLINES,
            Errno.EOPNOTSUPP,
            NO_TRAMPOLINES,
            Errno.EBUSY,
            "the function is live patched or has another kind of probe that excludes this one",
            Errno.E2BIG,
            "38 programs are attached to the function, the most that the kernel permits");

    private TracingAttacher() {}

    static KernelAttachment attach(NativeProgram program, Tracing tracing, AttachErrors errors) {
        int fd = new LinkRequest(program.fd(), 0, program.attachType())
                .setLong(COOKIE_AT, tracing.cookie())
                .create();
        if (fd < 0) {
            throw errors.refused(-fd, ERRORS);
        }
        return new LinkDescriptor(fd);
    }
}
