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

    /** For results on a quiet machine. */
    static final Rounds FULL = new Rounds(3, 51);

    /** Shows large differences within a minute or two. */
    static final Rounds QUICK = new Rounds(1, 11);

    RunResult run(String benchmark, int operations) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(PairedRounds.class.getName())
                .param("name", benchmark)
                .operationsPerInvocation(operations)
                .forks(1)
                .warmupIterations(warmUp)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(rounds)
                .measurementTime(TimeValue.milliseconds(ITERATION.toMillis()))
                .addProfiler(PairedRounds.CpuTimes.class.getName()) // JMH would use the canonical name
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        try {
            return new Runner(options.build()).runSingle();
        } catch (RunnerException e) {
            throw new IllegalStateException(benchmark + " has failed", e);
        }
    }
}
