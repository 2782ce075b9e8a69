/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.program.Link;
import dev.nestmap.runtime.program.LinkInfo;
import dev.nestmap.runtime.program.LinkKind;
import dev.nestmap.runtime.program.LinkPin;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for the links of every kind of attachment. */
@KernelTest
@Timeout(60)
class PinnedLinkTest extends PinningTest {
    private static final int TIMES = 20;
    /** Attachments that are no links of the kernel, or several. */
    private static final Set<Hook> WITHOUT_LINK =
            EnumSet.of(Hook.TC_INGRESS, Hook.TC_EGRESS, Hook.SOCKET_FILTER, Hook.REUSEPORT, Hook.USDT, Hook.PERF_EVENT);

    private static final Set<Hook> UPDATABLE = EnumSet.of(
            Hook.XDP,
            Hook.TCX_INGRESS,
            Hook.TCX_EGRESS,
            Hook.NETKIT,
            Hook.NETKIT_PEER,
            Hook.CGROUP,
            Hook.LSM_CGROUP,
            Hook.SK_LOOKUP,
            Hook.FLOW_DISSECTOR);

    @ParameterizedTest
    @EnumSource
    void aPinnedLinkKeepsTheProgramAttachedUntilItIsDetached(Hook hook) throws Throwable {
        hook.assume();
        NetworkNamespace.run(() -> {
            try (Hook.Scene scene = hook.open()) {
                HitCounter counter = scene.counter();
                Path pin = fs.path("links/count");
                Link link = counter.program().attach(scene.attachment());
                if (WITHOUT_LINK.contains(hook)) {
                    assertThatThrownBy(() -> link.pin(pin)).hasMessageContaining("is not one link of the kernel");
                    assertThatThrownBy(link::info).hasMessageContaining("is not one link of the kernel");
                    link.detach();
                    long counted = counter.count(); // other processes cause perf events too
                    scene.events().fire(TIMES);
                    assertThat(counter.count()).isEqualTo(counted);
                    return;
                }
                link.pin(pin);
                int id = link.info().id();
                link.close();
                scene.events().fire(TIMES);
                assertThat(counter.count()).as("pinned").isGreaterThanOrEqualTo(TIMES);

                try (Link opened = Nestmap.openPinnedLink(pin)) {
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
        });
    }

    /** Some kinds of links end in the background. */
    private static void awaitStandstill(Hook.Scene scene) {
        long before;
        do { // ends with the test's timeout if the program stays attached
            before = scene.counter().count();
            scene.events().fire(1);
        } while (scene.counter().count() != before);
    }

    @ParameterizedTest
    @EnumSource
    void anUpdateReplacesTheProgramOrChangesNothing(Hook hook) throws Throwable {
        hook.assume();
        NetworkNamespace.run(() -> {
            try (Hook.Scene scene = hook.open();
                    HitCounter next = hook.load()) {
                HitCounter counter = scene.counter();
                Link link = counter.program().attach(scene.attachment());
                if (UPDATABLE.contains(hook)) {
                    link.update(next.program());
                    assertThat(link.info().programId()).isEqualTo(next.program().id());
                    long counted = counter.count(); // other processes of the control group send packets too
                    scene.events().fire(TIMES);
                    assertThat(next.count()).isGreaterThanOrEqualTo(TIMES);
                    assertThat(counter.count()).isEqualTo(counted);
                } else {
                    assertThatThrownBy(() -> link.update(next.program()))
                            .isInstanceOf(BpfException.class)
                            .hasMessageContaining(
                                    WITHOUT_LINK.contains(hook)
                                            ? "is not one link of the kernel"
                                            : "the kernel can't replace the program of a link of the kind");
                    scene.events().fire(TIMES);
                    assertThat(counter.count()).isGreaterThanOrEqualTo(TIMES);
                    assertThat(next.count()).isZero();
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void theNextRunTakesOverThePinnedLink(Hook hook) throws Throwable {
        hook.assume();
        NetworkNamespace.run(() -> {
            HitCounter first = hook.load();
            try (Hook.Scene scene = hook.open();
                    HitCounter second = hook.load()) {
                // Two netfilter programs can't have the same hook and priority, not even for a moment.
                LinkPin pin = LinkPin.at(fs.path("links/count"))
                        .replacing(hook == Hook.NETFILTER ? LinkPin.Replacement.GAP : LinkPin.Replacement.OVERLAP);
                if (WITHOUT_LINK.contains(hook)) {
                    assertThatThrownBy(() -> first.program().attach(scene.attachment(), pin))
                            .hasMessageContaining("is not one link of the kernel, so it can't be pinned");
                    long counted = first.count(); // other processes cause perf events too
                    scene.events().fire(TIMES);
                    assertThat(first.count()).isEqualTo(counted);
                    first.close();
                    return;
                }
                LinkInfo before =
                        first.program().attach(scene.attachment(), pin).info();
                first.close(); // as at the end of a process: the descriptors are closed
                Link link = second.program().attach(scene.attachment(), pin);
                assertThat(link.info().programId()).isEqualTo(second.program().id());
                assertThat(link.info().id() == before.id()).isEqualTo(UPDATABLE.contains(hook));
                scene.events().fire(TIMES);
                assertThat(second.count()).isGreaterThanOrEqualTo(TIMES);
                link.detach();
                assertThat(fs.content()).containsExactly("links");
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void aKindThatCanNotBeSwappedIsRejectedBeforeItIsAttached(Hook hook) throws Throwable {
        hook.assume();
        if (WITHOUT_LINK.contains(hook) || UPDATABLE.contains(hook)) {
            return;
        }
        NetworkNamespace.run(() -> {
            try (Hook.Scene scene = hook.open();
                    HitCounter counter = hook.load()) {
                assertThatThrownBy(
                                () -> counter.program().attach(scene.attachment(), LinkPin.at(fs.path("links/count"))))
                        .hasMessageContaining("so the next run could not take it over in one step")
                        .hasMessageContaining("LinkPin.Replacement.OVERLAP");
                scene.events().fire(TIMES);
                assertThat(counter.count()).isZero();
                assertThat(fs.content()).isEmpty();
            }
        });
    }

    /** With a gap, the old program has ended before the new one is attached. */
    @ParameterizedTest
    @EnumSource
    void aGapLeavesOneProgram(Hook hook) throws Throwable {
        hook.assume();
        if (WITHOUT_LINK.contains(hook) || UPDATABLE.contains(hook)) {
            return;
        }
        NetworkNamespace.run(() -> {
            LinkPin pin = LinkPin.at(fs.path("links/count")).replacing(LinkPin.Replacement.GAP);
            HitCounter first = hook.load();
            try (Hook.Scene scene = hook.open();
                    HitCounter second = hook.load()) {
                LinkInfo before =
                        first.program().attach(scene.attachment(), pin).info();
                first.close(); // as at the end of a process: the descriptors are closed
                Link link = second.program().attach(scene.attachment(), pin);
                assertThat(link.info().id()).isNotEqualTo(before.id());
                assertThat(link.info().programId()).isEqualTo(second.program().id());
                scene.events().fire(TIMES);
                assertThat(second.count()).isGreaterThanOrEqualTo(TIMES);
                link.detach();
            }
        });
    }

    /** A kernel that detached the first program in the background would let it count on. */
    @Test
    void theOldProgramEndsBeforeTheGap() throws Throwable {
        NetworkNamespace.run(() -> {
            LinkPin pin = LinkPin.at(fs.path("links/count")).replacing(LinkPin.Replacement.GAP);
            try (Hook.Scene scene = Hook.RAW_TRACEPOINT.open();
                    HitCounter first = Hook.RAW_TRACEPOINT.load();
                    HitCounter second = Hook.RAW_TRACEPOINT.load()) {
                first.program().attach(scene.attachment(), pin).close();
                Link link = second.program().attach(scene.attachment(), pin);
                long counted = first.count();
                scene.events().fire(TIMES);
                assertThat(first.count()).isEqualTo(counted);
                assertThat(second.count()).isGreaterThanOrEqualTo(TIMES);
                assertThat(link.info().kind()).isEqualTo(LinkKind.RAW_TRACEPOINT);
                link.detach();
            }
        });
    }

    @Test
    void aClosedLinkSaysSo() throws Throwable {
        NetworkNamespace.run(() -> {
            try (Hook.Scene scene = Hook.XDP.open()) {
                Link link = scene.counter().program().attach(scene.attachment());
                link.close();
                link.detach();
                assertThatThrownBy(link::info).hasMessageContaining("the link has been closed");
                assertThatThrownBy(() -> link.update(scene.counter().program()))
                        .hasMessageContaining("the link has been closed");
            }
        });
    }

    @Test
    void aPinnedProgramStaysLoaded() {
        try (HitCounter counter = HitCounter.load("xdp", 2)) {
            counter.program().pin(fs.path("count"));
            assertThatThrownBy(() -> counter.program().pin(fs.path("count")))
                    .hasMessageContaining("something is pinned there already");
        }
        assertThat(fs.path("count")).exists();
        assertThatThrownBy(() -> Nestmap.openPinnedLink(fs.path("count")))
                .hasMessageContaining("the pin is not a link but bpf-prog");
    }
}
