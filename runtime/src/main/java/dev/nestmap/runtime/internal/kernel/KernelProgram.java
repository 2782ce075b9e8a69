/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.attach.Attachment;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.LoadedProgram;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.program.Link;
import dev.nestmap.runtime.program.TestRun;
import dev.nestmap.runtime.program.TestRunOptions;
import dev.nestmap.schema.program.AttachmentKind;
import dev.nestmap.schema.program.ProgramSection;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;

/** A {@code struct bpf_program} of libbpf that the kernel has loaded. */
final class KernelProgram implements LoadedProgram {
    private final KernelObject object;
    private final Native.LibBpf libbpf;
    private final long pointer;
    private final int fd;
    private final String name;
    private final String section;
    private final ProgramInfo info;

    /** A loaded program of this object. */
    KernelProgram(KernelObject object, Native.LibBpf libbpf, long pointer) {
        this.object = object;
        this.libbpf = libbpf;
        this.pointer = pointer;
        this.fd = libbpf.bpf_program__fd(pointer);
        this.info = ProgramInfo.of(fd);
        String fullName = libbpf.bpf_program__name(pointer);
        this.name = fullName == null ? info.name() : fullName;
        String sectionName = libbpf.bpf_program__section_name(pointer);
        this.section = sectionName == null ? "" : sectionName;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String section() {
        return section;
    }

    @Override
    public int id() {
        return info.id();
    }

    Set<Integer> mapIds() {
        return info.mapIds();
    }

    boolean isOf(KernelObject object) {
        return this.object == object;
    }

    @Override
    public void withFd(String operation, IntConsumer action) {
        object.whileOpen(operation, () -> {
            action.accept(fd);
            return fd;
        });
    }

    @Override
    public Link attach() {
        Attachment attachment = SectionTarget.of(section);
        if (attachment == null) {
            throw new BpfException(
                    "attachment of program " + name,
                    "SEC(\"" + section + "\") does not name what to attach to: "
                            + AttachErrors.advice(ProgramSection.of(section).orElse(null)));
        }
        return attach(attachment);
    }

    @Override
    public Link attach(Attachment attachment) {
        Attachers.Entry<?> attacher = Attachers.of(attachment);
        String operation = attachment(attachment.target());
        AttachErrors errors = new AttachErrors(operation, attacher.kind(), this);
        return object.whileOpen(operation, () -> {
            errors.requireFits();
            return object.keep(attacher.attach(this, attachment, errors));
        });
    }

    @Override
    public Link attachTo(RawMap sockets) {
        String operation = attachment("map " + sockets.shape().name());
        AttachErrors errors = new AttachErrors(operation, AttachmentKind.SOCKET_MAP, this);
        return object.whileOpen(operation, () -> {
            errors.requireFits();
            return object.keep(SocketMapAttachment.of(libbpf, this, KernelMap.of(sockets), errors));
        });
    }

    /** The {@code enum bpf_attach_type} value that the program's section stands for. */
    int attachType() {
        return libbpf.bpf_program__expected_attach_type(pointer);
    }

    /** The {@code struct bpf_program}. Only for use while the object is open. */
    long pointer() {
        return pointer;
    }

    int fd() {
        return fd;
    }

    @Override
    public TestRun testRun(TestRunOptions options) {
        String operation = "test run of program " + name;
        return object.whileOpen(operation, () -> {
            TestRunCall call = new TestRunCall(options);
            int result = call.run(libbpf, fd);
            if (result < 0) {
                throw ObjectErrors.TEST_RUN.failed(operation, -result, List.of());
            }
            return call.result();
        });
    }

    @Override
    public String toString() {
        return "program " + name + " (section " + section + ", id " + id() + ")";
    }

    private String attachment(String target) {
        return "attachment of program " + name + " to " + target;
    }
}
