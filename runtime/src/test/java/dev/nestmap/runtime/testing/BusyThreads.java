/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Threads that do something all the time, while a test does something else. */
public final class BusyThreads implements AutoCloseable {
    private final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    private final AtomicBoolean over = new AtomicBoolean();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<Long>> running = new ArrayList<>();

    /** Starts a thread, which ends when {@link #isOver}, and returns how much it did. */
    public void start(Callable<Long> action) {
        running.add(threads.submit(action));
    }

    /** Whether the threads shall end. */
    public boolean isOver() {
        return over.get();
    }

    /** Whether the test goes on: for a second, and until something has happened. A thread that has failed ends it. */
    public boolean goesOn(boolean hasHappened) {
        return System.nanoTime() < end || (!hasHappened && running.stream().noneMatch(Future::isDone));
    }

    /** Ends the threads. Returns the sum of what they did, or throws what one of them has thrown. */
    public long end() throws Exception {
        over.set(true);
        long sum = 0;
        for (Future<Long> thread : running) {
            sum += thread.get();
        }
        return sum;
    }

    @Override
    public void close() {
        over.set(true);
        threads.shutdown();
    }
}
