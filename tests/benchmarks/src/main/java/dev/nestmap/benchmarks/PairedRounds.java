/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Runs a {@link Benchmark} under JMH. An iteration is a round: JMH runs Nestmap's side, and the rivals run before or after it, in random
 * order. What disturbs a whole round cancels out in its ratios.
 *
 * <p>JMH's score is the time on the clock. The ratios compare CPU times of the threads, which other processes disturb less,
 * except for operations that wait ({@link Benchmark#onTheClock}).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PairedRounds {
    /** The name of Nestmap's side in results. */
    static final String NESTMAP = "nestmap";

    /** The number of calls after which the JIT has compiled a method. */
    private static final int OTHER_USES = 20_000;

    /** Times of one operation in the last round, by side, in nanoseconds. */
    private static final Map<String, Double> LAST_ROUND = new ConcurrentHashMap<>();

    /** The name of the benchmark. JMH sets it. */
    @Param("get-hash")
    public String name = "get-hash";

    private final Suite suite;
    private Benchmark benchmark;
    private long sum;
    private long nanos;
    private int runs;
    private final List<Rival> after = new ArrayList<>();

    /** Uses other maps, and then loads the maps of the benchmarks. */
    public PairedRounds() {
        OtherUse.of(OTHER_USES);
        suite = new Suite();
        benchmark = suite.benchmark(name);
    }

    /** Finds the benchmark, fills its maps, and checks that all sides read the same. */
    @Setup(Level.Trial)
    public void find() {
        benchmark = suite.benchmark(name);
        sum = benchmark.sum();
        if (benchmark.rivals().contains(Rival.BARE)) { // the only rival that the JIT has to compile
            for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1); System.nanoTime() < end; ) {
                checked(benchmark.run(Rival.BARE));
            }
        }
    }

    /** Runs some of the rivals, by chance. */
    @Setup(Level.Iteration)
    public void runBefore() {
        List<Rival> order = new ArrayList<>(benchmark.rivals());
        Collections.shuffle(order);
        after.clear();
        for (Rival rival : order) {
            if (Math.random() < 0.5) {
                run(rival);
            } else {
                after.add(rival);
            }
        }
        nanos = 0;
        runs = 0;
    }

    /** Restores what the last run has consumed. */
    @Setup(Level.Invocation)
    public void prepare() {
        benchmark.prepare();
    }

    /** Runs Nestmap's side. */
    @org.openjdk.jmh.annotations.Benchmark
    public long nestmap() {
        Timed run = checked(benchmark.runNestmap());
        nanos += run.nanos();
        runs++;
        return run.sum();
    }

    /** Runs the other rivals. */
    @TearDown(Level.Iteration)
    public void runAfter() {
        note(NESTMAP, nanos, runs);
        after.forEach(this::run);
    }

    /** Closes the maps. */
    @TearDown(Level.Trial)
    public void close() {
        suite.close();
    }

    /** Runs the rival about as long as JMH runs Nestmap. */
    private void run(Rival rival) {
        long end = System.nanoTime() + Rounds.ITERATION.toNanos();
        long rivalNanos = 0;
        int rivalRuns = 0;
        do {
            rivalNanos += checked(benchmark.run(rival)).nanos();
            rivalRuns++;
        } while (System.nanoTime() < end);
        note(rival.suffix(), rivalNanos, rivalRuns);
    }

    private void note(String side, long sideNanos, int sideRuns) {
        LAST_ROUND.put(side, (double) sideNanos / sideRuns / benchmark.operations());
    }

    private Timed checked(Timed run) {
        if (run.sum() != sum) {
            throw new IllegalStateException(name + ": one side read " + run.sum() + " instead of " + sum);
        }
        return run;
    }

    /** Adds the times of each round to JMH's results. */
    public static final class Times implements InternalProfiler {
        @Override
        public String getDescription() {
            return "time of an operation, by side";
        }

        @Override
        public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
            LAST_ROUND.clear();
        }

        @Override
        public Collection<ScalarResult> afterIteration(
                BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
            return LAST_ROUND.entrySet().stream()
                    .map(e -> new ScalarResult(e.getKey(), e.getValue(), "ns/op", AggregationPolicy.AVG))
                    .collect(Collectors.toList());
        }
    }
}
