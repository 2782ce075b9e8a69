/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import java.time.Duration;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * How long JMH runs each benchmark, in a Java process of its own.
 *
 * @param warmUp number of seconds that it runs before it is measured
 * @param rounds number of rounds
 */
record Rounds(int warmUp, int rounds) {
    /** How long a side runs in each round, if a single run takes no longer. */
    static final Duration ITERATION = Duration.ofMillis(30);

    /** An operation that waits runs less often in the same time, and is compiled later. */
    private static final int LONG_WARM_UP = 4;

    /** For results on a quiet machine. */
    static final Rounds FULL = new Rounds(3, 51);

    /** Shows large differences. */
    static final Rounds QUICK = new Rounds(1, 11);

    /** Runs a benchmark of the {@link Suite}. */
    RunResult run(Benchmark benchmark) {
        return run(options()
                .warmupIterations(warmUp * (benchmark.isOnTheClock() ? LONG_WARM_UP : 1))
                .param("name", benchmark.name())
                .operationsPerInvocation(benchmark.operations()));
    }

    private ChainedOptionsBuilder options() {
        return new OptionsBuilder()
                .include(PairedRounds.class.getName())
                .forks(1)
                // The first use of a page of the heap is a page fault, and would count as time of the operation.
                .jvmArgsAppend("-XX:+AlwaysPreTouch")
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(rounds)
                .measurementTime(TimeValue.milliseconds(ITERATION.toMillis()))
                .addProfiler(PairedRounds.Times.class.getName()) // JMH would use the canonical name
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
    }

    private static RunResult run(ChainedOptionsBuilder options) {
        try {
            return new Runner(options.build()).runSingle();
        } catch (RunnerException e) {
            throw new IllegalStateException("JMH could not run a benchmark: " + e.getMessage(), e);
        }
    }
}
