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
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An {@code Error} of the calling thread after a change was sent to the kernel leaves the displaced map to the next drain. */
@KernelTest
class KernelChangeErrorTest extends PinningTest {
    /** A thread that fails once when it passes on an interrupt after it has waited for its turn. */
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
            if (!fails || !hasAwaitedItsTurn()) {
                super.interrupt();
                return;
            }
            fails = false;
            throw new AssertionError("a test");
        }

        private static boolean hasAwaitedItsTurn() {
            List<String> methods = StackWalker.getInstance()
                    .walk(frames -> frames.filter(frame ->
                                    frame.getClassName().equals("dev.nestmap.runtime.internal.nest.SlotChangeQueue"))
                            .map(StackWalker.StackFrame::getMethodName)
                            .toList());
            return methods.contains("make") && !methods.contains("makeBatch"); // nothing has changed there yet
        }
    }

    @Test
    @Timeout(60)
    void theDisplacedMapWaitsForTheNextDrainOfTheSameProcess() throws Exception {
        try (TenantMap.Owned tenants = TenantMap.newMap(fs.path("tenant"), pins)) {
            Throwable failure = null;
            // A thread that finds the turn free does not wait, and does not fail.
            AtomicBoolean isOver = new AtomicBoolean();
            Thread other = new Thread(() -> {
                while (!isOver.get()) {
                    tenants.replace(3L, filled -> {});
                }
            });
            other.start();
            while (failure == null) {
                tenants.getOrCreate(1L).put(new Flow(new FlowKey(443, 6), 7));
                tenants.getOrCreate(2L).put(new Flow(new FlowKey(80, 6), 5));
                List<Displaced<?, ?>> displaced = new ArrayList<>();
                failure = failing(() -> displaced.addAll(tenants.rotateAll(List.of(1L, 2L))));
                displaced.forEach(Displaced::acknowledge);
            }
            isOver.set(true);
            other.join();
            assertThat(failure).isInstanceOf(AssertionError.class);

            List<Flow> waiting = new ArrayList<>();
            assertThat(tenants.drainWaiting(displaced -> displaced.map().forEach(waiting::add)))
                    .isEqualTo(2);
            assertThat(waiting).extracting(Flow::packets).containsExactlyInAnyOrder(7L, 5L);
            assertThat(fs.content()).noneMatch(file -> file.startsWith("tenant-draining/"));
            tenants.rotateAll(List.of(1L, 2L)).forEach(Displaced::acknowledge);
            assertThat(tenants.waitingCount()).isZero();
        }
    }

    /** Runs an action in a thread that fails. Returns null if it does not. */
    private static @Nullable Throwable failing(Runnable action) throws Exception {
        CompletableFuture<@Nullable Throwable> failure = new CompletableFuture<>();
        FailingThread thread = new FailingThread(() -> {
            ((FailingThread) Thread.currentThread()).interruptFirst();
            try {
                action.run();
                failure.complete(null);
            } catch (Throwable e) {
                failure.complete(e);
            }
        });
        thread.start();
        thread.join();
        return failure.get();
    }
}
