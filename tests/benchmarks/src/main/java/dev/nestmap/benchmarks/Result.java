/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;

/**
 * What the rounds of a benchmark have measured.
 *
 * @param name name of the benchmark
 * @param rounds number of rounds
 * @param nanos median time of an operation with Nestmap, usually CPU time, in nanoseconds
 * @param bytes bytes that an operation allocates in the Java heap
 * @param comparisons comparisons with rivals
 */
record Result(String name, int rounds, double nanos, double bytes, Map<Rival, Comparison> comparisons) {
    /**
     * A comparison with a rival.
     *
     * @param nanos the rival's median time of an operation, in nanoseconds
     * @param ratio median of the rounds' ratios: Nestmap's time divided by the rival's
     * @param lower lower quartile of the rounds' ratios
     * @param upper upper quartile of the rounds' ratios
     * @param reach largest ratio with which we are content
     */
    record Comparison(double nanos, double ratio, double lower, double upper, double reach) {
        /** Compares the times of each round. */
        static Comparison of(double[] nestmap, double[] rival, DoubleUnaryOperator reach) {
            double[] ratios = new double[rival.length];
            Arrays.setAll(ratios, i -> nestmap[i] / rival[i]);
            double median = quantile(rival, 0.5);
            return new Comparison(
                    median,
                    quantile(ratios, 0.5),
                    quantile(ratios, 0.25),
                    quantile(ratios, 0.75),
                    reach.applyAsDouble(median));
        }

        /**
         * Returns {@code short} if three quarters of the rounds took longer than the reach, and {@code unclear} if fewer did, but the
         * median.
         */
        String verdict() {
            return ratio <= reach ? "ok" : lower > reach ? "short" : "unclear";
        }
    }

    /** Reads the rounds of a benchmark from JMH's results. */
    static Result of(Benchmark benchmark, RunResult run) {
        double[] nestmap = rounds(run, PairedRounds.NESTMAP);
        Map<Rival, Comparison> comparisons = new EnumMap<>(Rival.class);
        for (Rival rival : benchmark.rivals()) {
            comparisons.put(
                    rival, Comparison.of(nestmap, rounds(run, rival.suffix()), nanos -> benchmark.reach(rival, nanos)));
        }
        return new Result(benchmark.name(), nestmap.length, quantile(nestmap, 0.5), bytes(run), comparisons);
    }

    private static double bytes(RunResult run) {
        return Arrays.stream(rounds(run, "gc.alloc.rate.norm")).average().orElse(0);
    }

    /** One value for each iteration. */
    private static double[] rounds(RunResult run, String metric) {
        return run.getBenchmarkResults().stream()
                .flatMap(fork -> fork.getIterationResults().stream())
                .mapToDouble(round -> Objects.requireNonNull(
                                round.getSecondaryResults().get(metric), metric)
                        .getScore())
                .toArray();
    }

    private static double quantile(double[] values, double portion) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.round((sorted.length - 1) * portion)];
    }

    /** The lines that end the output: {@code NAME ratio R reach L ok|short|unclear}. */
    Stream<String> lines() {
        return comparisons.entrySet().stream()
                .map(e -> String.format(
                        Locale.ROOT,
                        "%s ratio %.3f reach %.3f %s",
                        e.getKey().rowName(name),
                        e.getValue().ratio(),
                        e.getValue().reach(),
                        e.getValue().verdict()));
    }

    static String tableHead() {
        return "| benchmark | compared with | ratio | quartiles | it, ns | Nestmap, ns | bytes per operation |\n"
                + "| --- | --- | --- | --- | --- | --- | --- |";
    }

    String tableRows() {
        return comparisons.entrySet().stream()
                .map(e -> String.format(
                        Locale.ROOT,
                        "| %s | %s | %.3f | %.3f to %.3f | %.1f | %.1f | %.0f |",
                        name,
                        e.getKey().title(),
                        e.getValue().ratio(),
                        e.getValue().lower(),
                        e.getValue().upper(),
                        e.getValue().nanos(),
                        nanos,
                        bytes))
                .collect(Collectors.joining("\n"));
    }

    String json() {
        return comparisons.entrySet().stream()
                .map(e -> String.format(
                        Locale.ROOT,
                        "{\"name\": \"%s\", \"benchmark\": \"%s\", \"rival\": \"%s\", \"ratio\": %.4f, \"lowerQuartile\": %.4f,"
                                + " \"upperQuartile\": %.4f, \"reach\": %.3f, \"rounds\": %d, \"rivalNanos\": %.2f,"
                                + " \"nestmapNanos\": %.2f, \"bytesPerOperation\": %.1f}",
                        e.getKey().rowName(name),
                        name,
                        e.getKey().title(),
                        e.getValue().ratio(),
                        e.getValue().lower(),
                        e.getValue().upper(),
                        e.getValue().reach(),
                        rounds,
                        e.getValue().nanos(),
                        nanos,
                        bytes))
                .collect(Collectors.joining(",\n    "));
    }
}
