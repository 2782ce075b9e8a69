/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Several threads that read one hash map. Each run starts its threads, as C does. With threads that JMH starts, virtual threads would wait
 * for each other forever if there are more of them than CPUs, because a loop of reads never yields.
 */
final class ThreadBenchmarks {
    private static final List<Integer> THREADS = List.of(1, 2, 8);
    private static final int FIRST_JDK_WITH_VIRTUAL_THREADS = 21;

    private static final int RUNS = 16;
    private static final int CPUS = Runtime.getRuntime().availableProcessors();

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
        THREADS.forEach(threads -> all.add(get("threads-" + threads, threads, threads, Thread::new)));
        if (Runtime.version().feature() >= FIRST_JDK_WITH_VIRTUAL_THREADS) {
            ThreadFactory virtual = virtualThreads();
            // With as many threads as virtual threads have carriers. More of them would get more of the CPUs from other
            // processes.
            THREADS.forEach(
                    threads -> all.add(get("virtual-threads-" + threads, threads, Math.min(threads, CPUS), virtual)));
        }
        return all;
    }

    private Benchmark get(String name, int threads, int threadsOfC, ThreadFactory factory) {
        int calls = threads * RUNS * EntryBenchmarks.CALLS;
        return new Benchmark(name, calls, () -> getWith(threads, factory))
                .onTheClock()
                .againstPlus(
                        Rival.C,
                        EntryBenchmarks.LONGER / Math.min(threads, CPUS),
                        () -> c.get_with_threads(hash, calls / threadsOfC, threadsOfC));
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
