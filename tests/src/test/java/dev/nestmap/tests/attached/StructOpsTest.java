/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Tracing;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.kernel.natives.KernelAndLibbpfVersions;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A struct of functions that the kernel calls is attached, pinned and upgraded without a lost count, by the example of a congestion control
 * of TCP.
 */
@KernelTest
@Timeout(60)
class StructOpsTest extends PinningTest {
    static final String PLAIN = ".struct_ops";
    static final String LINKED = ".struct_ops.link";
    private static final String NAME = "nestmap_cc";
    private static final int TIMES = 5;

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, LINKED})
    @ExtendWith(NetworkNamespace.class)
    void theKernelCallsTheFunctionsUntilTheLinkIsClosed(String section) throws IOException {
        runsWhileAttached(section);
    }

    /** Attaches a struct of this section, and opens connections in the network namespace of the calling thread. */
    static void runsWhileAttached(String section) throws IOException {
        try (CongestionBpf bpf = load(section);
                TcpConnections connections = TcpConnections.listen()) {
            connections.open(1);
            assertThat(bpf.connections().count()).as("not attached").isZero();
            Link link = bpf.attachStructOps("counted");
            TcpConnections.choose(NAME);
            connections.open(TIMES);
            assertThat(count(bpf, connections.port())).isEqualTo(TIMES);
            assertThat(bpf.connections()).anyMatch(entry -> entry.segments() > 0);

            TcpConnections.choose("reno"); // a namespace keeps its default even if that is detached
            link.close();
            awaitDetached();
            connections.open(1);
            assertThat(count(bpf, connections.port())).as("detached").isEqualTo(TIMES);
            assertThatThrownBy(() -> TcpConnections.choose(NAME)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aLinkedStructCanBeAttachedAgain() throws IOException {
        try (CongestionBpf bpf = load(LINKED)) {
            bpf.attachStructOps("counted").close();
            awaitDetached();
            bpf.attachStructOps("counted");
            assertThat(TcpConnections.available()).contains(NAME);
        }
        awaitDetached();
    }

    @Test
    void aPinnedStructOutlivesItsObject() throws IOException {
        try (CongestionBpf bpf = load(LINKED)) {
            KernelLink link = bpf.attachStructOps(
                    "counted", LinkPin.at(fs.path("acme/cc")).withUnpinnedMaps());
            assertThat(link.info().kind()).isEqualTo(KernelLink.Kind.STRUCT_OPS);
            assertThat(link.info().target())
                    .isEqualTo(UntypedMap.of(bpf, "counted").id());
            assertBpfException(() -> link.update(bpf.onStart())).hasMessageContaining("replaces the whole struct");
        }
        assertThat(TcpConnections.available()).contains(NAME);
        Nestmap.openPinnedLink(fs.path("acme/cc")).detach();
        awaitDetached();
        assertThat(fs.content()).containsExactly("acme");
    }

    /** The next run would not find what the functions have counted. */
    @Test
    void aPinnedStructIsRefusedIfItsFunctionsCountInUnpinnedMaps() throws IOException {
        try (CongestionBpf bpf = load(LINKED)) {
            assertBpfException(() -> bpf.attachStructOps("counted", LinkPin.at(fs.path("cc"))))
                    .hasMessageContaining("not pinned: connections")
                    .hasMessageContaining("LinkPin.withUnpinnedMaps()");
            KernelLink link = (KernelLink) bpf.attachStructOps("counted");
            assertBpfException(
                    () -> link.pin(LinkPin.at(fs.path("cc"))), "not pinned: connections", "LinkPin.withUnpinnedMaps()");
        }
        assertThat(fs.content()).isEmpty();
        awaitDetached();
    }

    /** The kernel counts each connection with the struct that it began with. */
    @Test
    void upgradesUnderTrafficCountEachConnectionOnce() throws Throwable {
        int upgrades = 5;
        LinkPin pin = LinkPin.at(fs.path("acme/cc")).withUnpinnedMaps();
        List<CongestionBpf> versions = new ArrayList<>();
        NetworkNamespace.run(() -> {
            try (TcpConnections connections = TcpConnections.listen()) {
                for (int i = 0; i < upgrades; i++) {
                    CongestionBpf next = load(LINKED);
                    versions.add(next);
                    endOwner("acme/cc");
                    KernelLink link = next.attachStructOps("counted", pin);
                    assertThat(link.info().target())
                            .isEqualTo(UntypedMap.of(next, "counted").id());
                    if (i > 0) {
                        connections.open(1);
                        assertThat(count(next, connections.port()))
                                .as("a namespace keeps the struct that it has as its default")
                                .isZero();
                    }
                    TcpConnections.choose(NAME);
                    connections.open(TIMES);
                    assertThat(count(next, connections.port())).isEqualTo(TIMES);
                }
                long counted = versions.stream()
                        .mapToLong(version -> count(version, connections.port()))
                        .sum();
                assertThat(counted).isEqualTo(upgrades * (TIMES + 1L) - 1);
                Nestmap.openPinnedLink(pin.path()).detach();
            } finally {
                versions.forEach(CongestionBpf::close);
            }
        });
        awaitDetached();
    }

    @Test
    void aPinOfSomethingElseStays() {
        try (CongestionBpf bpf = load(LINKED);
                HitCounter counter = HitCounter.load("raw_tp/sys_enter", 0)) {
            counter.program().attach().pin(LinkPin.at(fs.path("acme/cc")).withUnpinnedMaps());
            assertBpfException(() -> bpf.attachStructOps(
                            "counted", LinkPin.at(fs.path("acme/cc")).withUnpinnedMaps()))
                    .hasMessageContaining(
                            "(RAW_TRACEPOINT, program " + counter.program().id() + ") is pinned at ")
                    .hasMessageContaining("not the link of a struct");
        }
        assertThat(fs.path("acme/cc")).exists();
        Nestmap.openPinnedLink(fs.path("acme/cc")).detach();
    }

    /** The class fails if the descriptor of the pinned link stays open. */
    @Test
    void aPinWhoseLinkCanNotBeReadStays() throws IOException {
        LinkPin pin = LinkPin.at(fs.path("cc")).withUnpinnedMaps();
        try (CongestionBpf bpf = load(LINKED);
                CongestionBpf next = load(LINKED)) {
            bpf.attachStructOps("counted", pin);
            endOwner("cc");
            WatchedThread.watch(
                    call -> call == SystemCall.OBJ_GET_INFO_BY_FD ? Errno.EPERM : null,
                    () -> assertBpfException(() -> next.attachStructOps("counted", pin))
                            .hasErrno(Errno.EPERM));
            assertThat(TcpConnections.available()).contains(NAME);
            Nestmap.openPinnedLink(pin.path()).detach();
        }
        awaitDetached();
    }

    @Test
    void theOldServiceDoesNotDetachTheNewStruct() throws IOException {
        LinkPin pin = LinkPin.at(fs.path("cc")).withUnpinnedMaps();
        try (CongestionBpf old = load(LINKED);
                CongestionBpf bpf = load(LINKED)) {
            old.attachStructOps("counted", pin).close();
            KernelLink before = Nestmap.openPinnedLink(pin.path());
            KernelLink link = bpf.attachStructOps("counted", pin);
            assertBpfException(before::detach, "has replaced the struct", "The new struct stays attached");
            before.close();
            assertThat(link.info().attached()).isTrue();
            assertThat(link.info().target())
                    .isEqualTo(UntypedMap.of(bpf, "counted").id());
            link.detach();
        }
        awaitDetached();
    }

    /** The owner may run for as long as the options let the attachment wait. */
    @Test
    void anAttachmentThatWaitsForTheOwnerDelaysNoClosing() throws Exception {
        KernelAssumptions.assume(KernelFeature.STRUCT_OPS_LINKS);
        PinOptions patient = pins.withOwnerWait(Duration.ofHours(1));
        CongestionBpf bpf = CongestionBpf.open(compile(LINKED)).pins(patient).load();
        FutureTask<KernelLink> attachment = new FutureTask<>(
                () -> bpf.attachStructOps("counted", LinkPin.at(fs.path("cc")).withUnpinnedMaps()));
        Thread attaching = new Thread(attachment);
        try (Pins.Lock owner = new KernelPins().lock(fs.path("owner"), pins)) {
            assertThat(owner).isNotNull();
            attaching.start();
            while (attaching.getState() != Thread.State.TIMED_WAITING) {
                assertThat(attachment.isDone()).as("the attachment waits").isFalse();
                Thread.onSpinWait();
            }
            FutureTask<Void> closing = new FutureTask<>(bpf::close, null);
            new Thread(closing).start();
            closing.get(20, TimeUnit.SECONDS);
        }
        assertThatThrownBy(() -> attachment.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(BpfException.class);
        assertThat(fs.content()).isEmpty();
    }

    @Test
    void aStructOfAnotherNameDoesNotReplaceThePinnedOne() throws IOException {
        LinkPin pin = LinkPin.at(fs.path("cc")).withUnpinnedMaps();
        try (CongestionBpf bpf = load(LINKED);
                CongestionBpf other = load(LINKED, "-DNAME=\"nestmap_cc2\"")) {
            bpf.attachStructOps("counted", pin).close();
            assertBpfException(() -> other.attachStructOps("counted", pin))
                    .hasErrno(Errno.EINVAL)
                    .hasMessageContaining("or, for tcp_congestion_ops, another name. The struct of link ")
                    .hasMessageContaining("stays attached. If it is this service's own, detach it first");
            assertThat(TcpConnections.available()).contains(NAME).doesNotContain("nestmap_cc2");
            Nestmap.openPinnedLink(pin.path()).detach();
        }
        awaitDetached();
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, LINKED})
    void aNameCanBeUsedOnce(String section) throws IOException {
        try (CongestionBpf bpf = load(section);
                CongestionBpf other = load(section)) {
            bpf.attachStructOps("counted");
            assertBpfException(() -> other.attachStructOps("counted"))
                    .hasErrno(Errno.EEXIST)
                    .hasMessageContaining("another struct with this name is attached (bpftool struct_ops show)");
        }
        awaitDetached(); // closing the object closes its links
    }

    @Test
    void aPlainStructCanBeAttachedOnceAndNotPinned() {
        try (CongestionBpf bpf = load(PLAIN)) {
            assertThatThrownBy(() -> bpf.attachStructOps(
                            "counted", LinkPin.at(fs.path("cc")).withUnpinnedMaps()))
                    .hasMessage(
                            "attachment of struct counted: a struct of SEC(\".struct_ops\") has no link that can be pinned:"
                                    + " compile it with SEC(\".struct_ops.link\")");
            Link link = bpf.attachStructOps("counted");
            assertThat(link).isNotInstanceOf(KernelLink.class);
            link.close();
            assertBpfException(() -> bpf.attachStructOps("counted"), "can be attached only once")
                    .hasErrno(Errno.EBUSY);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, LINKED})
    void aStructThatLacksAFunctionIsRejected(String section) {
        try (CongestionBpf bpf = load(section, "-DINCOMPLETE")) {
            assertBpfException(() -> bpf.attachStructOps("counted"))
                    .hasErrno(Errno.EINVAL)
                    .hasMessageContaining("it may lack a function or a name that the kernel requires");
        }
    }

    @Test
    void aTypeOrMemberThatTheKernelLacksIsNamed() {
        assertBpfException(() -> load(PLAIN, "-DTYPE=no_such_ops"))
                .hasMessageContaining("no struct of functions")
                .hasMessageContaining("no_such_ops is not found in kernel BTF");
        assertBpfException(() -> load(PLAIN, "-DUNKNOWN_MEMBER")).hasMessageContaining("no_such_member");
    }

    @Test
    void aFunctionInNoStructIsNamed() {
        assertBpfException(() -> load(PLAIN, "-DIN_NO_STRUCT"))
                .hasMessageContaining(
                        "program in_no_struct is in no struct of SEC(\".struct_ops.link\") or SEC(\".struct_ops\")");
    }

    @Test
    void anOldLibbpfCanNotLoadBothSections() {
        assumeFalse(
                KernelAssumptions.isAtLeast(KernelAndLibbpfVersions.libbpf().substring("libbpf ".length()), "1.2"),
                KernelAndLibbpfVersions.libbpf() + " knows both sections");
        assertBpfException(() -> CongestionBpf.load(compile(LINKED, "-DBOTH_SECTIONS")), "one of the sections");
    }

    @Test
    void messagesNameTheRightCall() {
        try (CongestionBpf bpf = load(PLAIN)) {
            assertThatThrownBy(() -> bpf.attachStructOps("count"))
                    .hasMessage(
                            "attachment of struct count: the object has no struct count in SEC(\".struct_ops.link\") or"
                                    + " SEC(\".struct_ops\"), only counted");
            assertBpfException(() -> bpf.program("on_start").attach(), "attachStructOps(\"my_struct\")");
            assertBpfException(
                    () -> bpf.program("on_start").attach(Tracing.declared()), "attachStructOps(\"my_struct\")");
        }
        try (CongestionBpf bpf = CongestionBpf.inMemory()) {
            assertBpfException(() -> bpf.attachStructOps("counted"), "maps in memory have no programs");
        }
        try (HitCounter counter = HitCounter.load("xdp", 2)) {
            assertBpfException(() -> counter.object().attachStructOps("counted"), "no variable in SEC");
        }
    }

    /** libbpf creates such a struct only if its caller asks for it. Before 1.4 it does not know the section. */
    @Test
    void aStructThatLibbpfDoesNotCreateCanNotBeAttached() {
        assertBpfException(() -> {
                    try (CongestionBpf bpf = load("?" + PLAIN)) {
                        bpf.attachStructOps("counted");
                    }
                })
                .message()
                .containsAnyOf("remove the question mark", "skipping unrecognized data section");
    }

    private static CongestionBpf load(String section, String... options) {
        if (section.equals(LINKED)) {
            KernelAssumptions.assume(KernelFeature.STRUCT_OPS_LINKS);
        }
        return CongestionBpf.load(compile(section, options));
    }

    private static Path compile(String section, String... options) {
        return BpfObjects.of(
                "congestion",
                Stream.concat(
                                Stream.of("-DSECTION=\"" + section + "\"", BpfObjects.ARCHITECTURE),
                                Arrays.stream(options))
                        .toArray(String[]::new));
    }

    private static long count(CongestionBpf bpf, int port) {
        Congestion.Connections entry = bpf.connections().get(port);
        return entry == null ? 0 : entry.count();
    }

    /** The kernel ends links in the background. */
    private static void awaitDetached() throws IOException {
        Await.until(
                "the kernel has ended the link",
                () -> !TcpConnections.available().contains(NAME));
    }
}
