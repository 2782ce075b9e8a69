/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import java.util.Locale;

/**
 * What a comparison of Nestmap with C has measured.
 *
 * @param name name of the benchmark
 * @param reach largest ratio with which we are content
 * @param rounds number of rounds
 * @param ratio Nestmap's median time divided by C's median time
 * @param lower lower quartile of the rounds' ratios
 * @param upper upper quartile of the rounds' ratios
 * @param cNanos median CPU time of an operation in C, in nanoseconds
 * @param javaNanos median CPU time of an operation with Nestmap, in nanoseconds
 * @param bytes bytes that an operation allocates in the Java heap
 */
record Result(
        String name,
        double reach,
        int rounds,
        double ratio,
        double lower,
        double upper,
        double cNanos,
        double javaNanos,
        double bytes) {
    /** The line that ends the output: {@code NAME ratio R reach L ok|short}. */
    String line() {
        return String.format(
                Locale.ROOT, "%s ratio %.3f reach %.3f %s", name, ratio, reach, isWithinReach() ? "ok" : "short");
    }

    boolean isWithinReach() {
        return ratio <= reach;
    }

    static String tableHead() {
        return "| benchmark | ratio | quartiles | C, ns | Nestmap, ns | bytes per operation |\n| --- | --- | --- | --- | --- | --- |";
    }

    String tableRow() {
        return String.format(
                Locale.ROOT,
                "| %s | %.3f | %.3f to %.3f | %.1f | %.1f | %.0f |",
                name,
                ratio,
                lower,
                upper,
                cNanos,
                javaNanos,
                bytes);
    }

    String json() {
        return String.format(
                Locale.ROOT,
                "{\"name\": \"%s\", \"ratio\": %.4f, \"lowerQuartile\": %.4f, \"upperQuartile\": %.4f, \"reach\": %.3f,"
                        + " \"rounds\": %d, \"cNanos\": %.2f, \"nestmapNanos\": %.2f, \"bytesPerOperation\": %.1f}",
                name,
                ratio,
                lower,
                upper,
                reach,
                rounds,
                cNanos,
                javaNanos,
                bytes);
    }
}
