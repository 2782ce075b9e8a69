/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Usdt;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.LibbpfLog;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.natives.PerfEventOpener;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.program.AttachmentKind;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.List;

/** Attaches programs to USDT through libbpf, which describes the arguments of each tracepoint in maps of the program. */
final class UsdtAttacher {
    static final List<AttacherTable.Entry<?>> HOOKS =
            List.of(new AttacherTable.Entry<>(Usdt.class, AttachmentKind.USDT, UsdtAttacher::attach));

    /** {@code struct bpf_usdt_opts}: its size and the cookie. */
    private static final int OPTS_SIZE = 16;

    /**
     * Held while libbpf attaches or detaches a USDT. The threads of an object share its {@code struct usdt_manager}, which has no lock ({@code
     * allocate_spec_id} and {@code bpf_link_usdt_detach} in libbpf's {@code usdt.c}).
     */
    private static final Mutex LOCK = new Mutex();

    private UsdtAttacher() {}

    static KernelAttachment attach(NativeProgram program, Usdt usdt, AttachErrors errors) {
        LibBpf libbpf = NativeLibraries.libbpf();
        Path binary = ProbeAttacher.findBinary(usdt.binary());
        OffHeapBlock opts = OffHeapBlock.allocate(OPTS_SIZE);
        opts.bytes().putLong(0, OPTS_SIZE);
        opts.bytes().putLong(Long.BYTES, usdt.cookie());
        LOCK.lock();
        try (LibbpfLog.Capture log = LibbpfLog.capture()) {
            long link = libbpf.bpf_program__attach_usdt(
                    program.pointer(),
                    PerfEventOpener.idOrAny(usdt.process()),
                    binary.toString(),
                    usdt.provider(),
                    usdt.name(),
                    opts.address());
            int errno = NativeLibraries.errnoOf(link);
            if (errno != 0) {
                throw errors.refusedByLibbpf(errno, log.forException());
            }
            // libbpf frees the link even if it returns an error.
            return KernelAttachment.withoutLink(() -> LOCK.holding(() -> libbpf.bpf_link__destroy(link)));
        } finally {
            LOCK.unlock();
            Reference.reachabilityFence(opts);
        }
    }
}
