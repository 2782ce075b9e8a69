/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.KernelAndLibbpfVersions;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.LibbpfLog;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.kernel.pin.LinkPins;
import dev.nestmap.schema.program.AttachType;
import java.nio.file.Path;

/**
 * Registers a struct_ops, which is a map of type STRUCT_OPS. Only libbpf knows the bytes of its value.
 *
 * @param map pointer to the {@code struct bpf_map}
 * @param linked whether the map has the flag that lets the kernel make a link
 */
public record StructOpsAttacher(String operation, long map, boolean linked) {
    private static final LibBpf LIBBPF = NativeLibraries.libbpf();

    private AttachErrors errors() {
        return AttachErrors.ofStruct(operation);
    }

    /** Throws if the kernel makes no link for this struct, so that nothing can be pinned. */
    public void requireLinked() {
        if (!linked) {
            throw BpfException.of(Reason.WRONG_USE, operation)
                    .because(
                            "a struct of SEC(\".struct_ops\") has no link that can be pinned: compile it with SEC(\".struct_ops.link\")");
        }
    }

    /**
     * Attaches the struct with a pinned link, or puts it into the link that an earlier run pinned. The struct is one for which {@link #requireLinked} throws nothing.
     *
     * @param path where the link is pinned, an absolute path
     * @param owner the claim of the link, which ends with the attachment; the caller closes it if this method fails
     */
    public KernelAttachment attachPinned(LinkPins pins, Path path, Pins.Lock owner) {
        pins.requireCurrentMaps(operation);
        Descriptor link = pins.openRunning(path, info -> requireStruct(info, path));
        return (link.fd() < 0 ? attachFirst(pins, path) : replace(link, path)).ownedBy(owner);
    }

    /** Attaches the struct. */
    public KernelAttachment attach() {
        try (LibbpfLog.Capture log = LibbpfLog.capture()) {
            long link = LIBBPF.bpf_map__attach_struct_ops(map);
            int errno = NativeLibraries.errnoOf(link);
            if (isPrepared(errno)) {
                return create();
            }
            if (errno != 0) {
                throw errors().refused(errno, log.forException());
            }
            // The result is ignored: libbpf frees its link even on an error, which says that the struct was detached
            // before.
            return linked ? kernelLink(link) : KernelAttachment.withoutLink(() -> LIBBPF.bpf_link__destroy(link));
        }
    }

    /**
     * Writes the struct into its map, so that a link can use it. libbpf 1.2 and later also makes a link, which this method closes.
     *
     * @return the descriptor of the map
     */
    private int prepare() {
        try (LibbpfLog.Capture log = LibbpfLog.capture()) {
            long link = LIBBPF.bpf_map__attach_struct_ops(map);
            int errno = NativeLibraries.errnoOf(link);
            if (errno == 0) {
                LIBBPF.bpf_link__destroy(link);
            } else if (!isPrepared(errno) && errno != ErrnoNumbers.EEXIST) {
                throw errors().refused(errno, log.forException());
            }
            return LIBBPF.bpf_map__fd(map);
        }
    }

    /** Whether the map already contains the struct. libbpf 1.1 then writes it again, which the kernel refuses with EBUSY. */
    private boolean isPrepared(int errno) {
        return linked && errno == ErrnoNumbers.EBUSY;
    }

    /** Takes over the kernel's link from libbpf. libbpf 1.1 makes none and only writes the struct into its map, so this creates the link. */
    private KernelAttachment kernelLink(long link) {
        try {
            int fd = LIBBPF.bpf_link__fd(link);
            if (fd == LIBBPF.bpf_map__fd(map)) {
                return create();
            }
            int own = SystemCallWrappers.duplicate(fd);
            return errors().link(own < 0 ? -NativeLibraries.lastErrno() : own);
        } finally {
            LIBBPF.bpf_link__destroy(link); // frees libbpf's struct; the kernel ignores the removal of a linked value
        }
    }

    private void requireStruct(KernelLink.Info info, Path path) {
        if (info.kind() != KernelLink.Kind.STRUCT_OPS) {
            throw BpfException.of(Reason.ALREADY_EXISTS, operation)
                    .because(ErrorTable.message("STRUCT_PIN_IS_TAKEN", info, path));
        }
    }

    private KernelAttachment attachFirst(LinkPins pins, Path path) {
        KernelAttachment attached = attach();
        try (Undo undo = new Undo(attached::end)) {
            pins.pin(attached.link(), operation, path);
            return undo.commit(attached);
        }
    }

    private KernelAttachment replace(Descriptor link, Path path) {
        try (link) {
            KernelLink.Info info = LinkCalls.describe(link.fd()).info();
            int written = prepare();
            // EPERM without CAP_SYS_ADMIN
            try (Descriptor old = new Descriptor(LIBBPF.bpf_map_get_fd_by_id((int) info.target()))) {
                int result = LinkCalls.update(link.fd(), written, old.fd());
                if (result < 0) {
                    throw notReplaced(-result, info, path);
                }
            }
            return KernelAttachment.ofLink(link.moved());
        }
    }

    private BpfException notReplaced(int errno, KernelLink.Info info, Path path) {
        String why = ErrorTable.KERNEL.explanation("STRUCT_OPS_REPLACEMENT", errno);
        return BpfException.of(errno, operation)
                .refusedBy(KernelAndLibbpfVersions.kernel())
                .because((why == null ? "" : why + ". ") + "The struct of " + info + ", which is pinned at " + path
                        + ", stays attached. If it is this service's own, detach it first (Nestmap.openPinnedLink(path).detach()). Until the new struct is"
                        + " attached, the kernel has neither");
    }

    private KernelAttachment create() {
        int fd = LinkCalls.creation(LIBBPF.bpf_map__fd(map), 0, AttachType.STRUCT_OPS.number())
                .run();
        return errors().link(fd);
    }
}
