/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.ratelimits;

import java.time.Duration;
import java.util.Locale;

/**
 * How much a sender may send.
 *
 * @param packets number of packets in each {@code period}
 * @param burst number of packets that a sender may send at once after a pause, 1 or more
 */
record Rate(long packets, Duration period, long burst) {
    static Rate perSecond(long packets, long burst) {
        return new Rate(packets, Duration.ofSeconds(1), burst);
    }

    /** The time that each packet costs its sender. */
    Duration interval() {
        return period.dividedBy(packets);
    }

    /** How far ahead of the clock a sender may have paid. */
    Duration burstTime() {
        return interval().multipliedBy(burst);
    }

    @Override
    public String toString() {
        String each = period.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
        return "%,d in %s, burst %,d".formatted(packets, each, burst);
    }
}
