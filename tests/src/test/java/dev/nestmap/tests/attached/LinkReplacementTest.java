/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.LinkPin.Replacement;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replaces pinned links that the kernel can't update, while a thread causes events. It counts the events that two versions of a program
 * miss with a gap, and count twice with an overlap. The guide's page about upgrades shows the numbers.
 */
@KernelTest
@Timeout(300) // in an emulated machine
@ExtendWith(NetworkNamespace.class)
class LinkReplacementTest extends PinningTest {
    private static final int REPLACEMENTS = 10;
    private static final int CALIBRATION = 100;

    /** Nanoseconds from one event to the next: 10,000 events a second, or fewer in an emulated machine. */
    private static final long INTERVAL = 100_000;

    /**
     * Part of the events for which the kernel may run no program although one is attached, because an interrupt or another thread came
     * in between.
     */
    private static final double SKIPPED_AT_MOST = 0.001;

    private static final Set<AttachedHook> UPROBES = EnumSet.of(
            AttachedHook.UPROBE,
            AttachedHook.URETPROBE,
            AttachedHook.UPROBE_MULTI,
            AttachedHook.URETPROBE_MULTI,
            AttachedHook.UPROBE_SESSION);

    /** Hooks at returns where each replacement may miss the call that is running: see {@link RunningCallTest}. */
    private static final Set<AttachedHook> MISSING_A_CALL = EnumSet.of(
            AttachedHook.KRETPROBE,
            AttachedHook.KPROBE_SESSION,
            AttachedHook.FEXIT,
            AttachedHook.URETPROBE,
            AttachedHook.UPROBE_SESSION);

    static List<Arguments> hooksAndReplacements() {
        EnumSet<AttachedHook> hooks = EnumSet.range(AttachedHook.RAW_TRACEPOINT, AttachedHook.UPROBE_SESSION);
        hooks.add(AttachedHook.PERF_EVENT_OF_THREAD);
        List<Arguments> all = new ArrayList<>();
        for (AttachedHook hook : hooks) {
            all.add(Arguments.of(hook, Replacement.GAP));
            all.add(Arguments.of(hook, Replacement.OVERLAP));
        }
        all.add(Arguments.of(AttachedHook.NETFILTER, Replacement.GAP)); // a hook has one program of each priority
        return all;
    }

    @ParameterizedTest
    @MethodSource("hooksAndReplacements")
    void aGapMissesEventsAndAnOverlapCountsSomeTwice(AttachedHook hook, Replacement replacement) throws Exception {
        hook.assume();
        replaceDuringEvents(hook, replacement);
    }

    private void replaceDuringEvents(AttachedHook hook, Replacement replacement) throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        AtomicBoolean ended = new AtomicBoolean();
        int thread = executor.submit(Descriptors::threadId).get();
        try (AttachedHook.Scene scene =
                        executor.submit(() -> hook.openFor(thread)).get();
                HitCounter second = hook.loadFor(thread);
                HitCounter expected = hook.loadFor(thread)) {
            HitCounter first = scene.counter();
            LinkPin pin = LinkPin.at(fs.path("links/count")).withUnpinnedMaps().withReplacement(replacement);
            SleepingThread.await(thread);
            first.program().attach(scene.pinnable(), pin).close();
            boolean isCounted =
                    hook == AttachedHook.PERF_EVENT_OF_THREAD; // the thread may also lose its CPU without sleeping
            if (isCounted) {
                expected.program().attach(scene.attachment());
            }
            Runnable event = isCounted
                    ? () -> LockSupport.parkNanos(INTERVAL)
                    : () -> scene.events().fire(1);
            executor.submit(() -> scene.events().fire(CALIBRATION)).get();
            SleepingThread.await(thread);
            long runsPerEvent = first.count() / CALIBRATION;
            assertThat(first.count()).isPositive().isEqualTo(isCounted ? expected.count() : CALIBRATION * runsPerEvent);

            Future<Long> events = executor.submit(() -> fireUntil(ended, event));
            for (int i = 1; i <= REPLACEMENTS; i++) {
                replace(i % 2 == 0 ? first : second, scene.pinnable(), pin);
            }
            ended.set(true);
            long fired = CALIBRATION + events.get();
            SleepingThread.await(thread);
            check(
                    hook,
                    replacement,
                    isCounted ? expected.count() : fired * runsPerEvent,
                    first.count() + second.count());
            Nestmap.openPinnedLink(fs.path("links/count")).detach();
        } finally {
            ended.set(true);
            executor.shutdown();
        }
    }

    private static void check(AttachedHook hook, Replacement replacement, long expected, long counted) {
        System.out.printf(
                "%s, %s: %d replacements, %d runs expected, %d counted: %+d%n",
                hook, replacement, REPLACEMENTS, expected, counted, counted - expected);
        if (replacement == Replacement.GAP) {
            assertThat(counted).isLessThanOrEqualTo(expected);
        } else {
            long skipped = UPROBES.contains(hook) ? 0 : Math.round(expected * SKIPPED_AT_MOST);
            long missed = MISSING_A_CALL.contains(hook) ? REPLACEMENTS : 0;
            assertThat(counted).isGreaterThanOrEqualTo(expected - skipped - missed);
        }
    }

    /** Attaches this version in the place of the other one, and waits until it counts. */
    private static void replace(HitCounter next, Hook<? super Hook.AnyKind, KernelLink> attachment, LinkPin pin) {
        long before = next.count();
        next.program().attach(attachment, pin).close();
        while (next.count() == before) { // ends with the test's timeout if the kernel does not run the program
            Thread.onSpinWait();
        }
    }

    private static long fireUntil(AtomicBoolean ended, Runnable event) {
        long fired = 0;
        while (!ended.get()) {
            long next = System.nanoTime() + INTERVAL;
            event.run();
            fired++;
            while (System.nanoTime() < next) {
                Thread.onSpinWait();
            }
        }
        return fired;
    }
}
