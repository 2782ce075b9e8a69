/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static dev.nestmap.tests.attached.FileOpener.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.attached.Attached.Opened;
import dev.nestmap.tests.attached.AttachedBpf.OpenedMap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rotation under programs that the kernel runs by itself, not in a test run. No program still writes to the old map afterwards. What is
 * missing in the counts are runs that the kernel has skipped.
 */
@KernelTest
@Timeout(120)
class AttachedRotationTest {
    private static final Duration LOAD = Duration.ofSeconds(3);
    private static final int THREADS = 2;
    private static final int SLOT = 1;

    private final Map<Long, Long> drainedBy = new HashMap<>();
    private final Map<Long, Long> drainedAt = new HashMap<>();
    private int rotations;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SLEEPABLE_LSM")
    void losesNothingUnderLoad(OpenHook hook) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (AttachedBpf bpf = hook.attach()) {
            bpf.openedBy().create(TENANT);
            bpf.openedAt().create(SLOT);
            List<Future<Load>> loads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                loads.add(threads.submit(() -> load(bpf, over)));
            }
            for (long end = System.nanoTime() + LOAD.toNanos(); System.nanoTime() < end || drainedBy.isEmpty(); ) {
                rotate(bpf);
            }
            long drainedUnderLoad = sum(drainedBy);
            over.set(true);
            Map<Long, Long> opened = new HashMap<>();
            for (Future<Load> load : loads) {
                opened.put(load.get().thread(), load.get().files());
            }
            rotate(bpf);
            long skipped = bpf.program("open").statistics().recursionMisses();
            System.out.println(
                    hook + ": " + sum(opened) + " files opened by " + THREADS + " threads, " + drainedUnderLoad
                            + " of them drained under load, " + 2 * rotations + " rotations, difference "
                            + (sum(opened) - sum(drainedBy)) + " and " + (sum(opened) - sum(drainedAt)) + ", "
                            + skipped + " runs skipped");

            assertThat(drainedAt).isEqualTo(drainedBy);
            assertThat(drainedBy.keySet()).isEqualTo(opened.keySet());
            drainedBy.forEach((thread, files) -> assertThat(files).isLessThanOrEqualTo(opened.get(thread)));
            // The skipped runs include those for files that other threads and processes opened.
            assertThat(sum(opened) - sum(drainedBy)).isLessThanOrEqualTo(skipped);
            assertThat(drainedUnderLoad).isPositive();
        } finally {
            over.set(true);
            threads.shutdown();
        }
    }

    private record Load(long thread, long files) {}

    private static Load load(AttachedBpf bpf, AtomicBoolean over) {
        int files = FileOpener.open(bpf, Path.of("/proc/self/stat"), opened -> !over.get());
        return new Load(Descriptors.threadId(), files);
    }

    private void rotate(AttachedBpf bpf) {
        drain(Objects.requireNonNull(bpf.openedBy().rotate(TENANT)), drainedBy);
        drain(Objects.requireNonNull(bpf.openedAt().rotate(SLOT)), drainedAt);
        rotations++;
    }

    private static void drain(OpenedMap.Owned drained, Map<Long, Long> to) {
        try (drained) {
            for (Opened opened : drained) {
                to.merge(opened.thread(), opened.files(), Long::sum);
            }
        }
    }

    private static long sum(Map<Long, Long> files) {
        return files.values().stream().mapToLong(Long::longValue).sum();
    }
}
