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
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What leads to the errors of attachments and test runs, and the advice for each cause: one error number has several. */
@KernelTest
class KernelHookErrorCausesTest {
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int MOST_PROGRAMS = 64;

    private final KernelObject object = TestPrograms.load("hooks", TestPrograms.object("hooks.bpf.c"));

    private interface GroupAction {
        void with(Path group) throws IOException;
    }

    @AfterEach
    void close() {
        object.close();
    }

    private static void refused(Errno errno, String advice, ThrowingCallable provocation) {
        assertBpfException(provocation, advice).hasErrno(errno);
    }

    @Test
    void controlGroups() throws IOException {
        inGroup(group -> {
            attachAlone(group);
            refused(Errno.EPERM, "without BPF_F_ALLOW_MULTI", () -> attachTo(group));
            Path below = Files.createDirectory(group.resolve("below"));
            try {
                refused(Errno.EPERM, "without BPF_F_ALLOW_MULTI", () -> attachTo(below));
            } finally {
                Files.delete(below);
            }
        });
        inGroup(group -> refused(Errno.E2BIG, "64 programs", () -> fill(group)));
        refused(Errno.EBADF, "is not the directory of a version 2 control group", () -> attachTo(Path.of("/proc")));
        refused(Errno.ENOENT, "/none can't be opened", () -> attachTo(Path.of("/none")));
    }

    private void attachTo(Path group) {
        program("group").attach(Cgroup.of(group));
    }

    @Test
    void sockets() {
        RawMap sockets = Objects.requireNonNull(object.maps().get("sockets"));
        LoadedProgram.of(program("stream")).attachTo(sockets);
        refused(
                Errno.EBUSY,
                "which exclude each other",
                () -> LoadedProgram.of(program("datagram")).attachTo(sockets));
        refused(Errno.ENOTSUPP, "a TCP or UDP socket", () -> attachToPort(AF_UNIX, SOCK_STREAM));
        refused(Errno.EINVAL, "set SO_REUSEPORT before you bind the socket", () -> attachToPort(AF_INET, SOCK_DGRAM));
        refused(Errno.EBADF, "no open file", () -> program("filter").attach(SocketFilter.of(9999)));
    }

    private void attachToPort(int domain, int type) {
        try (LoopbackSocket socket = LoopbackSocket.unbound(domain, type)) {
            program("port").attach(Reuseport.of(socket.descriptor()));
        }
    }

    @Test
    @ExtendWith(NetworkNamespace.class)
    void interfaces() throws IOException {
        ip("link add one mtu 9000 type veth peer name other mtu 9000");
        UntypedProgram frames = program("frames");
        Xdp one = Xdp.on("one").withMode(Xdp.Mode.NATIVE);
        Xdp lo = Xdp.on("lo").withMode(Xdp.Mode.NATIVE);
        refused(Errno.ERANGE, "MTU", () -> frames.attach(one));
        refused(Errno.EOPNOTSUPP, "Xdp.Mode.GENERIC", () -> frames.attach(lo));
        refused(Errno.ENODEV, "ip link", () -> frames.attach(Xdp.on("none")));
    }

    @Test
    @ExtendWith(NetworkNamespace.class)
    void anchors() {
        Anchor missing = Anchor.beforeProgram(Integer.MAX_VALUE);
        Anchor notHere = Anchor.afterProgram(program("ordered").id());
        Anchor ofAnotherType = Anchor.afterProgram(program("frames").id());
        refused(Errno.ENOENT, "does not exist or is not at this hook", () -> attachAt(missing));
        refused(Errno.ENOENT, "is not at this hook", () -> attachAt(notHere));
        refused(Errno.EINVAL, "not one for tc", () -> attachAt(ofAnotherType));
    }

    private void attachAt(Anchor anchor) {
        program("ordered").attach(Tcx.ingress("lo").withAnchor(anchor));
    }

    @Test
    @ExtendWith(NetworkNamespace.class)
    void priorities() {
        Netfilter in = Netfilter.ipv4(Netfilter.Place.LOCAL_IN);
        Netfilter tooEarly = in.withPriority(-500).withDefragmentation();
        refused(Errno.ERANGE, "a priority above -400", () -> program("packets").attach(tooEarly));
        program("packets").attach(in.withPriority(7));
        refused(
                Errno.EBUSY,
                "choose another priority",
                () -> program("other_packets").attach(in.withPriority(7)));
    }

    @Test
    @ExtendWith(NetworkNamespace.class)
    void namespaces() {
        Netns none = Netns.of(Path.of("/proc/self/stat"));
        refused(
                Errno.EINVAL,
                "is not a network namespace",
                () -> program("dissect").attach(none));
        program("dissect").attach(Netns.current());
        refused(
                Errno.E2BIG,
                "already has a program of this type",
                () -> program("other_dissect").attach(Netns.current()));
    }

    @Test
    @ExtendWith(NetworkNamespace.class)
    void aNamespaceWithAProgramWithoutALink() {
        attachWithoutLink("dissect", 0, AttachType.FLOW_DISSECTOR);
        refused(Errno.EEXIST, "without a link", () -> program("other_dissect").attach(Netns.current()));
    }

    @Test
    void probes() {
        refused(Errno.EINVAL, "not executable code", () -> probe("/usr"));
        refused(Errno.EIO, "file system", () -> probe("/proc/version"));
        refused(Errno.ENOENT, "there is no such file", () -> probe("/none"));
    }

    private void probe(String file) {
        program("probe").attach(Uprobe.at(Path.of(file), 0));
    }

    @Test
    void testRuns() {
        ByteBuffer context = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder());
        context.putInt(4, 64).putInt(12, 999_999);
        TestRun.Input elsewhere = TestRun.Input.packet(new byte[64]).withContext(context.array());
        refused(Errno.EINVAL, "at least 14 bytes", () -> program("frames").testRun(new byte[4]));
        refused(Errno.ENODEV, "ingress_ifindex", () -> program("frames").testRun(elsewhere));
    }

    private void attachWithoutLink(String name, int target, AttachType type) {
        LoadedProgram.of(program(name))
                .withFd(
                        "test",
                        fd -> assertThat(NativeLibraries.libbpf().bpf_prog_attach(fd, target, type.number(), 0))
                                .isZero());
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
        try (LoopbackSocket socket = LoopbackSocket.sharing(0)) {
            program("port").attach(Reuseport.of(socket.descriptor())).close();
        }
        NetworkNamespace.run(() -> {
            ip("link add one type veth peer name other");
            program("frames").attach(Xdp.on("one").withMode(Xdp.Mode.NATIVE)).close();
        });
        assertThat(program("frames").testRun(TestRun.Input.packet(new byte[64])).returnValue())
                .isEqualTo(2);
    }

    private UntypedProgram program(String name) {
        return TestPrograms.program(object, name);
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
            attachWithoutLink("other_group", directory.fd(), AttachType.CGROUP_INET_EGRESS);
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
            attachTo(group);
        } finally {
            links.forEach(Descriptor::close);
        }
    }

    private static void ip(String arguments) throws IOException {
        Process ip =
                new ProcessBuilder(("ip " + arguments).split(" ")).inheritIO().start();
        assertThat(ip.onExit().join().exitValue()).isZero();
    }
}
