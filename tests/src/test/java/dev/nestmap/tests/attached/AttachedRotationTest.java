/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static dev.nestmap.tests.attached.FileOpener.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.testing.BusyThreads;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.OneCpu;
import dev.nestmap.tests.attached.Attached.Called;
import dev.nestmap.tests.attached.Attached.Opened;
import dev.nestmap.tests.attached.Attached.Way;
import dev.nestmap.tests.attached.AttachedBpf.CalledMap;
import dev.nestmap.tests.attached.AttachedBpf.OpenedMap;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rotation loses nothing under programs that the kernel runs by itself, not in a test run. No program still writes to the old map
 * afterwards. The counts and the runs that the kernel has skipped are together the calls of the test, because no other process makes such
 * calls.
 */
@KernelTest
@Timeout(120)
class AttachedRotationTest {
    private static final int THREADS = 2;
    private static final int THREADS_ON_ONE_CPU = 3;
    private static final int CPU = 0;
    private static final int SLOT = 1;

    private final Map<Long, Long> drainedBy = new HashMap<>();
    private final Map<Long, Long> drainedAt = new HashMap<>();
    private int rotations;

    @ParameterizedTest
    @EnumSource
    void losesNothingUnderLoad(CallHook hook) throws Exception {
        Map<Long, Long> called = new ConcurrentHashMap<>();
        try (AttachedBpf bpf = hook.attach();
                BusyThreads threads = new BusyThreads()) {
            bpf.openedBy().create(TENANT);
            bpf.openedAt().create(SLOT);
            for (int i = 0; i < THREADS; i++) {
                threads.start(() -> {
                    long calls = CallHook.call(bpf, () -> !threads.isOver());
                    called.put((long) Descriptors.threadId(), calls);
                    return calls;
                });
            }
            while (threads.goesOn(!drainedBy.isEmpty())) {
                rotate(bpf);
            }
            long drainedUnderLoad = sum(drainedBy);
            threads.end();
            rotate(bpf);
            long skipped = bpf.program("open").statistics().recursionMisses();
            System.out.println(hook + ": " + sum(called) + " calls by " + THREADS + " threads, " + drainedUnderLoad
                    + " of them drained under load, " + 2 * rotations + " rotations, " + skipped + " runs skipped");

            assertThat(drainedAt).isEqualTo(drainedBy);
            assertThat(drainedBy.keySet()).isEqualTo(called.keySet());
            drainedBy.forEach((thread, calls) -> assertThat(calls).isLessThanOrEqualTo(called.get(thread)));
            assertThat(sum(drainedBy) + skipped).isEqualTo(sum(called));
        }
    }

    /**
     * Threads on one CPU preempt each other, on some kernels also inside the program: the kernel then skips runs of the other programs, but
     * runs an LSM program in itself. Counts of the generated helper are exact even then. The test prints the loss without atomic
     * instructions.
     */
    @ParameterizedTest
    @EnumSource
    void helperLosesNoCountsOfOneCpu(CallHook hook) throws Exception {
        Map<Way, Long> counted = new EnumMap<>(Way.class);
        try (AttachedBpf bpf = hook.attach("count_per_cpu");
                BusyThreads threads = new BusyThreads()) {
            bpf.calledBy().create(TENANT);
            for (int i = 0; i < THREADS_ON_ONE_CPU; i++) {
                threads.start(() -> {
                    try (OneCpu pinned = OneCpu.pin(CPU)) {
                        assertThat(pinned).isNotNull();
                        return CallHook.call(bpf, () -> !threads.isOver());
                    }
                });
            }
            while (threads.goesOn(!counted.isEmpty())) {
                drainCalls(Objects.requireNonNull(bpf.calledBy().rotate(TENANT)), counted);
            }
            long called = threads.end();
            drainCalls(Objects.requireNonNull(bpf.calledBy().rotate(TENANT)), counted);
            long skipped = bpf.program("count_per_cpu").statistics().recursionMisses();
            long byHelper = counted.getOrDefault(Way.HELPER, 0L);
            long lost = byHelper - counted.getOrDefault(Way.PLAIN, 0L);
            System.out.println(hook + ": " + called + " calls by " + THREADS_ON_ONE_CPU + " threads on one CPU, "
                    + skipped + " runs skipped, " + lost + " counts lost without atomic instructions");

            assertThat(byHelper + skipped).isEqualTo(called);
            assertThat(lost).isNotNegative();
        }
    }

    private static void drainCalls(Displaced<Long, CalledMap> drained, Map<Way, Long> to) {
        for (List<Called> ofCpus : drained.map()) {
            ofCpus.forEach(called -> to.merge(called.way(), called.calls(), Long::sum));
        }
        drained.acknowledge();
    }

    private void rotate(AttachedBpf bpf) {
        drain(Objects.requireNonNull(bpf.openedBy().rotate(TENANT)), drainedBy);
        drain(Objects.requireNonNull(bpf.openedAt().rotate(SLOT)), drainedAt);
        rotations++;
    }

    private static void drain(Displaced<?, OpenedMap> drained, Map<Long, Long> to) {
        for (Opened opened : drained.map()) {
            to.merge(opened.thread(), opened.files(), Long::sum);
        }
        drained.acknowledge();
    }

    private static long sum(Map<Long, Long> calls) {
        return calls.values().stream().mapToLong(Long::longValue).sum();
    }
}
