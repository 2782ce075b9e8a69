/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.kernel.Graced.Progress;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A grace period ends when no program runs that started before it. */
@KernelTest
@Timeout(120)
class GracePeriodTest {
    private static final Progress STARTED = new Progress(0, 1);
    private static final Progress ENDED = new Progress(0, 2);

    /** The program runs for tens of milliseconds, longer than the wait takes otherwise. */
    @Test
    void waitsUntilARunningProgramHasEnded() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (GracedBpf bpf = GracedBpf.load(BpfObjects.of("graced"))) {
            boolean started = false;
            while (!started) { // on a busy machine, this thread may not see a run
                Future<?> run =
                        thread.submit(() -> bpf.program("run_long").testRun(TestRun.Input.packet(new byte[64])));
                while (!started && !run.isDone()) {
                    started = STARTED.equals(bpf.progress().get(0));
                }

                Nestmap.awaitGracePeriod();

                assertThat(bpf.progress().get(0)).isEqualTo(ENDED);
                run.get();
            }
        } finally {
            thread.shutdown();
        }
    }
}
