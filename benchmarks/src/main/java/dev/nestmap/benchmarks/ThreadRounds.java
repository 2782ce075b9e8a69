/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Reads one hash map with threads of JMH, platform or virtual ones. In each round as many threads of C read it before or after them. Times
 * are those on the clock.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ThreadRounds {
    /** Number of entries that an invocation reads. */
    static final int CALLS = 4096;

    /** Number of entries that each thread of C reads in a round. */
    private static final int CALLS_OF_C = 16 * CALLS;

    private static volatile @Nullable Suite loaded;

    private final Suite suite = new Suite();
    private final dev.nestmap.benchmarks.Benchmark get = suite.benchmark("get-hash");

    /** Uses other maps, and fills those of the benchmark. They are closed when the process ends: C reads them after the last iteration. */
    @Setup(Level.Trial)
    public void fill() {
        OtherUse.of(PairedRounds.OTHER_USES);
        get.sum();
        loaded = suite;
    }

    /** Reads entries on one of the threads. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long get() {
        return get.runNestmap().sum();
    }

    /** Runs the threads of C while JMH's threads sleep. In a method with {@code @Setup}, they would wait for it with busy CPUs. */
    public static final class ThreadsOfC implements InternalProfiler {
        private double time;

        @Override
        public String getDescription() {
            return "time of an operation in C";
        }

        @Override
        public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
            time = ThreadLocalRandom.current().nextBoolean() ? read(benchmark.getThreads()) : 0;
        }

        @Override
        public Collection<ScalarResult> afterIteration(
                BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
            double measured = time > 0 ? time : read(benchmark.getThreads());
            return List.of(new ScalarResult(Rival.C.suffix(), measured, "ns/op", AggregationPolicy.AVG));
        }

        /** Returns 0 before the maps are loaded. */
        private static double read(int threads) {
            Suite suite = loaded;
            return suite == null
                    ? 0
                    : (double) suite.getInC(CALLS_OF_C, threads).nanos() / CALLS_OF_C / threads;
        }
    }
}
