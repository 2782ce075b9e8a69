/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import java.util.function.LongSupplier;

/**
 * Something that C and Nestmap do on the same map.
 *
 * @param name name in results
 * @param reach largest ratio of Nestmap's time to C's time with which we are content
 * @param operations number of operations that one call of {@code c} or {@code java} makes
 * @param prepare restores what a call has consumed; not measured
 * @param c makes the operations in C, and returns the sum of what it has read
 * @param java makes the operations with Nestmap, and returns the same sum
 */
record Benchmark(String name, double reach, int operations, Runnable prepare, LongSupplier c, LongSupplier java) {
    Benchmark(String name, double reach, int operations, LongSupplier c, LongSupplier java) {
        this(name, reach, operations, () -> {}, c, java);
    }
}
