/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Several threads that read one hash map. Each run starts its threads, as C does. With threads that JMH starts, virtual threads would wait
 * for each other for ever if there are more of them than CPUs, because a loop of reads never yields.
 */
final class ThreadBenchmarks {
    private static final List<Integer> THREADS = List.of(1, 2, 4, 8);
    private static final int FIRST_JDK_WITH_VIRTUAL_THREADS = 21;

    /** Threads should make at least 0.97 of C's operations. */
    private static final double REACH = 1 / 0.97;

    private static final int RUNS = 16;

    private final CLoops c;
    private final long hash;
    private final LongSupplier get;

    /** Creates benchmarks whose threads call {@code get}, which reads as many entries as a run of {@code get-hash}. */
    ThreadBenchmarks(CLoops c, long hash, LongSupplier get) {
        this.c = c;
        this.hash = hash;
        this.get = get;
    }

    List<Benchmark> all() {
        List<Benchmark> all = new ArrayList<>();
        THREADS.forEach(threads -> all.add(get("threads-" + threads, threads, Thread::new)));
        if (Runtime.version().feature() >= FIRST_JDK_WITH_VIRTUAL_THREADS) {
            ThreadFactory virtual = virtualThreads();
            THREADS.forEach(threads -> all.add(get("virtual-threads-" + threads, threads, virtual)));
        }
        return all;
    }

    private Benchmark get(String name, int threads, ThreadFactory factory) {
        int calls = RUNS * EntryBenchmarks.CALLS;
        return new Benchmark(name, threads * calls, () -> getWith(threads, factory))
                .onTheClock()
                .against(Rival.C, REACH, () -> c.get_with_threads(hash, calls, threads));
    }

    private long getWith(int threads, ThreadFactory factory) {
        LongAdder sum = new LongAdder();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = factory.newThread(() -> {
                for (int run = 0; run < RUNS; run++) {
                    sum.add(get.getAsLong());
                }
            });
            thread.start();
            all.add(thread);
        }
        for (Thread thread : all) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return -1;
            }
        }
        return sum.sum();
    }

    /** Thread.ofVirtual().factory(), which JDK 17 lacks. */
    private static ThreadFactory virtualThreads() {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            return (ThreadFactory) Class.forName("java.lang.Thread$Builder")
                    .getMethod("factory")
                    .invoke(builder);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK has no virtual threads", e);
        }
    }
}
