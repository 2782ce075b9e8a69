/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.attach.Anchor;
import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.Netfilter;
import dev.nestmap.runtime.attach.Netns;
import dev.nestmap.runtime.attach.Reuseport;
import dev.nestmap.runtime.attach.SocketFilter;
import dev.nestmap.runtime.attach.Tcx;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.attach.Uprobe;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.LoadedProgram;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.schema.program.AttachType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What leads to the errors of attachments and test runs, and the advice for each cause: one error number has several. */
@KernelTest
class KernelHookErrorCausesTest {
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int MOST_PROGRAMS = 64;

    private final KernelObject object = TestPrograms.load("hooks", TestPrograms.object("hooks.bpf.c"));

    /** A cause, which a test provokes, and what the message says about it. */
    enum Cause {
        ONLY_PROGRAM_OF_A_GROUP(
                Errno.EPERM,
                "without BPF_F_ALLOW_MULTI",
                test -> test.inGroup(group -> {
                    test.attachAlone(group);
                    test.program("group").attach(Cgroup.of(group));
                })),
        ONLY_PROGRAM_OF_A_GROUP_ABOVE(
                Errno.EPERM,
                "without BPF_F_ALLOW_MULTI",
                test -> test.inGroup(group -> {
                    test.attachAlone(group);
                    Path below = Files.createDirectory(group.resolve("below"));
                    try {
                        test.program("group").attach(Cgroup.of(below));
                    } finally {
                        Files.delete(below);
                    }
                })),
        FULL_GROUP(Errno.E2BIG, "64 programs", test -> test.inGroup(test::fill)),
        FILE_OF_ANOTHER_KIND(
                Errno.EBADF,
                "is not the directory of a version 2 control group",
                test -> test.program("group").attach(Cgroup.of(Path.of("/proc")))),
        GROUP_THAT_IS_MISSING(
                Errno.ENOENT,
                "/none can't be opened",
                test -> test.program("group").attach(Cgroup.of(Path.of("/none")))),
        OTHER_VERDICT(Errno.EBUSY, "can't have both", test -> {
            RawMap sockets = Objects.requireNonNull(test.object.maps().get("sockets"));
            LoadedProgram.of(test.program("stream")).attachTo(sockets);
            LoadedProgram.of(test.program("datagram")).attachTo(sockets);
        }),
        PORT_OF_UNIX(
                Errno.ENOTSUPP,
                "a TCP or UDP socket",
                test -> test.withSocket(
                        LoopbackSocket.unbound(AF_UNIX, SOCK_STREAM),
                        socket -> test.program("port").attach(Reuseport.of(socket)))),
        PORT_THAT_IS_NOT_SHARED(
                Errno.EINVAL,
                "set SO_REUSEPORT before you bind it",
                test -> test.withSocket(
                        LoopbackSocket.unbound(AF_INET, SOCK_DGRAM),
                        socket -> test.program("port").attach(Reuseport.of(socket)))),
        NO_SOCKET(Errno.EBADF, "no open file", test -> test.program("filter").attach(SocketFilter.of(9999))),
        DRIVER_WITH_A_LARGE_MTU(
                Errno.ERANGE,
                "MTU",
                test -> NetworkNamespace.run(() -> {
                    ip("link", "add", "one", "mtu", "9000", "type", "veth", "peer", "name", "other", "mtu", "9000");
                    test.program("frames").attach(Xdp.on("one").withMode(Xdp.Mode.NATIVE));
                })),
        DRIVER_WITHOUT_XDP(
                Errno.EOPNOTSUPP,
                "Xdp.Mode.GENERIC",
                test -> NetworkNamespace.run(
                        () -> test.program("frames").attach(Xdp.on("lo").withMode(Xdp.Mode.NATIVE)))),
        NO_INTERFACE(Errno.ENODEV, "ip link", test -> test.program("frames").attach(Xdp.on("none"))),
        ANCHOR_THAT_IS_MISSING(
                Errno.ENOENT,
                "does not exist or is not at this hook",
                test -> NetworkNamespace.run(() -> test.program("ordered")
                        .attach(Tcx.ingress("lo").withAnchor(Anchor.beforeProgram(Integer.MAX_VALUE))))),
        ANCHOR_AT_ANOTHER_HOOK(
                Errno.ENOENT,
                "is not at this hook",
                test -> NetworkNamespace.run(() -> test.program("ordered")
                        .attach(Tcx.ingress("lo")
                                .withAnchor(Anchor.afterProgram(
                                        test.program("ordered").id()))))),
        ANCHOR_OF_ANOTHER_TYPE(
                Errno.EINVAL,
                "no program for tc",
                test -> NetworkNamespace.run(() -> test.program("ordered")
                        .attach(Tcx.ingress("lo")
                                .withAnchor(Anchor.afterProgram(
                                        test.program("frames").id()))))),
        TAKEN_PRIORITY(
                Errno.EBUSY,
                "choose another priority",
                test -> NetworkNamespace.run(() -> {
                    test.program("packets")
                            .attach(Netfilter.ipv4(Netfilter.Place.LOCAL_IN).withPriority(7));
                    test.program("other_packets")
                            .attach(Netfilter.ipv4(Netfilter.Place.LOCAL_IN).withPriority(7));
                })),
        DEFRAGMENTATION_TOO_EARLY(
                Errno.ERANGE,
                "a priority above -400",
                test -> NetworkNamespace.run(() -> test.program("packets")
                        .attach(Netfilter.ipv4(Netfilter.Place.LOCAL_IN)
                                .withPriority(-500)
                                .withDefragmentation()))),
        FILE_THAT_IS_NO_NAMESPACE(
                Errno.EINVAL,
                "is not a network namespace",
                test -> test.program("dissect").attach(Netns.of(Path.of("/proc/self/stat")))),
        NAMESPACE_WITH_A_PROGRAM(
                Errno.E2BIG,
                "a program of this type already",
                test -> NetworkNamespace.run(() -> {
                    test.program("dissect").attach(Netns.current());
                    test.program("other_dissect").attach(Netns.current());
                })),
        NAMESPACE_WITH_A_PROGRAM_WITHOUT_A_LINK(
                Errno.EEXIST,
                "without a link",
                test -> NetworkNamespace.run(() -> {
                    LoadedProgram.of(test.program("dissect"))
                            .withFd(
                                    "test",
                                    fd -> assertThat(NativeLibraries.libbpf()
                                                    .bpf_prog_attach(fd, 0, AttachType.FLOW_DISSECTOR.number(), 0))
                                            .isZero());
                    test.program("other_dissect").attach(Netns.current());
                })),
        PROBE_OF_A_DIRECTORY(
                Errno.EINVAL,
                "not executable code",
                test -> test.program("probe").attach(Uprobe.at(Path.of("/usr"), 0))),
        PROBE_OF_A_VIRTUAL_FILE(
                Errno.EIO, "file system", test -> test.program("probe").attach(Uprobe.at(Path.of("/proc/version"), 0))),
        PROBE_OF_A_MISSING_FILE(
                Errno.ENOENT,
                "there is no such file",
                test -> test.program("probe").attach(Uprobe.at(Path.of("/none"), 0))),
        RUN_WITHOUT_A_PACKET(
                Errno.EINVAL,
                "at least 14 bytes",
                test -> test.program("frames").testRun(TestRun.Input.packet(new byte[4]))),
        RUN_AT_A_MISSING_INTERFACE(
                Errno.ENODEV,
                "ingress_ifindex",
                test -> test.program("frames")
                        .testRun(TestRun.Input.packet(new byte[64])
                                .withContext(ByteBuffer.allocate(24)
                                        .order(ByteOrder.nativeOrder())
                                        .putInt(4, 64)
                                        .putInt(12, 999_999)
                                        .array())));

        private final Errno errno;
        private final String advice;

        @SuppressWarnings("ImmutableEnumChecker") // has no state
        private final Provocation provocation;

        Cause(Errno errno, String advice, Provocation provocation) {
            this.errno = errno;
            this.advice = advice;
            this.provocation = provocation;
        }
    }

    /** Makes the kernel refuse something. */
    interface Provocation {
        void of(KernelHookErrorCausesTest test) throws Throwable;
    }

    private interface GroupAction {
        void with(Path group) throws IOException;
    }

    private interface SocketAction {
        void with(int socket);
    }

    @AfterEach
    void close() {
        object.close();
    }

    @ParameterizedTest
    @EnumSource
    void theAdviceIsForTheCause(Cause cause) {
        assertBpfException(() -> cause.provocation.of(this), cause.advice).hasErrno(cause.errno);
    }

    /** Nestmap does not read iterators, and an object that has one is as useful as without it. */
    @Test
    void anIteratorIsLoadedAndNotAttached() {
        KernelObject iterator =
                TestPrograms.load("option", TestPrograms.object("option.bpf.c", "-DSECTION=\"iter/bpf_map\""));
        try {
            UntypedProgram program = iterator.programs().get(0);
            assertThat(program.id()).isPositive();
            assertThatThrownBy(program::attach).hasMessageEndingWith("bpftool iter pin");
        } finally {
            iterator.close();
        }
    }

    /** These are right, and show that the rows above fail for their causes. */
    @Test
    void theKernelTakesWhatTheAdviceAsksFor() throws Throwable {
        inGroup(group -> program("group").attach(Cgroup.of(group)).close());
        withSocket(
                LoopbackSocket.sharing(0),
                socket -> program("port").attach(Reuseport.of(socket)).close());
        NetworkNamespace.run(() -> {
            ip("link", "add", "one", "type", "veth", "peer", "name", "other");
            program("frames").attach(Xdp.on("one").withMode(Xdp.Mode.NATIVE)).close();
        });
        assertThat(program("frames").testRun(TestRun.Input.packet(new byte[64])).returnValue())
                .isEqualTo(2);
    }

    private UntypedProgram program(String name) {
        return object.programs().stream()
                .filter(program -> program.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void inGroup(GroupAction action) throws IOException {
        Path group = Files.createTempDirectory(Cgroup.root().directory(), "nestmap");
        try {
            action.with(group);
        } finally {
            Files.delete(group);
        }
    }

    /** Attaches as old loaders do: without a link, and without other programs. The group's end detaches it. */
    private void attachAlone(Path group) {
        try (Descriptor directory = new Descriptor(SystemCallWrappers.open(group))) {
            LoadedProgram.of(program("other_group"))
                    .withFd(
                            "test",
                            fd -> assertThat(NativeLibraries.libbpf()
                                            .bpf_prog_attach(
                                                    fd, directory.fd(), AttachType.CGROUP_INET_EGRESS.number(), 0))
                                    .isZero());
        }
    }

    private void fill(Path group) {
        List<Descriptor> links = new ArrayList<>();
        try (Descriptor directory = new Descriptor(SystemCallWrappers.open(group))) {
            LoadedProgram.of(program("other_group")).withFd("test", fd -> {
                for (int i = 0; i < MOST_PROGRAMS; i++) {
                    int link = LinkCalls.creation(fd, directory.fd(), AttachType.CGROUP_INET_EGRESS.number())
                            .run();
                    assertThat(link).isNotNegative();
                    links.add(new Descriptor(link));
                }
            });
            program("group").attach(Cgroup.of(group));
        } finally {
            links.forEach(Descriptor::close);
        }
    }

    private void withSocket(LoopbackSocket made, SocketAction action) {
        try (LoopbackSocket socket = made) {
            action.with(socket.descriptor());
        }
    }

    private static void ip(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Process ip = new ProcessBuilder(command).inheritIO().start();
        assertThat(ip.onExit().join().exitValue()).isZero();
    }
}
