/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import java.time.Duration;

/**
 * How long to measure each benchmark.
 *
 * @param warmUp CPU time that Nestmap's side runs before it is measured
 * @param rounds number of rounds; each runs both sides in random order
 * @param limit CPU time after which no more rounds begin
 */
record Effort(Duration warmUp, int rounds, Duration limit) {
    /** For results on a quiet machine. */
    static final Effort FULL = new Effort(Duration.ofSeconds(3), 201, Duration.ofSeconds(15));

    /** Shows large differences within a minute or two. */
    static final Effort QUICK = new Effort(Duration.ofSeconds(1), 41, Duration.ofSeconds(3));
}
