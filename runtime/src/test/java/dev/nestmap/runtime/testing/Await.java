/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Waits for what another thread, another process or the kernel brings about. */
public final class Await {
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private Await() {}

    /** Returns when a condition holds. Fails after a minute, with what was awaited. */
    public static <E extends Exception> void until(String what, Condition<E> condition) throws E {
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new AssertionError("waited a minute until " + what);
            }
            if (Thread.currentThread().isInterrupted()) { // by the time limit of the test
                throw new AssertionError("interrupted until " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Runs a task in each of so many threads, with their numbers from 0 on. Returns the results. */
    public static <T> List<T> inThreads(int count, IntFunction<T> task) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Callable<T>> tasks = IntStream.range(0, count)
                    .<Callable<T>>mapToObj(i -> () -> task.apply(i))
                    .toList();
            List<T> results = new ArrayList<>();
            for (Future<T> each : threads.invokeAll(tasks)) {
                results.add(each.get());
            }
            return results;
        } finally {
            threads.shutdown();
        }
    }

    /**
     * What is awaited.
     *
     * @param <E> what finding out may throw
     */
    @FunctionalInterface
    public interface Condition<E extends Exception> {
        boolean holds() throws E;
    }
}
