/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * Measures a benchmark in rounds. A round runs C and Nestmap once, in random order, on this thread. Times are CPU times of the thread, so
 * other threads and processes disturb them less, and what disturbs a whole round cancels out in its ratio.
 */
final class Comparison {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Benchmark benchmark;
    private final Effort effort;
    private final long expected;

    private Comparison(Benchmark benchmark, Effort effort) {
        this.benchmark = benchmark;
        this.effort = effort;
        benchmark.prepare().run();
        this.expected = benchmark.c().getAsLong();
    }

    static Result of(Benchmark benchmark, Effort effort) {
        Comparison comparison = new Comparison(benchmark, effort);
        comparison.warmUp();
        return comparison.measure();
    }

    private void warmUp() {
        for (long nanos = 0; nanos < effort.warmUp().toNanos(); ) {
            nanos += nanos(benchmark.java());
        }
        nanos(benchmark.c());
    }

    private Result measure() {
        int most = effort.rounds();
        double[] c = new double[most];
        double[] java = new double[most];
        double[] ratios = new double[most];
        long bytes = 0;
        long start = THREADS.getCurrentThreadCpuTime();
        int rounds = 0;
        while (rounds < most
                && (rounds == 0
                        || THREADS.getCurrentThreadCpuTime() - start
                                < effort.limit().toNanos())) {
            boolean cFirst = ThreadLocalRandom.current().nextBoolean();
            if (cFirst) {
                c[rounds] = nanos(benchmark.c());
            }
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            java[rounds] = nanos(benchmark.java());
            bytes += THREADS.getCurrentThreadAllocatedBytes() - allocated;
            if (!cFirst) {
                c[rounds] = nanos(benchmark.c());
            }
            ratios[rounds] = java[rounds] / c[rounds];
            rounds++;
        }
        double cNanos = quantile(c, rounds, 0.5);
        double javaNanos = quantile(java, rounds, 0.5);
        int operations = benchmark.operations();
        return new Result(
                benchmark.name(),
                benchmark.reach(),
                rounds,
                javaNanos / cNanos,
                quantile(ratios, rounds, 0.25),
                quantile(ratios, rounds, 0.75),
                cNanos / operations,
                javaNanos / operations,
                (double) bytes / rounds / operations);
    }

    private long nanos(LongSupplier side) {
        benchmark.prepare().run();
        long start = THREADS.getCurrentThreadCpuTime();
        long sum = side.getAsLong();
        long nanos = THREADS.getCurrentThreadCpuTime() - start;
        if (sum != expected || sum < 0) {
            throw new IllegalStateException(
                    benchmark.name() + ": one side returned " + sum + ", C returned " + expected + " before");
        }
        return nanos;
    }

    private static double quantile(double[] values, int count, double portion) {
        double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.round((count - 1) * portion)];
    }
}
