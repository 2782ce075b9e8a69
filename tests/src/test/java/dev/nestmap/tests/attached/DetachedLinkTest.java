/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Netns;
import dev.nestmap.runtime.attach.Tcx;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.load.Bindings;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.kernel.PinnedBpf;
import dev.nestmap.tests.maptypes.ControlGroups;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A service learns that its program will never run again, because the interface, control group or namespace was removed. */
@KernelTest
@Timeout(60)
@ExtendWith(NetworkNamespace.class)
class DetachedLinkTest extends PinningTest {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final String PROGRAM = "count_hit";

    /** What a program is attached to, and the commands that make and remove it. */
    enum Target {
        XDP("xdp", 2),
        TCX("tcx/ingress", 0),
        CGROUP("cgroup_skb/egress", 1),
        NETNS("sk_lookup", 1);

        private final String section;
        private final int result;

        Target(String section, int result) {
            this.section = section;
            this.result = result;
        }

        private static String name(String kind) {
            return "nestmap-" + kind + "-" + ProcessHandle.current().pid();
        }

        private static Path group() {
            return ControlGroups.mount().resolve(name("group"));
        }

        Hook<?, KernelLink> hook() {
            return switch (this) {
                case XDP -> Xdp.on("ve0");
                case TCX -> Tcx.ingress("ve0");
                case CGROUP -> Cgroup.of(group());
                case NETNS -> Netns.of(Path.of("/run/netns", name("netns")));
            };
        }

        void make() throws IOException {
            if (this == TCX) {
                KernelAssumptions.assume(KernelFeature.TCX);
            }
            switch (this) {
                case CGROUP -> Files.createDirectory(group());
                case NETNS -> InstalledCommand.line("ip netns add " + name("netns"));
                default -> InstalledCommand.line("ip link add ve0 type veth peer name ve1");
            }
        }

        void remove() throws IOException {
            switch (this) {
                case CGROUP -> Files.deleteIfExists(group());
                case NETNS -> InstalledCommand.line("ip netns delete " + name("netns"));
                default -> InstalledCommand.line("ip link delete ve0");
            }
        }

        /** Removes what would outlive the namespace of a failed test. */
        void clean() throws IOException {
            if (this == CGROUP || (hook() instanceof Netns netns && Files.exists(netns.file()))) {
                remove();
            }
        }

        @SuppressWarnings("unchecked") // the section fits the hook
        KernelLink attach(GroupedHitsBpf bpf) {
            return bpf.program(PROGRAM).attach((Hook<? super Hook.AnyKind, KernelLink>) hook());
        }

        GroupedHitsBpf load() {
            return GroupedHitsBpf.load(
                    BpfObjects.of("grouped_hits", "-DSECTION=\"" + section + "\"", "-DRESULT=" + result));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDrainWarnsOnceOfATargetThatIsGone(Target target) throws IOException {
        target.make();
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime");
                GroupedHitsBpf bpf = target.load()) {
            bpf.tenant().create(1);
            KernelLink first = target.attach(bpf);
            awaitCheck(bpf);
            assertThat(log.messages()).isEmpty();
            assertThat(detached(bpf)).isZero();

            target.remove();
            awaitWarnings(bpf, log, 1, false);
            assertThat(log.messages().get(0))
                    .contains(
                            "program count_hit to " + target.hook().target() + " is detached",
                            first.info().toString());
            assertThat(detached(bpf)).isEqualTo(1);

            target.make();
            KernelLink second = target.attach(bpf);
            first.close();
            assertThat(detached(bpf)).isZero();
            target.remove();
            awaitWarnings(bpf, log, 2, true);
            assertThat(log.messages().get(1)).contains(second.info().toString());
        } finally {
            target.clean();
        }
    }

    /** A restarted service attaches its program again, and the pin of the link stays in its place. */
    @Test
    void aServiceAttachesItsPinnedProgramAgain() throws IOException {
        LinkPin pin = LinkPin.at(fs.path("count")).withUnpinnedMaps();
        Target.XDP.make();
        try (GroupedHitsBpf bpf = Target.XDP.load()) {
            KernelLink first = bpf.program(PROGRAM).attach(Xdp.on("ve0"), pin);
            Target.XDP.remove();
            assertThat(detached(bpf)).isEqualTo(1);

            Target.XDP.make();
            first.close();
            KernelLink second = bpf.program(PROGRAM).attach(Xdp.on("ve0"), pin);
            assertThat(second.info().attached()).isTrue();
            assertThat(detached(bpf)).isZero();
        }
        Nestmap.openPinnedLink(fs.path("count")).detach();
    }

    /** The tenant is gone, so the link will stay dead: the step that ends the warning, the metric and the exit code of nestmap pins. */
    @ParameterizedTest
    @EnumSource
    void detachEndsTheReportsOfATargetThatIsGoneForGood(Target target) throws IOException {
        target.make();
        try (GroupedHitsBpf bpf = target.load()) {
            KernelLink link = target.attach(bpf);
            link.pin(LinkPin.at(fs.path("count")).withUnpinnedMaps());
            target.remove();
            while (detached(bpf) == 0) { // the kernel releases a control group a moment later
                UninterruptibleWait.pause(PAUSE_NANOS);
            }
            link.detach();
            assertThat(detached(bpf)).isZero();
            assertThat(fs.content()).noneMatch(file -> file.startsWith("count"));
        } finally {
            target.clean();
        }
    }

    /** For example, nestmap end. */
    @Test
    void aDrainWarnsOfALinkThatAnotherProcessHasDetached() {
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime");
                GroupedHitsBpf bpf = Target.XDP.load()) {
            bpf.tenant().create(1);
            bpf.program(PROGRAM)
                    .attach(Xdp.on("lo").withMode(Xdp.Mode.GENERIC))
                    .pin(LinkPin.at(fs.path("count")).withUnpinnedMaps());
            Nestmap.openPinnedLink(fs.path("count")).detach();
            awaitWarnings(bpf, log, 1, false);
            assertThat(log.messages().get(0)).contains("another process has detached it");
        }
    }

    /** Two services with one pin: the second one takes the link of the first one over, which counts nothing from then on. */
    @Test
    void aDrainWarnsOfALinkThatAnotherServiceHasTakenOver() {
        Path path = fs.path("count");
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime");
                GroupedHitsBpf bpf = Target.XDP.load();
                GroupedHitsBpf other = Target.XDP.load()) {
            bpf.tenant().create(1);
            bpf.program(PROGRAM)
                    .attach(Xdp.on("lo").withMode(Xdp.Mode.GENERIC))
                    .pin(LinkPin.at(path).withUnpinnedMaps());
            assertThat(Bindings.ofObject(bpf).attachments(PROGRAM)).isEqualTo(1);
            KernelLink taken = other.program(PROGRAM)
                    .attach(
                            Xdp.on("lo").withMode(Xdp.Mode.GENERIC),
                            LinkPin.at(path).withUnpinnedMaps());
            awaitWarnings(bpf, log, 1, false);
            assertThat(log.messages().get(0))
                    .contains("program count_hit to interface lo was replaced", "give each a LinkPin of its own");
            assertThat(detached(bpf)).isEqualTo(1);
            assertThat(Bindings.ofObject(bpf).attachments(PROGRAM)).isZero();
            assertThat(detached(other)).isZero();
            taken.detach();
        }
    }

    @Test
    void theWarningNamesTheProgramOfTheLastUpdate() throws IOException {
        Target.XDP.make();
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime");
                GroupedHitsBpf bpf = Target.XDP.load();
                PinnedBpf other = PinnedBpf.open(BpfObjects.of("pinned"))
                        .pins(PinOptions.in(fs.path("other")))
                        .load()) {
            bpf.tenant().create(1);
            Target.XDP.attach(bpf).update(other.program("count"));
            Target.XDP.remove();
            awaitWarnings(bpf, log, 1, false);
            assertThat(log.messages().get(0)).contains("program count to ");
            assertThat(detached(bpf)).as("links of the former program").isZero();
        }
    }

    /** The first drain reads the links; the pause is until the next one does. */
    private static void awaitCheck(GroupedHitsBpf bpf) {
        bpf.tenant().drainAll(drained -> {});
        UninterruptibleWait.pause(TimeUnit.SECONDS.toNanos(1));
    }

    private static void awaitWarnings(GroupedHitsBpf bpf, LogRecords log, int number, boolean rotates) {
        while (log.messages().size() < number) {
            if (rotates) {
                bpf.tenant().rotateAll(List.of(1L)).forEach(displaced -> displaced.acknowledge());
            } else {
                bpf.tenant().drainAll(drained -> {});
            }
            UninterruptibleWait.pause(PAUSE_NANOS);
        }
        assertThat(log.messages()).hasSize(number);
    }

    private static long detached(GroupedHitsBpf bpf) {
        return Bindings.ofObject(bpf).detachedLinks(PROGRAM);
    }
}
