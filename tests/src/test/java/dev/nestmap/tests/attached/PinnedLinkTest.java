/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A link of any kind of attachment keeps its program until it is detached, and is taken over by the next run. */
@KernelTest
@Timeout(60)
@ExtendWith(NetworkNamespace.class)
class PinnedLinkTest extends PinningTest {
    /** How long another process has the old link open. */
    private static final long HELD_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int TIMES = 20;

    /** Attachments that are no links of the kernel, or several. */
    private static final Set<AttachedHook> WITHOUT_LINK = EnumSet.of(
            AttachedHook.TC_INGRESS,
            AttachedHook.TC_EGRESS,
            AttachedHook.SOCKET_FILTER,
            AttachedHook.REUSEPORT,
            AttachedHook.USDT,
            AttachedHook.PERF_EVENT);

    private static final Set<AttachedHook> UPDATABLE = EnumSet.of(
            AttachedHook.XDP,
            AttachedHook.TCX_INGRESS,
            AttachedHook.TCX_EGRESS,
            AttachedHook.NETKIT,
            AttachedHook.NETKIT_PEER,
            AttachedHook.CGROUP,
            AttachedHook.LSM_CGROUP,
            AttachedHook.SK_LOOKUP,
            AttachedHook.FLOW_DISSECTOR);

    @ParameterizedTest
    @EnumSource
    void aPinnedLinkKeepsTheProgramAttachedUntilItIsDetached(AttachedHook hook) {
        hook.assume();
        try (AttachedHook.Scene scene = hook.open()) {
            HitCounter counter = scene.counter();
            Path pin = fs.path("links/count");
            Link attached = counter.program().attach(scene.attachment());
            assertThat(attached instanceof KernelLink).isNotEqualTo(WITHOUT_LINK.contains(hook));
            if (!(attached instanceof KernelLink link)) {
                attached.close();
                long counted = counter.count(); // other processes cause perf events too
                scene.events().fire(TIMES);
                assertThat(counter.count()).isEqualTo(counted);
                return;
            }
            requireWord(() -> link.pin(LinkPin.at(pin)));
            link.pin(LinkPin.at(pin).withUnpinnedMaps());
            int id = link.info().id();
            link.close();
            scene.events().fire(TIMES);
            assertThat(counter.count()).as("pinned").isGreaterThanOrEqualTo(TIMES);

            try (KernelLink opened = Nestmap.openPinnedLink(pin)) {
                assertThat(opened.info().id()).isEqualTo(id);
                assertThat(opened.info().attached()).isTrue();
                assertThat(opened.info().programId())
                        .isEqualTo(counter.program().id());
            }
            scene.events().fire(1);
            assertThat(counter.count()).as("closed").isGreaterThan(TIMES);

            Nestmap.openPinnedLink(pin).detach();
            assertThat(Files.exists(pin)).isFalse();
            awaitStandstill(scene);
        }
    }

    /** Nobody can reach what the program counts when its process has ended. */
    private void requireWord(ThrowingCallable action) {
        assertBpfException(action, "not pinned: ", "LinkPin.withUnpinnedMaps()");
        assertThat(fs.path("links/count")).doesNotExist();
    }

    /** Some kinds of links end in the background. */
    private static void awaitStandstill(AttachedHook.Scene scene) {
        long before;
        do { // ends with the test's timeout if the program stays attached
            before = scene.counter().count();
            scene.events().fire(1);
        } while (scene.counter().count() != before);
    }

    @ParameterizedTest
    @EnumSource
    void anUpdateReplacesTheProgramOrChangesNothing(AttachedHook hook) {
        hook.assume();
        try (AttachedHook.Scene scene = hook.open();
                HitCounter next = hook.load()) {
            HitCounter counter = scene.counter();
            Link attached = counter.program().attach(scene.attachment());
            if (!(attached instanceof KernelLink link)) {
                return; // it can't be updated, which the Java compiler knows
            }
            if (UPDATABLE.contains(hook)) {
                link.update(next.program());
                assertThat(link.info().programId()).isEqualTo(next.program().id());
                long counted = counter.count(); // other processes of the control group send packets too
                scene.events().fire(TIMES);
                assertThat(next.count()).isGreaterThanOrEqualTo(TIMES);
                assertThat(counter.count()).isEqualTo(counted);
            } else {
                assertBpfException(() -> link.update(next.program())).hasMessageContaining("can't replace the program");
                scene.events().fire(TIMES);
                assertThat(counter.count()).isGreaterThanOrEqualTo(TIMES);
                assertThat(next.count()).isZero();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theNextRunTakesOverThePinnedLink(AttachedHook hook) throws IOException {
        hook.assume();
        HitCounter first = hook.load();
        try (AttachedHook.Scene scene = hook.open();
                HitCounter second = hook.load()) {
            // Two netfilter programs can't have the same hook and priority, not even for a moment.
            LinkPin withoutWord = LinkPin.at(fs.path("links/count"))
                    .withReplacement(
                            hook == AttachedHook.NETFILTER ? LinkPin.Replacement.GAP : LinkPin.Replacement.OVERLAP);
            LinkPin pin = withoutWord.withUnpinnedMaps();
            if (WITHOUT_LINK.contains(hook)) {
                assertBpfException(() -> first.program().attach(scene.pinnable(), pin), "not one link");
                long counted = first.count(); // other processes cause perf events too
                scene.events().fire(TIMES);
                assertThat(first.count()).isEqualTo(counted);
                first.close();
                return;
            }
            requireWord(() -> first.program().attach(scene.pinnable(), withoutWord));
            KernelLink.Info before =
                    first.program().attach(scene.pinnable(), pin).info();
            first.close(); // as at the end of a process: the descriptors are closed
            KernelLink link = second.program().attach(scene.pinnable(), pin);
            assertThat(link.info().programId()).isEqualTo(second.program().id());
            assertThat(link.info().id() == before.id()).isEqualTo(UPDATABLE.contains(hook));
            scene.events().fire(TIMES);
            assertThat(second.count()).isGreaterThanOrEqualTo(TIMES);
            link.detach();
            assertThat(fs.content()).containsExactly("links");
        }
    }

    /** With a gap, the old program has ended before the new one is attached, and counts no more. */
    @ParameterizedTest
    @EnumSource
    void aKindThatCanNotBeSwappedTakesAWordAndLeavesOneProgram(AttachedHook hook) throws IOException {
        hook.assume();
        if (WITHOUT_LINK.contains(hook) || UPDATABLE.contains(hook)) {
            return;
        }
        LinkPin withoutWord = LinkPin.at(fs.path("links/count")).withUnpinnedMaps();
        LinkPin pin = withoutWord.withReplacement(LinkPin.Replacement.GAP);
        try (AttachedHook.Scene scene = hook.open();
                HitCounter first = hook.load();
                HitCounter second = hook.load()) {
            assertBpfException(
                    () -> first.program().attach(scene.pinnable(), withoutWord),
                    "take over the link in one step",
                    "LinkPin.Replacement.OVERLAP");
            scene.events().fire(TIMES);
            assertThat(first.count()).isZero();
            assertThat(fs.content()).isEmpty();
            KernelLink before = first.program().attach(scene.pinnable(), pin);
            int id = before.info().id();
            before.close(); // as at the end of a process
            KernelLink link = second.program().attach(scene.pinnable(), pin);
            long counted = first.count();
            assertThat(link.info().id()).isNotEqualTo(id);
            assertThat(link.info().programId()).isEqualTo(second.program().id());
            scene.events().fire(TIMES);
            assertThat(second.count()).isGreaterThanOrEqualTo(TIMES);
            assertThat(first.count()).isEqualTo(counted);
            link.detach();
        }
    }

    /** Nobody may think that the old program counts meanwhile. */
    @Test
    void aGapThatNoProgramEndsSaysSo() {
        LinkPin pin = LinkPin.at(fs.path("links/count")).withUnpinnedMaps().withReplacement(LinkPin.Replacement.GAP);
        try (HitCounter first = AttachedHook.RAW_TRACEPOINT.load();
                HitCounter second = AttachedHook.RAW_TRACEPOINT.load()) {
            first.program().attach(Tracepoint.Raw.of("sys_enter"), pin).close();
            assertBpfException(() -> second.program().attach(Tracepoint.Raw.of("sys_entr"), pin))
                    .hasErrno(Errno.ENOENT)
                    .hasMessageContaining(
                            "the old program is detached, and no program has taken its place: attachment of program");
        }
    }

    /** While another process has the old link open, the thread waits for its end. An interrupted thread uses no CPU meanwhile. */
    @Test
    void aGapIsNotBusyInAnInterruptedThread() throws InterruptedException {
        LinkPin pin = LinkPin.at(fs.path("links/count")).withUnpinnedMaps().withReplacement(LinkPin.Replacement.GAP);
        try (AttachedHook.Scene scene = AttachedHook.RAW_TRACEPOINT.open();
                HitCounter first = AttachedHook.RAW_TRACEPOINT.load();
                HitCounter second = AttachedHook.RAW_TRACEPOINT.load()) {
            first.program().attach(scene.pinnable(), pin).close();
            KernelLink held = Nestmap.openPinnedLink(fs.path("links/count"));
            Thread holder = new Thread(() -> {
                UninterruptibleWait.pause(HELD_NANOS);
                held.close();
            });
            holder.start();
            Thread.currentThread().interrupt();
            long cpu = cpuTime();

            KernelLink link = second.program().attach(scene.pinnable(), pin);

            assertThat(cpuTime() - cpu).isLessThan(HELD_NANOS / 2);
            assertThat(Thread.interrupted()).as("the interrupt flag").isTrue();
            holder.join();
            link.detach();
        }
    }

    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    @Test
    void aClosedLinkSaysSo() {
        try (AttachedHook.Scene scene = AttachedHook.XDP.open()) {
            KernelLink link = scene.counter().program().attach(scene.pinnable());
            link.close();
            link.detach();
            assertBpfException(link::info, "the link has been closed");
            assertBpfException(() -> link.update(scene.counter().program()), "the link has been closed");
        }
    }

    @Test
    void aPinnedProgramStaysLoaded() {
        try (HitCounter counter = HitCounter.load("xdp", 2)) {
            counter.program().pin(fs.path("count"));
            assertBpfException(() -> counter.program().pin(fs.path("count")), "something is pinned there already");
        }
        assertThat(fs.path("count")).exists();
        assertBpfException(() -> Nestmap.openPinnedLink(fs.path("count")), "the pin is not a link but a program: ");
    }
}
