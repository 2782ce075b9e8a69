/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** No two maps have the same time, and a day that is billed by it is that of the clock. */
class TakeOutTimesTest {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00.000000001Z");

    private final TakeOutTimes times = new TakeOutTimes();

    /** For example, by the first answer of a time server, if the hardware clock has the local time. */
    @Test
    void followsAClockThatIsSetBack() {
        Instant wrong = times.next(NOON.plus(Duration.ofHours(2)));
        assertThat(wrong).isBetween(NOON.plusSeconds(7199), NOON.plusSeconds(7200));

        for (int second = 0; second < 10; second++) {
            assertThat(times.next(NOON.plusSeconds(second)))
                    .isBetween(
                            NOON.plusSeconds(second).minusNanos(64),
                            NOON.plusSeconds(second).plusNanos(64));
        }
    }

    @Test
    void noTimeComesTwice() {
        Random random = new Random(1);
        Set<Instant> seen = new HashSet<>();
        Instant clock = NOON;
        for (int map = 0; map < 100_000; map++) {
            clock = clock.plusNanos(random.nextInt(3));
            if (map % 10_000 == 5_000) {
                clock = NOON; // several times the same second
            } else if (map % 10_000 == 0) {
                clock = NOON.plusSeconds(5);
            }
            assertThat(seen.add(times.next(clock)))
                    .as("map %d at %s", map, clock)
                    .isTrue();
        }
    }

    @Test
    void growsWhileTheClockStandsOrIsCorrectedALittle() {
        Instant last = times.next(NOON);
        for (int millis = 0; millis < 1000; millis++) {
            Instant next = times.next(NOON.minusMillis(millis));
            assertThat(next).isAfter(last);
            last = next;
        }
        assertThat(last).isBefore(NOON.plusMillis(1));
    }
}
