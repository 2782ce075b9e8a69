/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.runtime.internal.backend.DelegatingFactory;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.MapsUnderTest;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Virtual threads share the buffers of calls, and need no thread of the system each. */
@Timeout(120)
abstract class VirtualThreadsContract implements MapsUnderTest {
    /** There is a carrier for each processor. */
    private static final int WAITERS =
            Math.min(Network.TENANTS, 4 * Runtime.getRuntime().availableProcessors());

    /** Far more than the limit of buffers. */
    private static final int MANY = 20_000;

    /** Threads that were started and have not ended. */
    static final int MOST_AT_ONCE = 1_000;

    /** Buffers outside the Java heap for each CPU: of {@code ReusedObjects}, and of the JDK. */
    private static final int MOST_BUFFERS_OF_CPU = 16;

    /** How many threads run at once. If they wait for each other in a call, each of them holds a buffer, which may become garbage. */
    int mostAtOnce() {
        return MOST_AT_ONCE;
    }

    /** Each uses memory outside the Java heap once. A buffer for each thread would be freed by a garbage collection only. */
    @Test
    void shareAFewBuffers() throws Exception {
        LongAdder found = new LongAdder();
        try (Network network = Network.of(factory())) {
            network.counter().put(new Network.Counter(1, 1));
            requireFewBuffers(
                    mostAtOnce(),
                    () -> found.add(
                            Objects.requireNonNull(network.counter().get(1)).count()));
        }
        assertThat(found.sum()).isEqualTo(MANY + 1);
    }

    /**
     * Runs an action in each of many virtual threads, and requires that they have few buffers outside the Java heap. Before, it runs the
     * action in this thread: threads with a buffer would wait for the classes that the first one loads.
     */
    static void requireFewBuffers(int mostAtOnce, Runnable action) throws Exception {
        action.run();
        ExecutorService virtual = virtualThreads();
        BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
        Semaphore running = new Semaphore(mostAtOnce);
        long before = direct.getCount();
        long most = before;
        try {
            for (int i = 0; i < MANY; i++) {
                running.acquire();
                virtual.execute(() -> {
                    action.run();
                    running.release();
                });
                most = Math.max(most, direct.getCount());
            }
            running.acquire(mostAtOnce);
        } finally {
            virtual.shutdown();
        }
        assertThat(most - before)
                .isLessThanOrEqualTo(mostAtOnce
                        + (long) MOST_BUFFERS_OF_CPU * Runtime.getRuntime().availableProcessors());
    }

    /** More virtual threads wait for grace periods than there are carriers, and others run all the same. */
    @Test
    void blockNoCarrierWhileTheyWait() throws Exception {
        ExecutorService virtual = virtualThreads();
        AtomicBoolean isHeld = new AtomicBoolean(true);
        AtomicInteger begun = new AtomicInteger();
        try (Network network =
                Network.of(DelegatingFactory.wrappingOuterMaps(factory(), map -> new Held(map, isHeld)))) {
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
                virtual.submit(() -> isHeld.set(false)).get(60, TimeUnit.SECONDS);
            } finally {
                isHeld.set(false); // so that nothing hangs where that one could not run
            }
            for (Future<?> waiter : waiters) {
                waiter.get();
            }
            assertThat(begun).as("virtual threads that wait").hasValue(WAITERS);
            assertThat(network.tenant().count()).isEqualTo(WAITERS);
        } finally {
            isHeld.set(false);
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

    /** An outer map whose changes take as long as this is true. The thread spins, as in a system call: a virtual thread keeps its carrier. */
    private static final class Held extends DelegatingMap {
        private final AtomicBoolean isHeld;

        Held(RawMap map, AtomicBoolean isHeld) {
            super(map);
            this.isHeld = isHeld;
        }

        private void hold() {
            while (isHeld.get()) {
                Thread.onSpinWait();
            }
        }

        @Override
        public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
            hold();
            return super.update(block, keyAt, inner, flags);
        }

        @Override
        public int updateBatch(Batch keys, List<RawMap> inners) {
            hold();
            return super.updateBatch(keys, inners);
        }
    }

    private static ExecutorService virtualThreads() throws ReflectiveOperationException {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads are there from Java 21 on");
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }
}
