/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import java.time.Duration;

/**
 * Options of a {@link RequestServer}.
 *
 * @param pollInterval how long the server waits before it reads the table of requests again, more than zero; 5 ms by default.
 *     Programs miss a new key for at most this time plus the grace period of about 10 ms
 * @param spares number of empty inner maps that the server keeps ready, 0 or more; 64 by default. They use as much memory as inner
 *     maps in slots
 */
public record RequestOptions(Duration pollInterval, int spares) {
    private static final RequestOptions DEFAULTS = new RequestOptions(Duration.ofMillis(5), 64);

    /**
     * Checks the numbers.
     *
     * @param pollInterval more than zero
     * @param spares 0 or more
     * @throws IllegalArgumentException if the interval is not positive, or if the number of spares is negative
     */
    public RequestOptions {
        if (pollInterval.isNegative() || pollInterval.isZero()) {
            throw new IllegalArgumentException("poll interval " + pollInterval + ": use a positive one");
        }
        if (spares < 0) {
            throw new IllegalArgumentException(spares + " spare inner maps: use 0 or more");
        }
    }

    /** {@return the default options: 5 ms and 64 spare maps} */
    public static RequestOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns options with another poll interval.
     *
     * @param interval more than zero
     * @return new options
     * @throws IllegalArgumentException if the interval is not positive
     */
    public RequestOptions withPollInterval(Duration interval) {
        return new RequestOptions(interval, spares);
    }

    /**
     * Returns options with another number of spare maps.
     *
     * @param count 0 or more
     * @return new options
     * @throws IllegalArgumentException if the number is negative
     */
    public RequestOptions withSpares(int count) {
        return new RequestOptions(pollInterval, count);
    }
}
