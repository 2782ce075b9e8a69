/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.LoadedProgram;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.kernel.attach.AttachErrors;
import dev.nestmap.runtime.internal.kernel.attach.AttachedPlace;
import dev.nestmap.runtime.internal.kernel.attach.AttacherTable;
import dev.nestmap.runtime.internal.kernel.attach.DuplicateAttachmentCheck;
import dev.nestmap.runtime.internal.kernel.attach.KernelAttachment;
import dev.nestmap.runtime.internal.kernel.attach.PinnedLinkAttacher;
import dev.nestmap.runtime.internal.kernel.attach.SectionTargetReader;
import dev.nestmap.runtime.internal.kernel.attach.SocketAttacher;
import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.kernel.natives.ProgramTestRun;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.observe.ProgramStatistics;
import dev.nestmap.schema.program.AttachmentKind;
import dev.nestmap.schema.program.ProgramSection;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A loaded program of a {@link KernelObject}.
 *
 * @param program the struct behind the program
 */
record KernelProgram(KernelObject object, NativeProgram program) implements LoadedProgram {
    /** The most bytes that a program can add to the packet of a test run: the kernel allocates a page. */
    private static final int GROWTH = NativeLibraries.libc().getpagesize();

    @Override
    public String name() {
        return program.name();
    }

    @Override
    public String section() {
        return program.section();
    }

    @Override
    public int id() {
        return program.info().id();
    }

    Set<Integer> mapIds() {
        return program.info().mapIds();
    }

    @Override
    public List<UntypedProgram> othersWith(int map) {
        return object.programs().stream()
                .filter(other -> other instanceof KernelProgram kernel
                        && !equals(kernel)
                        && kernel.mapIds().contains(map))
                .toList();
    }

    @Override
    public ProgramStatistics statistics() {
        return object.whileOpen(
                "reading of the statistics of program " + name(),
                () -> ProgramInfo.of(program.fd()).statistics().withName(name()));
    }

    /** Throws if the program uses maps without pins. */
    void requirePinnedMaps(String operation) {
        object.linkPins().requirePinnedMaps(operation, mapIds());
    }

    /** Throws if another map is pinned by now than one in which the program counts, or if somebody is just replacing them. */
    void requireCurrentMaps(String operation) {
        object.linkPins().requireCurrentMaps(operation, mapIds());
    }

    boolean isOf(KernelObject object) {
        return this.object == object;
    }

    @Override
    public void withFd(String operation, IntConsumer action) {
        object.whileOpen(operation, () -> {
            action.accept(program.fd());
            return program.fd();
        });
    }

    @Override
    public KernelLink attach() {
        Hook<?, ?> attachment = SectionTargetReader.of(section());
        if (attachment == null) {
            throw BpfException.of(Reason.WRONG_USE, "attachment of program " + name())
                    .because("SEC(\"" + section() + "\") does not name what to attach to: "
                            + AttachErrors.advice(ProgramSection.of(section()).orElse(null)));
        }
        return (KernelLink) attachTo(attachment);
    }

    @Override
    @SuppressWarnings("unchecked") // each hook names the link that its attacher makes
    public <L extends Link> L attach(Hook<? super Hook.AnyKind, L> hook) {
        return (L) attachTo(hook);
    }

    private Link attachTo(Hook<?, ?> attachment) {
        AttacherTable.Entry<?> attacher = AttacherTable.of(attachment);
        AttachErrors errors = errors(attachment);
        DuplicateAttachmentCheck duplicates =
                new DuplicateAttachmentCheck(program, attachment, null, this::ownPlaces, this::isSibling, errors);
        return keep(attached(attachment), errors, null, false, () -> {
            duplicates.requireNone(object.linkPins());
            requireCurrentMaps(errors.operation());
            KernelAttachment attached = attacher.attach(program, attachment, errors);
            object.linkPins().warnOfUnpinnedLink(errors.operation(), name(), mapIds());
            return attached;
        });
    }

    @Override
    @SuppressWarnings("unchecked") // each hook names the link that its attacher makes
    public <L extends KernelLink> L attach(Hook<? super Hook.AnyKind, L> attachment, LinkPin pin) {
        PinnedLinkAttacher pinned = object.whileOpen(attachment(attachment.target()), () -> takeover(attachment, pin));
        Pins.Lock owner = pinned.own(); // may wait, and the object may be closed meanwhile
        try (pinned;
                Undo undo = new Undo(owner::close)) {
            return (L) keep(
                    attached(attachment),
                    errors(attachment),
                    pinned.path(),
                    pin.acceptsUnpinnedMaps(),
                    () -> undo.commit(pinned.attach(owner)));
        }
    }

    /** Prepares an attachment with a pinned link. */
    PinnedLinkAttacher takeover(Hook<?, ?> attachment, LinkPin pin) {
        AttachErrors errors = errors(attachment);
        errors.requireFits();
        return new PinnedLinkAttacher(
                program,
                attachment,
                pin,
                object.linkPins(),
                this::ownPlaces,
                this::isSibling,
                errors,
                attached -> object.attachments().keep(attached, attached(attachment)));
    }

    private List<AttachedPlace> ownPlaces() {
        return object.attachments().placesOf(name());
    }

    private boolean isSibling(int id) {
        return id != id() && object.programs().stream().anyMatch(other -> other.id() == id);
    }

    private AttachErrors errors(Hook<?, ?> attachment) {
        return new AttachErrors(
                attachment(attachment.target()), AttacherTable.of(attachment).kind(), program);
    }

    @Override
    public Link attachTo(RawMap map) {
        if (!(map instanceof KernelMap kernelMap)) {
            throw new IllegalArgumentException(
                    "map " + map.shape().name() + " is in memory: programs attach to maps in the kernel");
        }
        String target = "map " + map.shape().name();
        AttachErrors errors = new AttachErrors(attachment(target), AttachmentKind.SOCKET_MAP, program);
        return keep(new LibbpfObject.Attached(name(), id(), target, null), errors, null, false, () -> {
            requireCurrentMaps(errors.operation());
            return SocketAttacher.attach(program, kernelMap, errors);
        });
    }

    private Link keep(
            LibbpfObject.Attached description,
            AttachErrors errors,
            @Nullable Path pin,
            boolean acceptsUnpinnedMaps,
            Supplier<KernelAttachment> attach) {
        return object.keep(description, id(), pin, acceptsUnpinnedMaps, () -> {
            errors.requireFits();
            return attach.get();
        });
    }

    @Override
    public void pin(Path path) {
        Path resolved = object.linkPins().resolve(path);
        String what = "program " + name();
        withFd("pinning of " + what, fd -> object.linkPins().pin(fd, what, resolved));
    }

    /** Casts a program that Nestmap has loaded. */
    static KernelProgram of(Program program) {
        if (program instanceof KernelProgram loaded) {
            return loaded;
        }
        throw new IllegalArgumentException(
                "program " + program.name() + " was not loaded by Nestmap: pass a program of a LoadedObject");
    }

    /** Duplicates the program's descriptor. The caller closes the result. */
    Descriptor duplicate(String operation) {
        return object.whileOpen(operation, () -> {
            int copy = SystemCallWrappers.duplicate(program.fd());
            if (copy < 0) {
                throw BpfException.of(NativeLibraries.lastErrno(), operation).build();
            }
            return new Descriptor(copy);
        });
    }

    @Override
    public TestRun testRun(TestRun.Input options) {
        String operation = "test run of program " + name();
        return object.whileOpen(operation, () -> {
            ProgramTestRun run = run(options);
            int result = run.run();
            if (result < 0) {
                throw ObjectErrors.TEST_RUN.failed(operation, -result, List.of());
            }
            return new TestRun(run.returnValue(), run.output(), run.context(), run.duration());
        });
    }

    private ProgramTestRun run(TestRun.Input options) {
        byte[] packet = options.data();
        int outputSize = packet.length == 0 ? 0 : packet.length + GROWTH;
        ProgramTestRun run = new ProgramTestRun(program.fd(), packet, outputSize, options.context());
        run.repeat(options.repeat() == 1 ? 0 : options.repeat()); // all program types accept 0, which means once
        return run;
    }

    @Override
    public String toString() {
        return "program " + name() + " (section " + section() + ", id " + id() + ")";
    }

    private LibbpfObject.Attached attached(Hook<?, ?> hook) {
        return new LibbpfObject.Attached(name(), id(), hook.target(), AttachedPlace.of(hook, errors(hook)));
    }

    private String attachment(String target) {
        return "attachment of program " + name() + " to " + target;
    }
}
