/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.kernel.natives.Versions;
import dev.nestmap.runtime.internal.kernel.pin.LinkPins;
import java.nio.file.Path;
import java.util.Map;

/**
 * Attaches a struct of functions with a pinned link, or puts it into the link that an earlier run pinned. It holds the lock of the pin's
 * directory meanwhile.
 */
public final class PinnedStructOps {
    private static final Map<Errno, String> ERRORS = Map.of(
            Errno.EINVAL,
            "the struct does not fit the attached one: it has another type, or, for tcp_congestion_ops, another name",
            Errno.EOPNOTSUPP,
            "this kernel can't replace structs of this type in one step",
            Errno.EPERM,
            "another process has replaced the struct meanwhile");

    private final String operation;
    private final StructOpsAttacher attacher;
    private final LinkPins pins;
    private final Path path;

    /** @param path where the link is pinned, an absolute path */
    public PinnedStructOps(String operation, StructOpsAttacher attacher, LinkPins pins, Path path) {
        this.operation = operation;
        this.attacher = attacher;
        this.pins = pins;
        this.path = path;
    }

    /** Attaches the struct. The result is pinned. */
    public KernelAttachment run() {
        attacher.requireLinked();
        return pins.locked(path, () -> {
            int link = pins.openRunning(path, this::requireStruct);
            return link < 0 ? attachFirst() : replace(link);
        });
    }

    private void requireStruct(KernelLink.Info info) {
        if (info.kind() != KernelLink.Kind.STRUCT_OPS) {
            throw new BpfException(
                    operation,
                    info + " is pinned at " + path
                            + ", and is not the link of a struct. It stays as it is: pin the new link at"
                            + " another path, or detach the old one first (Nestmap.openPinnedLink(path).detach())");
        }
    }

    private KernelAttachment attachFirst() {
        KernelAttachment attached = attacher.attach();
        try (Undo undo = new Undo(attached::end)) {
            pins.pin(attached.link(), operation, path);
            return undo.commit(attached);
        }
    }

    private KernelAttachment replace(int link) {
        int old = -1;
        try (Undo undo = new Undo(() -> Native.libc().close(link))) {
            KernelLink.Info info = LinkCalls.describe(link).info();
            int map = attacher.prepare();
            old = Native.libbpf().bpf_map_get_fd_by_id((int) info.target()); // EPERM without CAP_SYS_ADMIN
            int result = LinkCalls.update(link, map, old);
            if (result < 0) {
                throw refused(-result, info);
            }
            return undo.commit(new LinkDescriptor(link));
        } finally {
            if (old >= 0) {
                Native.libc().close(old);
            }
        }
    }

    private BpfException refused(int errno, KernelLink.Info info) {
        Errno known = Errno.of(errno);
        String why = known == null ? null : ERRORS.get(known);
        return BpfException.of(operation)
                .refusedBy(Versions.kernel())
                .errno(errno)
                .because((why == null ? "" : why + ". ") + "The struct of " + info + ", which is pinned at " + path
                        + ", stays attached: detach it first (Nestmap.openPinnedLink(path).detach()). Until the new struct is"
                        + " attached, the kernel has neither")
                .build();
    }
}
