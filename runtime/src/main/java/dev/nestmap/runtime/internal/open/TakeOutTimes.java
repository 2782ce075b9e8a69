/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoField;

/**
 * The times at which maps are taken out. No two are equal, because a recycled map has the same id when it is taken out again, and only the time
 * distinguishes its identities. They follow the clock even if it is set back, because bills are made by the day of this time.
 */
final class TakeOutTimes {
    /** A clock that is behind the last time by more was set back. Otherwise, several maps were taken out at once, or it was corrected a little. */
    private static final Duration SET_BACK = Duration.ofSeconds(1);

    /** In nanoseconds. Times from before and after the clock was set back have another rest. */
    private static final int STEP = 64;

    private Instant last = Instant.EPOCH;
    private int setBacks;

    /** Returns the time of the clock, or a later one. */
    synchronized Instant next(Instant now) {
        boolean isSetBack = now.isBefore(last.minus(SET_BACK));
        if (isSetBack) {
            setBacks++;
        }
        Instant time = now.with(
                ChronoField.NANO_OF_SECOND, now.get(ChronoField.NANO_OF_SECOND) / STEP * STEP + setBacks % STEP);
        last = isSetBack || time.isAfter(last) ? time : last.plusNanos(STEP);
        return last;
    }
}
