/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import java.time.Duration;

/**
 * How a {@link RequestServer} works.
 *
 * @param pollInterval how long it waits before it looks again when no key was missing; 5 ms by default. Until an inner map is
 *     there programs miss it for at most that long, and the grace period of about 10 ms
 * @param spares how many inner maps it keeps ready, which take memory as those in use do; 64 by default
 */
public record RequestOptions(Duration pollInterval, int spares) {
    private static final RequestOptions DEFAULTS = new RequestOptions(Duration.ofMillis(5), 64);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when the interval is not positive, or the number of spares negative
     */
    public RequestOptions {
        if (pollInterval.isNegative() || pollInterval.isZero()) {
            throw new IllegalArgumentException("poll interval " + pollInterval + ": use one of more than 0");
        }
        if (spares < 0) {
            throw new IllegalArgumentException(spares + " spare inner maps: use 0 or more");
        }
    }

    /** What fits most. */
    public static RequestOptions defaults() {
        return DEFAULTS;
    }

    /** The same with another poll interval. */
    public RequestOptions withPollInterval(Duration interval) {
        return new RequestOptions(interval, spares);
    }

    /** The same with another number of inner maps that are kept ready. */
    public RequestOptions withSpares(int count) {
        return new RequestOptions(pollInterval, count);
    }
}
