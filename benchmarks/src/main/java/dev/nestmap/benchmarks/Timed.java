/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.LongSupplier;

/**
 * One run of one side of a benchmark.
 *
 * @param nanos CPU time of the thread that made the operations
 * @param sum sum of what it has read, or -1 if an operation failed
 */
record Timed(long nanos, long sum) {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Runs one side on this thread. */
    static Timed run(LongSupplier side) {
        long start = THREADS.getCurrentThreadCpuTime();
        long sum = side.getAsLong();
        return new Timed(THREADS.getCurrentThreadCpuTime() - start, sum);
    }
}
