/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Netns;
import dev.nestmap.runtime.attach.Tcx;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.Mount;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.schema.program.AttachType;
import dev.nestmap.tests.maptypes.ControlGroups;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A service that starts again takes over its own link, and neither attaches its program twice nor touches anything else. The cases broke
 * other projects.
 */
@KernelTest
@Timeout(60)
@ExtendWith(NetworkNamespace.class)
class LinkTakeoverTest extends PinningTest {
    private static final int TIMES = 20;
    private static final int NEXT = -1;
    private static final int XDP_PASS = 2;

    /** The index of the interface lo in each network namespace. */
    private static final int LOOPBACK = 1;

    private final HitCounter old = HitCounter.load("xdp", XDP_PASS);
    private final HitCounter counter = HitCounter.load("xdp", XDP_PASS);

    @AfterEach
    void close() {
        old.close();
        counter.close();
    }

    /** The pin, without the owner that an earlier attachment in this process has made. */
    private LinkPin pin() {
        endOwner("acme/count");
        return LinkPin.at(fs.path("acme/count")).withUnpinnedMaps();
    }

    private static HitCounter tcx() {
        KernelAssumptions.assume(KernelFeature.TCX);
        return HitCounter.load("tcx/ingress", NEXT);
    }

    /** What the program counts after the end of the process would be in maps that nobody can reach. */
    @Test
    void aProgramWithMapsThatAreNotPinnedTakesAWord() {
        LinkPin refused = LinkPin.at(fs.path("acme/count"));
        assertBpfException(() -> counter.program().attach(Xdp.on("lo"), refused))
                .hasMessageContaining("uses maps that are not pinned: ")
                .hasMessageContaining("RDONLY_PROG")
                .hasMessageContaining("LinkPin.withUnpinnedMaps()");
        assertThat(fs.path("acme/count")).doesNotExist();
        counter.program().attach(Xdp.on("lo"), refused.withUnpinnedMaps()).detach();
    }

    @Test
    @Timeout(180) // another Java VM starts, perhaps in an emulated machine
    void aKilledProcessLeavesItsProgramAttachedAndTheNextOneTakesOver() throws Exception {
        Process child = new ChildVm().start(Attacher.class, fs.path("acme/count"), HitCounter.compile("xdp", XDP_PASS));
        BufferedReader output =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        String programId = output.readLine();
        child.destroyForcibly().waitFor();
        try (KernelLink left = Nestmap.openPinnedLink(fs.path("acme/count"))) {
            assertThat(Integer.toString(left.info().programId())).isEqualTo(programId);
            assertThat(left.info().attached()).isTrue();
        }
        try (Datagrams datagrams = Datagrams.open()) {
            KernelLink link = counter.program().attach(Xdp.on("lo"), pin());
            datagrams.fire(TIMES);
            assertThat(counter.count()).isEqualTo(TIMES);
            link.detach();
            datagrams.fire(TIMES);
            assertThat(counter.count()).isEqualTo(TIMES);
        }
    }

    /** Attaches a program, prints its id and waits to be killed. */
    static final class Attacher {
        public static void main(String[] arguments) throws IOException {
            try (HitCounter counter = new HitCounter(HitsBpf.load(Path.of(arguments[1])))) {
                counter.program()
                        .attach(
                                Xdp.on("lo").withMode(Xdp.Mode.GENERIC),
                                LinkPin.at(Path.of(arguments[0])).withUnpinnedMaps());
                System.out.println(counter.program().id());
                System.in.read();
            }
        }
    }

    /** The link of the old process is held by a pin that this process does not see at its path. */
    @Test
    void aLinkWhoseVisiblePinIsMissingIsNotAttachedTwice() {
        try (Datagrams datagrams = Datagrams.open();
                HitCounter old = tcx();
                HitCounter counter = tcx()) {
            KernelLink hidden = old.program().attach(Tcx.ingress("lo"));
            hidden.pin(LinkPin.at(fs.path("elsewhere")).withUnpinnedMaps());
            assertThatThrownBy(() -> counter.program().attach(Tcx.ingress("lo"), pin()))
                    .hasMessageContaining("ingress of interface lo already has a program count_hit, the one with id "
                            + old.program().id() + " with link "
                            + hidden.info().id())
                    .hasMessageContaining("leave its link alone")
                    .hasMessageNotContaining("bpftool link pin");
            datagrams.fire(TIMES);
            assertThat(old.count()).isEqualTo(TIMES);

            hidden.pin(LinkPin.at(fs.path("acme/count")).withUnpinnedMaps());
            KernelLink taken = counter.program().attach(Tcx.ingress("lo"), pin());
            datagrams.fire(TIMES);
            assertThat(counter.count()).isEqualTo(TIMES);
            assertThat(taken.info().id()).isEqualTo(hidden.info().id());
            taken.detach();
        }
    }

    /** In a user namespace, a process can attach programs with a token, and can't list those of a hook. */
    @Test
    void aLinkIsTakenOverWithoutTheListOfThePrograms() {
        try (HitCounter old = tcx();
                HitCounter counter = tcx();
                WatchedThread thread = new WatchedThread();
                LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            WatchedThread.Watcher noList = call -> call == SystemCall.PROG_QUERY ? Errno.EPERM : null;
            thread.run(noList, () -> old.program().attach(Tcx.ingress("lo"), pin()));
            assertThat(log.messages())
                    .singleElement(as(STRING))
                    .contains("ingress of interface lo may have programs already")
                    .contains("events are counted twice. bpftool link shows the programs");
            thread.run(noList, () -> counter.program().attach(Tcx.ingress("lo"), pin()));
            try (KernelLink link = Nestmap.openPinnedLink(fs.path("acme/count"))) {
                assertThat(link.info().programId()).isEqualTo(counter.program().id());
                link.detach();
            }
        }
    }

    @Test
    void aProgramIsNotAttachedTwiceIfTheListOfTheProgramsFails() throws IOException {
        try (HitCounter old = tcx();
                HitCounter counter = tcx()) {
            old.program().attach(Tcx.ingress("lo"));
            WatchedThread.watch(
                    call -> call == SystemCall.PROG_QUERY ? Errno.ENOMEM : null,
                    () -> assertBpfException(() -> counter.program().attach(Tcx.ingress("lo"), pin()))
                            .hasErrno(Errno.ENOMEM));
            assertThat(fs.content()).doesNotContain("acme/count");
        }
    }

    @Test
    void aProgramIsNotAttachedTwiceIfItsControlGroupCanNotBeOpened() throws IOException {
        Path group = Files.createTempDirectory(ControlGroups.ofThisProcess(), "nestmap");
        try (HitCounter old = HitCounter.load("cgroup/connect4", 1);
                HitCounter counter = HitCounter.load("cgroup/connect4", 1);
                WatchedThread thread = new WatchedThread()) {
            old.program().attach(Cgroup.of(group));
            assertBpfException(() -> counter.program().attach(Cgroup.of(group), pin()))
                    .hasErrno(null); // makes the pin's directory
            List<SystemCall> calls = new ArrayList<>();
            thread.run(
                    WatchedThread.noting(calls),
                    () -> assertThatThrownBy(() -> counter.program().attach(Cgroup.of(group), pin()))
                            .hasMessageContaining("already has a program count_hit"));
            int opensGroup =
                    calls.subList(0, calls.indexOf(SystemCall.PROG_QUERY)).lastIndexOf(SystemCall.OPENAT);
            AtomicInteger index = new AtomicInteger();
            thread.run(
                    call -> index.getAndIncrement() == opensGroup ? Errno.EMFILE : null,
                    () -> assertBpfException(() -> counter.program().attach(Cgroup.of(group), pin()))
                            .hasErrno(Errno.EMFILE));
            assertThat(fs.content()).doesNotContain("acme/count");
        } finally {
            Files.delete(group);
        }
    }

    /** Another process creates a link: the kernel returns EAGAIN for its id until it is attached. */
    @Test
    void aLinkThatIsBeingCreatedIsAwaited() throws IOException {
        Path group = Files.createTempDirectory(ControlGroups.ofThisProcess(), "nestmap");
        try (HitCounter old = HitCounter.load("cgroup/connect4", 1);
                HitCounter counter = HitCounter.load("cgroup/connect4", 1)) {
            KernelLink link = old.program().attach(Cgroup.of(group));
            AtomicInteger opened = new AtomicInteger();
            WatchedThread.watch(
                    call -> call == SystemCall.LINK_GET_FD_BY_ID && opened.getAndIncrement() < TIMES
                            ? Errno.EAGAIN
                            : null,
                    () -> assertThatThrownBy(() -> counter.program().attach(Cgroup.of(group), pin()))
                            .hasMessageContaining("already has a program count_hit, the one with id "
                                    + old.program().id() + " with link "
                                    + link.info().id()));
            assertThat(opened).hasValueGreaterThan(TIMES);
        } finally {
            Files.delete(group);
        }
    }

    @Test
    void aProgramWithoutALinkCanNotBeTakenOver() {
        try (HitCounter old = tcx();
                HitCounter counter = tcx()) {
            LibBpf libbpf = NativeLibraries.libbpf();
            int program =
                    libbpf.bpf_prog_get_fd_by_id(Math.toIntExact(old.program().id()));
            assertThat(libbpf.bpf_prog_attach(program, LOOPBACK, AttachType.TCX_INGRESS.number(), 0))
                    .isZero();
            NativeLibraries.libc().close(program);
            assertThatThrownBy(() -> counter.program().attach(Tcx.ingress("lo"), pin()))
                    .hasMessageContaining("already has a program count_hit, the one with id "
                            + old.program().id()
                            + ", which was attached without a link, so a LinkPin can't take it over")
                    .hasMessageNotContaining("bpftool link pin");
        }
    }

    @Test
    void anotherMountOverTheFileSystemHidesThePinButNotTheLink() {
        try (Datagrams datagrams = Datagrams.open();
                HitCounter old = tcx();
                HitCounter counter = tcx()) {
            KernelLink before = old.program().attach(Tcx.ingress("lo"), pin());
            try (Mount over = Mount.over(fs.path(""), "-t bpf bpf")) {
                assertThat(over.directory().resolve("acme")).doesNotExist();
                assertBpfException(
                        () -> counter.program().attach(Tcx.ingress("lo"), pin()),
                        "a second BPF file system hides the pin");
                datagrams.fire(TIMES);
                assertThat(old.count()).isEqualTo(TIMES);
                assertThat(counter.count()).isZero();
            }
            counter.program().attach(Tcx.ingress("lo"), pin()).close();
            assertThatThrownBy(() -> before.update(old.program()))
                    .as("the old process does not own the pins any more")
                    .hasMessageContaining("is not the directory that this process has locked");
            Nestmap.openPinnedLink(fs.path("acme/count")).detach();
        }
    }

    @Test
    void aLinkOfARemovedInterfaceIsReplaced() {
        InstalledCommand.line("ip link add ve0 type veth peer name ve1");
        KernelLink before = old.program().attach(Xdp.on("ve0"), pin());
        InstalledCommand.line("ip link delete ve0");
        assertThat(before.info().attached()).isFalse();
        assertThatThrownBy(() -> before.update(counter.program())).hasMessageContaining("does not run any more");

        InstalledCommand.line("ip link add ve0 type veth peer name ve1");
        KernelLink link = counter.program().attach(Xdp.on("ve0"), pin());
        assertThat(link.info().attached()).isTrue();
        assertThat(link.info().programId()).isEqualTo(counter.program().id());
        link.detach();
    }

    /** A process was killed after it had pinned the link that should replace another one. */
    @Test
    void aPinThatAnInterruptedReplacementLeftIsRemoved() throws IOException {
        LinkPin pin = pin().withReplacement(LinkPin.Replacement.OVERLAP);
        try (AttachedHook.Scene scene = AttachedHook.RAW_TRACEPOINT.open();
                HitCounter old = HitCounter.load("raw_tp", 0);
                HitCounter interrupted = HitCounter.load("raw_tp", 0);
                HitCounter counter = HitCounter.load("raw_tp", 0)) {
            old.program().attach(scene.pinnable(), pin).close();
            KernelLink half = interrupted.program().attach(scene.pinnable());
            half.pin(LinkPin.at(fs.path("acme/count-overlap")).withUnpinnedMaps());
            half.close();

            KernelLink link = counter.program().attach(scene.pinnable(), pin);
            assertThat(fs.content()).containsExactly("acme", "acme/count", "acme/owner");
            scene.events().fire(TIMES);
            assertThat(counter.count()).isGreaterThanOrEqualTo(TIMES);
            link.detach();
        }
    }

    /** The name of a pin is the user's. Only a replacement with an overlap uses a name beside it, and the kernel swaps programs of XDP. */
    @ParameterizedTest
    @EnumSource
    void aPinWithASimilarNameStays(LinkPin.Replacement replacement) throws IOException {
        try (HitCounter other = HitCounter.load("sk_lookup", 1)) {
            LinkPin similar = LinkPin.at(fs.path("acme/count-overlap")).withUnpinnedMaps();
            KernelLink first = other.program().attach(Netns.current(), similar);
            LinkPin pin = LinkPin.at(fs.path("acme/count")).withUnpinnedMaps().withReplacement(replacement);
            KernelLink second = counter.program().attach(Xdp.on("lo"), pin);
            assertThat(fs.content()).containsExactly("acme", "acme/count", "acme/count-overlap", "acme/owner");
            first.detach();
            second.detach();
        }
    }

    @Test
    void whatIsNoLinkStaysPinned() throws IOException {
        counter.program().pin(fs.path("acme/count"));
        assertThatThrownBy(() -> counter.program().attach(Xdp.on("lo"), pin()))
                .hasMessageContaining("the pin is not a link but a program: ")
                .hasMessageContaining("leaves the pin");
        assertThat(fs.content()).containsExactly("acme", "acme/count", "acme/owner");
    }

    @ParameterizedTest
    @EnumSource(names = {"NATIVE", "GENERIC"})
    void aLinkInTheSameModeIsTakenOver(Xdp.Mode mode) {
        InstalledCommand.line("ip link add ve0 type veth peer name ve1");
        Xdp xdp = Xdp.on("ve0").withMode(mode);
        int id = old.program().attach(xdp, pin()).info().id();
        KernelLink link = counter.program().attach(xdp, pin());
        assertThat(link.info().id()).isEqualTo(id);
        link.detach();
    }

    /** It would see one buffer where the network has many packets. */
    @Test
    void aProgramThatRunsInTheGenericModeIsReported() {
        InstalledCommand.line("ip link add ve0 type veth peer name ve1");
        InstalledCommand.line("ip link add br0 type bridge");
        for (Xdp.Mode mode : Xdp.Mode.values()) {
            if (mode != Xdp.Mode.OFFLOAD) {
                assertThat(LogRecords.during(() -> old.program()
                                .attach(Xdp.on("ve0").withMode(mode), pin())
                                .detach()))
                        .as("ve0 %s", mode)
                        .isEmpty();
            }
        }
        for (HitCounter each : List.of(old, counter)) { // the second one takes the link over
            assertThat(LogRecords.during(() -> each.program().attach(Xdp.on("br0"), pin())))
                    .singleElement()
                    .asString()
                    .contains("runs in the generic mode", "nestmap/segments.h");
        }
    }

    @Test
    void aLinkInAnotherModeStaysAttached() {
        InstalledCommand.line("ip link add ve0 type veth peer name ve1");
        KernelLink before = old.program().attach(Xdp.on("ve0").withMode(Xdp.Mode.GENERIC), pin());
        assertThatThrownBy(() -> counter.program().attach(Xdp.on("ve0").withMode(Xdp.Mode.NATIVE), pin()))
                .hasMessageContaining("does not run in the mode NATIVE")
                .hasMessageContaining("The link stays attached. Use Xdp.Mode.AUTO");
        assertThat(before.info().attached()).isTrue();
        assertThat(before.info().programId()).isEqualTo(old.program().id());

        KernelLink link = counter.program().attach(Xdp.on("ve0"), pin());
        assertThat(link.info().id()).isEqualTo(before.info().id());
        link.detach();
    }

    @Test
    void aLinkOfAnotherInterfaceOrNamespaceIsRejected() throws Throwable {
        InstalledCommand.line("ip link add ve0 type veth peer name ve1");
        old.program().attach(Xdp.on("lo"), pin());
        assertThatThrownBy(() -> counter.program().attach(Xdp.on("ve0"), pin()))
                .hasMessageContaining("and is not attached to interface ve0")
                .hasMessageContaining("Nestmap leaves it alone");
        NetworkNamespace.run(() -> assertThatThrownBy(
                        () -> counter.program().attach(Xdp.on("lo"), pin())) // has the same index there
                .hasMessageContaining("and is not attached to interface lo"));
        KernelLink link = Nestmap.openPinnedLink(fs.path("acme/count"));
        assertThat(link.info().programId()).isEqualTo(old.program().id());
        link.detach();
    }

    @Test
    void aProgramForAnotherHookOfTheGroupIsRejected() throws Throwable {
        Path group = Files.createTempDirectory(ControlGroups.ofThisProcess(), "nestmap");
        try (HitCounter old = HitCounter.load("cgroup/connect4", 1);
                HitCounter counter = HitCounter.load("cgroup/connect6", 1)) {
            KernelLink link = old.program().attach(Cgroup.of(group));
            assertThatThrownBy(() -> link.update(counter.program()))
                    .hasMessageContaining("is of the attach type CGROUP_INET4_CONNECT")
                    .hasMessageContaining("is for CGROUP_INET6_CONNECT");
            assertThat(link.info().programId()).isEqualTo(old.program().id());
        } finally {
            Files.delete(group);
        }
    }

    /** A service that ends after its successor has taken over must not detach it. */
    @Test
    void theOldServiceDoesNotDetachTheNewProgram() {
        old.program().attach(Xdp.on("lo"), pin()).close();
        KernelLink before = Nestmap.openPinnedLink(fs.path("acme/count"));
        KernelLink link = counter.program().attach(Xdp.on("lo"), pin());
        assertBpfException(before::detach, "replaced the program", "The new program stays attached");
        before.close();
        assertThat(link.info().attached()).isTrue();
        link.detach();
    }

    @Test
    void aLinkWhosePinCanNotBeRemovedStaysAttached() throws IOException {
        KernelLink link = counter.program().attach(Xdp.on("lo"), pin());
        WatchedThread.watch(
                call -> call == SystemCall.UNLINK ? Errno.EPERM : null,
                () -> assertThatThrownBy(link::detach).hasMessageContaining("removal of the pin"));
        assertThat(link.info().attached()).isTrue();
        link.detach();
        assertThat(fs.content()).containsExactly("acme");
    }

    @Test
    void aLinkThatTheKernelDoesNotDetachStaysPinned() throws IOException {
        KernelLink link = counter.program().attach(Xdp.on("lo"), pin());
        WatchedThread.watch(
                call -> call == SystemCall.LINK_DETACH ? Errno.ENOMEM : null,
                () -> assertBpfException(link::detach).hasErrno(Errno.ENOMEM));
        assertThat(link.info().attached()).isTrue();
        assertThat(fs.content()).containsExactly("acme", "acme/count", "acme/owner");
        link.detach();
        assertThat(fs.content()).containsExactly("acme");
    }

    /** Opening a pin requires only search permission on its directory. */
    @Test
    void aUserWhoMayNotOwnThePinsChangesNoLink() {
        old.program().attach(Xdp.on("lo"), pin()).close();
        endOwner("acme/count");
        KernelLink link = Nestmap.openPinnedLink(fs.path("acme/count"));
        WatchedThread.watch(
                call -> call == SystemCall.FLOCK ? Errno.EACCES : null,
                () -> assertBpfException(() -> link.update(counter.program()), "nothing was changed"));
        assertThat(link.info().programId()).isEqualTo(old.program().id());
        link.detach();
    }

    /** The locked directory is that of another process. */
    @Test
    void aGuestChangesNoLink() {
        old.program().attach(Xdp.on("lo"), pin()).close();
        endOwner("acme/count");
        KernelLink opened = Nestmap.openPinnedLink(fs.path("acme/count"));
        try (Pins.Lock owner = new KernelPins().lock(fs.path("acme/owner"), PinOptions.defaults())) {
            assertThat(owner).isNotNull();
            assertBpfException(() -> opened.update(counter.program()));
            assertBpfException(opened::detach, "owns the pins in " + fs.path("acme") + ", so nothing was changed");
        }
        opened.detach();
    }
}
