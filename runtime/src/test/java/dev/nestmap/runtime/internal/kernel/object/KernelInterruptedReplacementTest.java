/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.kernel.pin.LinkPins;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.runtime.testing.WatchedThread;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** The next call ends a replacement of a pinned link that a kill or a failure interrupted. */
@KernelTest
class KernelInterruptedReplacementTest extends PinningTest {
    private KernelObject load() {
        return KernelObject.load(
                "recursive",
                TestPrograms.object("recursive.bpf.c"),
                new LoadPlan(),
                new LinkPins(new KernelPins(pins), pins));
    }

    private static UntypedProgram program(KernelObject object) {
        return object.programs().stream()
                .filter(any -> any.section().equals("raw_tp"))
                .findFirst()
                .orElseThrow();
    }

    private void halfReplaced() {
        LinkPin overlap = LinkPin.at(fs.path("acme/count")).withReplacement(LinkPin.Replacement.OVERLAP);
        KernelObject old = load();
        KernelObject killed = load();
        try {
            program(old)
                    .attach(Tracepoint.Raw.of("sched_process_exec"), overlap)
                    .close();
            // Killed after attachPinned(nextPath) and before the move.
            KernelLink half = program(killed).attach(Tracepoint.Raw.of("sched_process_exec"));
            half.pin(LinkPin.at(fs.path("acme/count-overlap")).withUnpinnedMaps());
        } finally {
            old.close();
            killed.close();
        }
    }

    @Test
    void aGapRemovesTheRemainsOfAnOverlap() {
        halfReplaced();
        KernelObject next = load();
        try {
            KernelLink link = program(next)
                    .attach(
                            Tracepoint.Raw.of("sched_process_exec"),
                            LinkPin.at(fs.path("acme/count")).withReplacement(LinkPin.Replacement.GAP));
            try {
                assertThat(Files.exists(fs.path("acme/count-overlap"))).isFalse();
            } finally {
                link.detach();
            }
        } finally {
            next.close();
        }
    }

    /** The grace period of a gap needs two maps, and the process has no file descriptor left for them. */
    @Test
    void aGapThatFailsLeavesTheOldProgram() {
        LinkPin gap = LinkPin.at(fs.path("acme/count")).withReplacement(LinkPin.Replacement.GAP);
        KernelObject old = load();
        KernelObject next = load();
        try {
            Tracepoint.Raw hook = Tracepoint.Raw.of("sched_process_exec");
            program(old).attach(hook, gap).close();
            assertBpfException(
                    () -> WatchedThread.watch(
                            call -> call == SystemCall.MAP_CREATE ? Errno.EMFILE : null,
                            () -> program(next).attach(hook, gap).close()),
                    "EMFILE");

            assertThat(Files.exists(fs.path("acme/count"))).isTrue();
        } finally {
            old.close();
            next.close();
        }
    }

    @Test
    void aDetachmentEndsTheRemainsOfAnOverlap() {
        halfReplaced();
        try (KernelLink link = Nestmap.openPinnedLink(fs.path("acme/count"))) {
            link.detach();
        }
        assertThat(Files.exists(fs.path("acme/count-overlap"))).isFalse();
    }
}
