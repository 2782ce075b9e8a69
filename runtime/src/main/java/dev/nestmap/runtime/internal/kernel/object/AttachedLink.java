/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.kernel.attach.KernelAttachment;
import dev.nestmap.runtime.internal.kernel.attach.LinkUpdate;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.KernelAndLibbpfVersions;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.pin.LinkPins;
import dev.nestmap.runtime.internal.kernel.pin.PinAttributes;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A link of the kernel. Closing the program's object closes it, unless it was opened from a pin without an object.
 */
public final class AttachedLink implements KernelLink {
    /** The program's object, which the link keeps reachable; null if the link was opened from a pin. */
    private final @Nullable KernelObject object;

    private final KernelAttachment attachment;
    private final String name;
    private final LinkPins pins;

    /** Guards changes of the fields below, and keeps the descriptor open during a call. */
    private final Mutex lock = new Mutex();

    /** Id of the program, or of the map of the struct, that this handle knows to run. */
    private int runningId;

    private volatile @Nullable Path pin;

    /** Whether the caller accepts that a program which stays attached counts in maps without pins. */
    private volatile boolean acceptsUnpinnedMaps;

    private volatile boolean closed;

    /**
     * A link, which ends the attachment when it is closed.
     *
     * @param object the program's object; null if the link was opened from a pin
     * @param name what is attached to what, for messages
     * @param runningId id of the program that runs, or of the map of the struct
     * @param pin where the link is pinned; null if it is not
     * @param acceptsUnpinnedMaps whether its program may count in maps without pins although it is pinned
     */
    AttachedLink(
            @Nullable KernelObject object,
            KernelAttachment attachment,
            String name,
            LinkPins pins,
            int runningId,
            @Nullable Path pin,
            boolean acceptsUnpinnedMaps) {
        this.object = object;
        this.attachment = attachment;
        this.name = name;
        this.pins = pins;
        this.runningId = runningId;
        this.pin = pin;
        this.acceptsUnpinnedMaps = acceptsUnpinnedMaps;
    }

    /**
     * Opens a pinned link, which the caller closes.
     *
     * @param path path of the pin, absolute or below the directory of the options
     * @param options which users may change the pin and its directories
     */
    public static AttachedLink open(Path path, PinOptions options) {
        return open(path, new PinAttributes(options, null));
    }

    /** Does the same for a link that may belong to another user. */
    public static AttachedLink open(Path path, PinAttributes attributes) {
        LinkPins pins = new LinkPins(attributes);
        Path pin = pins.resolve(path);
        pins.share(pin);
        try (Descriptor opened = pins.open(pin)) {
            if (opened.fd() < 0) {
                throw BpfException.of(Errno.ENOENT.number(), "opening of the pinned link " + pin)
                        .because(
                                "nothing is pinned there; check the path and the mount points (findmnt -t bpf), or pin a link with KernelLink.pin");
            }
            int running = runningId(LinkCalls.describe(opened.fd()).info());
            KernelAttachment link = KernelAttachment.ofLink(opened.moved());
            return new AttachedLink(null, link, "the link " + pin, pins, running, pin, false);
        }
    }

    @Override
    public KernelLink.Info info() {
        return whileOpen(
                "reading of information about " + name,
                fd -> LinkCalls.describe(fd).info());
    }

    @Override
    public void pin(LinkPin wanted) {
        Path resolved = pins.resolve(wanted.path());
        String operation = "pinning of " + name;
        whileOpen(operation, fd -> {
            if (object != null && !wanted.acceptsUnpinnedMaps()) {
                pins.requirePinnedMaps(
                        operation, object.mapIdsOf(LinkCalls.describe(fd).info()));
            }
            Pins.Lock share = pins.claim(resolved).require(operation);
            try (share) {
                pins.pin(fd, name, resolved);
            }
            pin = resolved;
            acceptsUnpinnedMaps = wanted.acceptsUnpinnedMaps();
            return resolved;
        });
    }

    @Override
    public void update(Program program) {
        KernelProgram next = KernelProgram.of(program);
        String operation = "update of " + name + " to program " + next.name();
        try (Descriptor copy = next.duplicate(operation)) { // so that no thread holds the locks of two objects
            whileUnchanged(operation, fd -> {
                if (pin != null && !acceptsUnpinnedMaps) {
                    next.requirePinnedMaps(operation);
                }
                next.requireCurrentMaps(operation);
                Runnable update = () -> new LinkUpdate(operation, next.program()).run(fd, copy.fd(), runningId);
                if (object == null) {
                    update.run();
                } else {
                    object.attachments().update(attachment, next.name(), next.id(), update);
                }
                runningId = next.id();
            });
        }
    }

    @Override
    public void detach() {
        if (closed) {
            return;
        }
        String operation = "detachment of " + name;
        whileUnchanged(operation, fd -> {
            KernelLink.Info info = LinkCalls.describe(fd).info();
            requireOwn(operation, info);
            Path pinned = pin;
            if (pinned != null && !info.kind().isUpdatable()) { // others are replaced without an overlap
                pins.removeNext(pinned);
            }
            try (Undo undo = new Undo()) {
                if (pinned != null && pins.remove(pinned, info.id())) {
                    undo.add(() -> pins.pin(fd, name, pinned));
                }
                detach(operation, fd);
                undo.commit();
            }
        });
        close();
    }

    /** Detaches the link if the kernel can do it. Otherwise it ends with its pin and its descriptors. */
    private static void detach(String operation, int fd) {
        int result = LinkCalls.detach(fd);
        if (result < 0 && result != -ErrnoNumbers.EOPNOTSUPP) { // the kernel can't detach links of this kind
            throw BpfException.of(-result, operation)
                    .refusedBy(KernelAndLibbpfVersions.kernel())
                    .because("the link stays attached and pinned: try again");
        }
    }

    /** Throws if another process runs its program or struct with this link by now. */
    private void requireOwn(String operation, KernelLink.Info info) {
        if (info.attached() && runningId(info) != runningId) {
            boolean isStruct = info.kind() == KernelLink.Kind.STRUCT_OPS;
            String what = isStruct ? "struct" : "program";
            throw BpfException.of(Reason.CLOSED, operation)
                    .because(ErrorTable.message(
                            "LINK_IS_OF_OTHERS",
                            what,
                            info,
                            isStruct ? "map " : "program ",
                            Integer.toUnsignedString(runningId)));
        }
    }

    /** Id of the program of a link. A link to a struct has several programs, and its target is the map of the struct. */
    private static int runningId(KernelLink.Info info) {
        return info.kind() == KernelLink.Kind.STRUCT_OPS ? (int) info.target() : info.programId();
    }

    @Override
    public void close() {
        lock.holding(() -> {
            if (!closed) {
                closed = true;
                if (object == null) {
                    attachment.end();
                } else {
                    object.attachments().detach(attachment);
                }
            }
        });
    }

    /** Runs an action, for a pinned link with its claim: nobody takes the link over meanwhile. */
    private void whileUnchanged(String operation, IntConsumer action) {
        Path pinned = pin;
        whileOpen(operation, fd -> {
            Pins.Lock share =
                    pinned != null && pins.exists(pinned) ? pins.claim(pinned).require(operation) : Pins.Lock.NONE;
            try (share) {
                action.accept(fd);
                return fd;
            }
        });
    }

    private <T extends @Nullable Object> T whileOpen(String operation, IntFunction<T> action) {
        return lock.holding(() -> {
            if (closed) {
                throw BpfException.of(Reason.CLOSED, operation)
                        .because("the link has been closed: if it is pinned, open it from its pin");
            }
            return object == null
                    ? OperationListeners.reporting(() -> action.apply(attachment.link()))
                    : object.whileOpen(operation, () -> action.apply(attachment.link()));
        });
    }

    @Override
    public String toString() {
        return attachment.isTakenOver() ? name + " (taken over)" : name;
    }
}
