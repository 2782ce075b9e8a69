/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Tc;
import dev.nestmap.runtime.attach.Tcx;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.kernel.PinnedBpf;
import dev.nestmap.tests.maptypes.ControlGroups;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An event is never counted twice without a sign because a program is attached twice, nor missed because its link has no pin. */
@KernelTest
@Timeout(60)
@ExtendWith(NetworkNamespace.class)
class DoubleAttachmentTest extends PinningTest {
    private static final int TIMES = 20;

    /** The kernel replaces the former program of these. */
    private static final Set<AttachedHook> REPLACING = EnumSet.of(AttachedHook.SOCKET_FILTER, AttachedHook.REUSEPORT);

    /** Attachments that other processes' events reach too, so that their counts can't be compared. */
    private static final Set<AttachedHook> NOT_LINKS =
            EnumSet.of(AttachedHook.TC_INGRESS, AttachedHook.TC_EGRESS, AttachedHook.USDT, AttachedHook.PERF_EVENT);

    @ParameterizedTest
    @EnumSource
    void aProgramIsNotAttachedTwiceToOneHook(AttachedHook hook) {
        hook.assume();
        try (AttachedHook.Scene scene = hook.open()) {
            HitCounter counter = scene.counter();
            Link first = counter.program().attach(scene.attachment());
            if (REPLACING.contains(hook)) {
                counter.program().attach(scene.attachment());
                scene.events().fire(TIMES);
                assertThat(counter.count()).isEqualTo(TIMES);
                return;
            }
            assertBpfException(() -> counter.program().attach(scene.attachment()))
                    .hasMessageContaining(hook == AttachedHook.XDP ? "EBUSY" : "is attached there");
            if (!NOT_LINKS.contains(hook)) {
                LinkPin pin = LinkPin.at(fs.path("links/again")).withUnpinnedMaps();
                assertBpfException(() -> counter.program().attach(scene.pinnable(), pin))
                        .hasMessageMatching("(?s).*(already|can't replace|EBUSY).*");
            }
            first.close();
            counter.program().attach(scene.attachment()).close();
        }
    }

    /** Interfaces of two namespaces have the same name, and an interface that is made again has its old name. */
    @ParameterizedTest
    @EnumSource(names = {"TC_INGRESS", "TCX_INGRESS", "NETFILTER"})
    void interfacesWithOneNameAreDifferentHooks(AttachedHook hook) throws Throwable {
        hook.assume();
        try (HitCounter counter = hook.load()) {
            NetworkNamespace.run(() -> attach(hook, counter));
            NetworkNamespace.run(() -> attach(hook, counter));
        }
        try (HitCounter counter = HitCounter.load("tc", 0)) {
            for (int i = 0; i < 2; i++) {
                InstalledCommand.line("ip link add again0 type veth peer name again1");
                counter.program().attach(Tc.ingress("again0"));
                InstalledCommand.line("ip link delete again0");
            }
        }
    }

    private static void attach(AttachedHook hook, HitCounter counter) {
        try (AttachedHook.Scene scene = hook.open()) {
            assertThat(counter.program().attach(scene.attachment())).isNotNull();
        }
    }

    @Test
    void onlyOneOfTwoThreadsAttaches() throws Exception {
        try (HitCounter counter = HitCounter.load("raw_tp", 0)) {
            for (int round = 0; round < 20; round++) {
                List<Optional<Link>> both = Await.inThreads(2, i -> attached(counter));
                assertThat(both.stream().flatMap(Optional::stream)).hasSize(1);
                both.forEach(link -> link.ifPresent(Link::close));
            }
        }
    }

    /** The link, or nothing if the other thread was faster. */
    private static Optional<Link> attached(HitCounter counter) {
        try {
            return Optional.of(counter.program().attach(Tracepoint.Raw.of("sys_enter")));
        } catch (BpfException e) {
            assertThat(e).hasMessageContaining("by this object");
            return Optional.empty();
        }
    }

    /** A service whose last run is still attached to the same maps. */
    @Test
    void aProgramOfAnEarlierRunThatCountsInTheSameMapsIsNotJoined() throws Throwable {
        KernelAssumptions.assume(KernelFeature.TCX);
        refusesAsSecond("tcx/ingress", Tcx.ingress("lo"));
        refusesAsSecond("cgroup_skb/egress", Cgroup.of(ControlGroups.ofThisProcess()));
    }

    private void refusesAsSecond(String section, Hook<? super Hook.AnyKind, ?> hook) {
        try (PinnedBpf earlier = load(section, false);
                PinnedBpf later = load(section, false)) {
            Link link = earlier.program("count").attach(hook);
            assertBpfException(() -> later.program("count").attach(hook))
                    .hasMessageContaining(hook.target() + " already has a program count, the one with id "
                            + earlier.program("count").id())
                    .hasMessageContaining("counts in the same pinned maps");
            link.close();
            later.program("count").attach(hook).close();
        }
    }

    /** The kernel does not list the programs of these hooks. */
    @Test
    void aProgramOfAnEarlierRunIsReportedWhereTheKernelListsNone() throws Throwable {
        Tracepoint.Raw everyCall = Tracepoint.Raw.of("sys_enter");
        reportsSecond("raw_tp", everyCall, everyCall, "is attached with link ");
        reportsSecond("tc", Tc.ingress("lo").withPriority(7), Tc.ingress("lo"), "may be attached as a filter");
    }

    private void reportsSecond(
            String section, Hook<? super Hook.AnyKind, ?> first, Hook<? super Hook.AnyKind, ?> second, String how) {
        try (PinnedBpf earlier = load(section, true);
                PinnedBpf later = load(section, true)) {
            earlier.program("count").attach(first);
            int id = earlier.program("count").id();
            assertThat(LogRecords.during(() -> later.program("count").attach(second)))
                    .singleElement()
                    .asString()
                    .contains("another program count, with id " + id, how, "counted twice");
        }
    }

    /** A filter stays after its process. The message names the numbers with which the next start replaces it. */
    @Test
    void aFilterOfAnEarlierRunIsNotJoinedAndCanBeReplaced() throws Throwable {
        Tc place = Tc.egress("lo").withPriority(3).withHandle(5);
        try (PinnedBpf earlier = load("tc", true);
                PinnedBpf later = load("tc", true)) {
            earlier.program("count").attach(place);
            assertBpfException(() -> later.program("count").attach(place))
                    .hasMessageContaining("id " + earlier.program("count").id())
                    .hasMessageContaining("counted twice")
                    .hasMessageContaining("withPriority(3).withHandle(5).withReplacement()");
            assertThat(LogRecords.during(() -> later.program("count").attach(place.withReplacement())))
                    .isEmpty();
        }
    }

    /** Others may get the numbers that the kernel chooses, so no start should always replace them. */
    @Test
    void aFilterWithNumbersOfTheKernelIsRemovedBeforeOneWithChosenNumbers() throws Throwable {
        Tc chosen = Tc.ingress("lo").withPriority(200).withHandle(1).withReplacement();
        String removal = "tc filter del dev lo ingress prio 49152 handle 1 bpf";
        try (PinnedBpf earlier = load("tc", true);
                PinnedBpf later = load("tc", true)) {
            earlier.program("count").attach(Tc.ingress("lo"));
            for (Tc place : List.of(Tc.ingress("lo"), chosen, chosen.withHandle(-5))) {
                assertBpfException(() -> later.program("count").attach(place))
                        .hasMessageContaining("id " + earlier.program("count").id())
                        .hasMessageContaining("counted twice")
                        .hasMessageContaining("(" + removal + ")");
            }
            InstalledCommand.line(removal);
            later.program("count").attach(chosen);
        }
    }

    /** The kernel keeps the first 15 characters of a name. */
    @Test
    void programsWhoseNamesBeginAlikeAreDifferent() {
        KernelAssumptions.assume(KernelFeature.TCX);
        try (HitCounter counter = HitCounter.load("tcx/ingress", -1, "-DWITH_SIBLINGS");
                HitCounter later = HitCounter.load("tcx/ingress", -1, "-DWITH_SIBLINGS")) {
            attachSibling(counter, "ipv4", "ipv4");
            attachSibling(counter, "ipv6", "ipv6");
            assertBpfException(() -> attachSibling(later, "ipv6", "hidden"))
                    .hasMessageContaining(
                            "only the first 15 characters of the names, which the kernel keeps, are the same");
        }
    }

    private void attachSibling(HitCounter counter, String name, String pin) {
        UntypedProgram program = counter.object().program("count_hits_of_" + name);
        program.attach(Tcx.ingress("lo"), LinkPin.at(fs.path("links/" + pin)).withUnpinnedMaps());
    }

    @Test
    void groupsAboveAndBelowAreReported() throws Throwable {
        Path above = ControlGroups.mount()
                .resolve("nestmap-double-" + ProcessHandle.current().pid());
        Path below = above.resolve("below");
        Files.createDirectories(below);
        try (HitCounter counter = HitCounter.load("cgroup_skb/egress", 1)) {
            Link ofBelow = counter.program().attach(Cgroup.of(below));
            assertThat(LogRecords.during(() -> counter.program().attach(Cgroup.of(above))))
                    .singleElement()
                    .asString()
                    .contains("attached to a control group below it too", "counted twice");
            ofBelow.close();
        }
        try (HitCounter counter = HitCounter.load("cgroup_skb/ingress", 1)) {
            counter.program().attach(Cgroup.of(above));
            assertThat(LogRecords.during(() -> counter.program().attach(Cgroup.of(below))))
                    .singleElement()
                    .asString()
                    .contains("attached to a control group above it too");
        } finally {
            Files.delete(below);
            Files.delete(above);
        }
    }

    @Test
    void aLinkWithoutAPinIsReportedIfItsMapsArePinned() {
        try (PinnedBpf bpf = load("xdp", false)) {
            assertThat(LogRecords.during(
                            () -> bpf.program("count").attach(Xdp.on("lo").withMode(Xdp.Mode.GENERIC))))
                    .singleElement()
                    .asString()
                    .contains("pinned maps (customer, site, total)", "LinkPin", "withUnpinnedLinks()");
        }
        try (PinnedBpf bpf = load("xdp", true)) {
            assertThat(LogRecords.during(
                            () -> bpf.program("count").attach(Xdp.on("lo").withMode(Xdp.Mode.GENERIC))))
                    .isEmpty();
        }
        try (PinnedBpf bpf = load("xdp", false)) {
            LinkPin pin = LinkPin.at(fs.path("count"));
            assertThat(LogRecords.during(() -> bpf.program("count")
                            .attach(Xdp.on("lo").withMode(Xdp.Mode.GENERIC), pin)
                            .detach()))
                    .isEmpty();
        }
        try (HitCounter counter = HitCounter.load("xdp", 2)) {
            assertThat(LogRecords.during(
                            () -> counter.program().attach(Xdp.on("lo").withMode(Xdp.Mode.GENERIC))))
                    .isEmpty();
        }
    }

    private PinnedBpf load(String section, boolean acceptsUnpinnedLinks) {
        PinOptions options = PinOptions.in(fs.path(section.replace('/', '-')));
        return PinnedBpf.open(BpfObjects.of("pinned", "-DSECTION=\"" + section + "\""))
                .pins(acceptsUnpinnedLinks ? options.withUnpinnedLinks() : options)
                .load();
    }
}
