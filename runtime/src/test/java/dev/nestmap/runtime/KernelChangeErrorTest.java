/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** An {@code Error} of the calling thread after a change was sent to the kernel. */
@KernelTest
class KernelChangeErrorTest extends PinningTest {
    /** A thread that fails once when it passes on an interrupt, which it does after the kernel has answered. */
    private static final class FailingThread extends Thread {
        private boolean fails = true;

        FailingThread(Runnable action) {
            super(action);
        }

        void interruptFirst() {
            super.interrupt();
        }

        @Override
        public void interrupt() {
            boolean failsNow = fails;
            fails = false;
            if (failsNow) {
                throw new StackOverflowError("a test");
            }
        }
    }

    @Test
    void theDisplacedMapWaitsForTheNextDrainOfTheSameProcess() throws Exception {
        try (TenantMap.Owned tenants = TenantMap.newMap(fs.path("tenant"), pins)) {
            tenants.create(1L).put(new Flow(new FlowKey(443, 6), 7));
            tenants.create(2L).put(new Flow(new FlowKey(80, 6), 5));

            assertThat(failing(() -> tenants.rotateAll(List.of(1L, 2L)))).isInstanceOf(StackOverflowError.class);

            List<Flow> waiting = new ArrayList<>();
            assertThat(tenants.drainWaiting(displaced -> displaced.map().forEach(waiting::add)))
                    .isEqualTo(2);
            assertThat(waiting).extracting(Flow::packets).containsExactlyInAnyOrder(7L, 5L);
            assertThat(fs.content()).noneMatch(file -> file.startsWith("tenant-draining/"));
            tenants.rotateAll(List.of(1L, 2L)).forEach(Displaced::acknowledge);
            assertThat(tenants.waitingCount()).isZero();
        }
    }

    private static Throwable failing(Runnable action) throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        FailingThread thread = new FailingThread(() -> {
            ((FailingThread) Thread.currentThread()).interruptFirst();
            try {
                action.run();
                failure.complete(new AssertionError("no error"));
            } catch (Throwable e) {
                failure.complete(e);
            }
        });
        thread.start();
        thread.join();
        return failure.get();
    }
}
