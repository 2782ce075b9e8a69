/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.LongSupplier;

/**
 * One run of one side of a benchmark.
 *
 * @param nanos time that the operations took
 * @param sum sum of what it has read, or -1 if an operation failed
 */
record Timed(long nanos, long sum) {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Which time is compared. */
    enum Clock {
        /** The CPU time of the thread. */
        CPU,
        /** The time on the clock, for operations that wait or use several threads. */
        WALL;

        private long nanos() {
            return this == CPU ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
        }
    }

    /** Runs one side on this thread. */
    static Timed run(LongSupplier side, Clock clock) {
        long start = clock.nanos();
        long sum = side.getAsLong();
        return new Timed(clock.nanos() - start, sum);
    }
}
