/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.internal.backend.LoadedProgram;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.program.Link;
import dev.nestmap.runtime.program.TestRun;
import dev.nestmap.runtime.program.TestRunOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/** A {@code struct bpf_program} of libbpf that the kernel has loaded. */
final class KernelProgram implements LoadedProgram {
    private static final String TO_CGROUP =
            "the program needs a control group: use attachToCgroup(Path.of(\"/sys/fs/cgroup/...\"))";

    private static final String TO_SOCKETS = "the program needs a SOCKMAP or SOCKHASH: use map.attach(program)";

    /** Advice for sections that do not name what to attach to, by the beginning of the section's name. */
    private static final List<SectionAdvice> ADVICE = List.of(
            new SectionAdvice("xdp", "an XDP program needs an interface: use attachXdp(\"eth0\")"),
            new SectionAdvice(
                    "raw_tp", "the section does not name the tracepoint: use attachRawTracepoint(\"sys_enter\")"),
            new SectionAdvice(
                    "raw_tracepoint",
                    "the section does not name the tracepoint: use attachRawTracepoint(\"sys_enter\")"),
            new SectionAdvice("sockops", TO_CGROUP),
            new SectionAdvice("cgroup", TO_CGROUP),
            new SectionAdvice(
                    "sk_lookup",
                    "an sk_lookup program needs a network namespace: use attachToNetns(Path.of(\"/proc/thread-self/ns/net\"))"),
            new SectionAdvice("sk_skb", TO_SOCKETS),
            new SectionAdvice("sk_msg", TO_SOCKETS),
            new SectionAdvice(
                    "sk_reuseport",
                    "an sk_reuseport program needs a socket that shares its port: use attachToSocket(descriptor)"),
            new SectionAdvice("socket", "a socket filter needs a socket: use attachToSocket(descriptor)"),
            new SectionAdvice("syscall", "a syscall program can't be attached: run it with testRun(...)"));

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
        return object.attach(
                ObjectErrors.ATTACH, attachment(""), () -> libbpf.bpf_program__attach(pointer), this::adviceOf);
    }

    @Override
    public Link attachXdp(String interfaceName) {
        Objects.requireNonNull(interfaceName, "interfaceName"); // null would crash the C library
        String operation = attachment(" to interface " + interfaceName);
        int index = Native.libc().if_nametoindex(interfaceName);
        if (index == 0) {
            throw ObjectErrors.ATTACH_XDP.failed(
                    operation,
                    Native.lastErrno(),
                    "this network namespace has no such interface: list its interfaces with ip link",
                    List.of());
        }
        return object.attach(
                ObjectErrors.ATTACH_XDP,
                operation,
                () -> libbpf.bpf_program__attach_xdp(pointer, index),
                errno -> errno == ErrnoNumbers.EBUSY || errno == ErrnoNumbers.EEXIST
                        ? XdpOwner.of(index, interfaceName)
                        : null);
    }

    @Override
    public Link attachRawTracepoint(String tracepoint) {
        Objects.requireNonNull(tracepoint, "tracepoint");
        return object.attach(
                ObjectErrors.ATTACH_RAW_TRACEPOINT,
                attachment(" to raw tracepoint " + tracepoint),
                () -> libbpf.bpf_program__attach_raw_tracepoint(pointer, tracepoint),
                errno -> null);
    }

    @Override
    public Link attachToCgroup(Path directory) {
        return attachToFile(
                ObjectErrors.ATTACH_TO_CGROUP,
                attachment(" to control group " + directory),
                directory,
                file -> libbpf.bpf_program__attach_cgroup(pointer, file));
    }

    @Override
    public Link attachToNetns(Path namespace) {
        return attachToFile(
                ObjectErrors.ATTACH_TO_NETNS,
                attachment(" to network namespace " + namespace),
                namespace,
                file -> libbpf.bpf_program__attach_netns(pointer, file));
    }

    private Link attachToFile(ObjectErrors errors, String operation, Path path, IntToLongFunction attach) {
        int file = Native.open(path);
        if (file < 0) {
            throw errors.failed(operation, Native.lastErrno(), "the file can't be opened", List.of());
        }
        try {
            return object.attach(errors, operation, () -> attach.applyAsLong(file), errno -> null);
        } finally {
            Native.libc().close(file);
        }
    }

    @Override
    public Link attachTo(RawMap sockets) {
        String operation = attachment(" to map " + sockets.shape().name());
        return object.whileOpen(operation, () -> {
            SocketMapAttachment attachment = SocketMapAttachment.of(operation, libbpf, this, KernelMap.of(sockets));
            return object.keep(attachment::end);
        });
    }

    @Override
    public void attachToSocket(int descriptor) {
        String operation = attachment(" to socket " + descriptor);
        withFd(operation, program -> SocketOption.of(operation, section).set(operation, descriptor, program));
    }

    /** The {@code enum bpf_attach_type} value that the program's section stands for. */
    int attachType() {
        return libbpf.bpf_program__expected_attach_type(pointer);
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

    private String attachment(String to) {
        return "attachment of program " + name + to;
    }

    private @Nullable String adviceOf(int errno) {
        if (errno != ErrnoNumbers.EOPNOTSUPP) {
            return null;
        }
        return ADVICE.stream()
                .filter(advice -> section.startsWith(advice.section()))
                .findFirst()
                .map(SectionAdvice::advice)
                .orElse("libbpf does not know how to attach a program of the section \"" + section
                        + "\": attach the program with id " + Integer.toUnsignedString(id())
                        + " with another tool (tc, bpftool)");
    }

    private record SectionAdvice(String section, String advice) {}
}
