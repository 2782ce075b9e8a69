/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.kernel.attach.AttachedPlace;
import dev.nestmap.runtime.internal.kernel.attach.KernelAttachment;
import dev.nestmap.runtime.internal.kernel.natives.NativeObject;
import dev.nestmap.runtime.internal.map.RawMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The {@code struct bpf_object} of libbpf behind a {@link KernelObject}, with its attachments. It frees them once: when the object is
 * closed, or when the {@link KernelObject} has become garbage. A use of a program holds the lock for reading, and closing holds it for
 * writing.
 */
final class LibbpfObject implements ObjectBackend.Remains {
    private final String name;
    private final NativeObject object;
    private final List<RawMap> maps;

    private final Map<KernelAttachment, Attached> attachments = new ConcurrentHashMap<>();
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    /**
     * The program of an attachment.
     *
     * @param program name of the program, or of the struct of a struct_ops
     * @param target what the program is attached to, for messages; null for a struct
     * @param place where it is attached; null for a struct or a map
     * @param id the kernel's id of the program; 0 while this process replaces it
     */
    record Attached(
            String program,
            int id,
            @Nullable String target,
            @Nullable AttachedPlace place) {
        String description() {
            return target == null ? "struct " + program : "program " + program + " to " + target;
        }

        /** The same place with another program. */
        Attached with(String other, int otherId) {
            return new Attached(other, otherId, target, place);
        }
    }

    /** @param maps the object's maps and sections of global variables */
    LibbpfObject(String name, NativeObject object, List<RawMap> maps) {
        this.name = name;
        this.object = object;
        this.maps = maps;
    }

    /** Runs an action on a program of this object, which stays open during the action. */
    <T extends @Nullable Object> T whileOpen(String operation, Supplier<T> action) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw BpfException.of(Reason.CLOSED, operation)
                        .because("object " + name + " has been closed: use its programs before you close it");
            }
            return action.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Remembers an attachment, which ends with this object at the latest. Call it in {@link #whileOpen}. */
    void keep(KernelAttachment attachment, Attached attached) {
        attachments.put(attachment, attached);
    }

    /** Replaces the program of an attachment. Meanwhile, nobody takes it for an update by another process. Call it in {@link #whileOpen}. */
    void update(KernelAttachment attachment, String program, int id, Runnable inKernel) {
        Attached attached = Objects.requireNonNull(attachments.get(attachment), "the link is open");
        attachments.put(attachment, attached.with(attached.program(), 0));
        try {
            inKernel.run();
            attached = attached.with(program, id);
        } finally {
            attachments.put(attachment, attached);
        }
    }

    /** The places at which a program of this object runs. Call it in {@link #whileOpen}. */
    List<AttachedPlace> placesOf(String program) {
        List<AttachedPlace> places = new ArrayList<>();
        attachments.forEach((attachment, attached) -> {
            if (attached.place() != null && runs(program, attachment, attached)) {
                places.add(attached.place());
            }
        });
        return places;
    }

    /** Counts the attachments with which a program of this object runs. Call it in {@link #whileOpen}. */
    int attachments(String program) {
        return (int) attachments.entrySet().stream()
                .filter(each -> runs(program, each.getKey(), each.getValue()))
                .count();
    }

    private boolean runs(String program, KernelAttachment attachment, Attached attached) {
        if (!attached.program().equals(program)) {
            return false;
        }
        KernelLink.Info info = attachment.info();
        return info == null || (info.attached() && !isReplaced(attachment, attached, info));
    }

    /** Whether another process runs its program with a link: it has opened the pin of the link. */
    private boolean isReplaced(KernelAttachment attachment, Attached attached, KernelLink.Info info) {
        return info.kind().isUpdatable()
                && info.programId() != attached.id()
                && attached.id() != 0
                && attached.equals(attachments.get(attachment)); // this process has not replaced it meanwhile
    }

    /** Returns the links that will never run their programs again. Call it in {@link #whileOpen}. */
    List<ObjectBackend.DetachedLink> detachedLinks(Predicate<String> programs) {
        List<ObjectBackend.DetachedLink> detached = new ArrayList<>();
        attachments.forEach((attachment, attached) -> {
            KernelLink.Info info = programs.test(attached.program()) ? attachment.info() : null;
            if (info != null && (!info.attached() || isReplaced(attachment, attached, info))) {
                detached.add(new ObjectBackend.DetachedLink(attached.description(), info));
            }
        });
        return detached;
    }

    /** Ends an attachment, unless it or the object is closed. */
    void detach(KernelAttachment attachment) {
        lock.readLock().lock();
        try {
            if (attachments.remove(attachment) != null) {
                attachment.end();
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Ends the attachments, and closes the maps and programs. Does nothing if they are closed. */
    void detachAndClose() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                new Cleanup()
                        .each(List.copyOf(attachments.keySet()), KernelAttachment::end)
                        .run(attachments::clear)
                        .run(this::close)
                        .rethrow();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public OptionalInt close() {
        lock.writeLock().lock();
        try {
            if (closed) {
                return OptionalInt.empty();
            }
            closed = true;
            new Cleanup().each(maps, RawMap::close).run(object::close).rethrow();
            return OptionalInt.of(attachments.size());
        } finally {
            lock.writeLock().unlock();
        }
    }
}
