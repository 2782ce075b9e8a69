/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.attach.Attachment;
import dev.nestmap.runtime.program.LinkPin;
import dev.nestmap.runtime.program.LinkPin.Replacement;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replaces pinned links that the kernel can't update, while a thread causes events. It counts the events that two versions of a program
 * miss with a gap, and count twice with an overlap. The guide's page about upgrades shows the numbers.
 */
@KernelTest
@Timeout(300) // in an emulated machine
class LinkReplacementTest extends PinningTest {
    private static final int REPLACEMENTS = 10;
    private static final int CALIBRATION = 100;

    /** Nanoseconds from one event to the next: 10,000 events a second, or fewer in an emulated machine. */
    private static final long INTERVAL = 100_000;

    /** Part of the events that may run no program although one is attached. In addition, each replacement may miss one return. */
    private static final double MISSED_AT_MOST = 0.001;

    /** Hooks whose events one thread causes. Each event runs the program a constant number of times. */
    private static final List<Hook> HOOKS = List.of(
            Hook.TRACEPOINT,
            Hook.KPROBE,
            Hook.KRETPROBE,
            Hook.KSYSCALL,
            Hook.KPROBE_MULTI,
            Hook.KPROBE_SESSION,
            Hook.FENTRY,
            Hook.FEXIT,
            Hook.FMOD_RET,
            Hook.LSM,
            Hook.UPROBE,
            Hook.URETPROBE,
            Hook.UPROBE_MULTI);

    static List<Arguments> hooksAndReplacements() {
        List<Arguments> all = new ArrayList<>();
        for (Hook hook : HOOKS) {
            for (Replacement replacement : List.of(Replacement.GAP, Replacement.OVERLAP)) {
                all.add(Arguments.of(hook, replacement));
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("hooksAndReplacements")
    void aGapMissesEventsAndAnOverlapCountsSomeTwice(Hook hook, Replacement replacement) throws Exception {
        hook.assume();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        AtomicBoolean ended = new AtomicBoolean();
        int thread = executor.submit(Descriptors::threadId).get();
        try (Hook.Scene scene = hook.openFor(thread);
                HitCounter second = hook.loadFor(thread)) {
            HitCounter first = scene.counter();
            LinkPin pin = LinkPin.at(fs.path("links/count")).replacing(replacement);
            first.program().attach(scene.attachment(), pin).close();
            executor.submit(() -> scene.events().fire(CALIBRATION)).get();
            long runsPerEvent = first.count() / CALIBRATION;
            assertThat(first.count()).isPositive().isEqualTo(CALIBRATION * runsPerEvent);

            Future<Long> events = executor.submit(() -> fireUntil(ended, scene.events()));
            for (int i = 1; i <= REPLACEMENTS; i++) {
                replace(i % 2 == 0 ? first : second, scene.attachment(), pin);
            }
            ended.set(true);
            long expected = (CALIBRATION + events.get()) * runsPerEvent;
            long counted = first.count() + second.count();
            System.out.printf(
                    "%s, %s: %d replacements, %d runs expected, %d counted: %+d%n",
                    hook, replacement, REPLACEMENTS, expected, counted, counted - expected);
            if (replacement == Replacement.GAP) {
                assertThat(counted).isLessThanOrEqualTo(expected);
            } else {
                long missedAtMost = Math.round(expected * MISSED_AT_MOST) + REPLACEMENTS * runsPerEvent;
                assertThat(counted).isGreaterThanOrEqualTo(expected - missedAtMost);
            }
            LoadedObject.openPinnedLink(fs.path("links/count")).detach();
        } finally {
            ended.set(true);
            executor.shutdown();
        }
    }

    /** Attaches this version in the place of the other one, and waits until it counts. */
    private static void replace(HitCounter next, Attachment attachment, LinkPin pin) {
        long before = next.count();
        next.program().attach(attachment, pin).close();
        while (next.count() == before) { // ends with the test's timeout if the kernel does not run the program
            Thread.onSpinWait();
        }
    }

    private static long fireUntil(AtomicBoolean ended, Events events) {
        long fired = 0;
        while (!ended.get()) {
            long next = System.nanoTime() + INTERVAL;
            events.fire(1);
            fired++;
            while (System.nanoTime() < next) {
                Thread.onSpinWait();
            }
        }
        return fired;
    }
}
