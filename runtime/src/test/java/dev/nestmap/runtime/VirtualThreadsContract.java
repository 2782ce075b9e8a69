/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.nest.HeldFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More virtual threads wait for grace periods than there are carriers, and others run all the same. */
@Timeout(60)
abstract class VirtualThreadsContract {
    /** There is a carrier for each processor. */
    private static final int WAITERS =
            Math.min(Network.TENANTS, 4 * Runtime.getRuntime().availableProcessors());

    abstract MapFactory factory();

    @Test
    void blockNoCarrierWhileTheyWait() throws Exception {
        ExecutorService virtual = virtualThreads();
        HeldFactory held = new HeldFactory(factory());
        AtomicInteger begun = new AtomicInteger();
        try (Network network = Network.of(held)) {
            List<Future<?>> waiters = new ArrayList<>();
            for (long i = 0; i < WAITERS; i++) {
                long id = i;
                waiters.add(virtual.submit(() -> {
                    begun.incrementAndGet();
                    network.tenant().create(id);
                }));
            }
            awaitAll(begun);
            assertThat(network.tenant().count()).isZero();
            try {
                virtual.submit(held::release).get(10, TimeUnit.SECONDS);
            } finally {
                held.release(); // so that nothing hangs where that one could not run
            }
            for (Future<?> waiter : waiters) {
                waiter.get();
            }
            assertThat(begun).as("virtual threads that wait").hasValue(WAITERS);
            assertThat(network.tenant().count()).isEqualTo(WAITERS);
        } finally {
            held.release();
            virtual.shutdown();
        }
    }

    /** Where a waiting thread holds its carrier, the last ones never begin. */
    private static void awaitAll(AtomicInteger begun) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (begun.get() < WAITERS && System.nanoTime() < end) {
            Thread.sleep(1);
        }
    }

    private static ExecutorService virtualThreads() throws ReflectiveOperationException {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads are there from Java 21 on");
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }
}
