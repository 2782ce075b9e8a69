/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.codec;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Times become whole units, without rounding and within the type's limits. */
class TimeUnitsTest {
    private static final long NANOS = 1_000_000_000;
    private static final long[] SCALES = {NANOS, 1_000_000, 1_000, 1};

    @Test
    void countsUnits() {
        assertThat(TimeUnits.units(Duration.ofMillis(-1500), 1_000, "c")).isEqualTo(-1500);
        assertThat(TimeUnits.units(Instant.ofEpochSecond(-1, 999_000_000), 1_000, "c"))
                .isEqualTo(-1);
        assertThat(TimeUnits.unsignedUnits(Duration.ofSeconds(18446744073L, 709551615), NANOS, "c"))
                .isEqualTo(-1);
        assertThat(TimeUnits.unsignedDuration(-1, NANOS)).isEqualTo(Duration.ofSeconds(18446744073L, 709551615));
        assertThat(TimeUnits.unsignedInstant(-1, NANOS)).isEqualTo(Instant.ofEpochSecond(18446744073L, 709551615));
        assertThat(TimeUnits.signedInstant(-1, 1_000)).isEqualTo(Instant.ofEpochMilli(-1));
    }

    @Test
    void countsUpToTheLimitsOfItsType() {
        Duration most = Duration.ofSeconds(9223372036854775L, 807_000_000);

        assertThat(TimeUnits.units(most, 1_000, "c")).isEqualTo(Long.MAX_VALUE);
        assertThat(TimeUnits.units(most.negated().minusMillis(1), 1_000, "c")).isEqualTo(Long.MIN_VALUE);
        assertInvalid(() -> TimeUnits.units(most.plusMillis(1), 1_000, "c"));
        assertThat(TimeUnits.unsignedUnits(most.plusMillis(1), 1_000, "c")).isEqualTo(Long.MIN_VALUE);
        assertThat(TimeUnits.unsignedUnits(Duration.ZERO, 1, "c")).isZero();
        assertThat(TimeUnits.unsignedUnits(Instant.EPOCH, 1, "c")).isZero();
        assertThat(TimeUnits.unsignedDuration(0, 1)).isZero();
        assertThat(TimeUnits.unsignedDuration(Long.MAX_VALUE, 1)).isEqualTo(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(TimeUnits.unsignedInstant(0, 1)).isEqualTo(Instant.EPOCH);
    }

    @Test
    void readsWhatItWrote() {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            long perSecond = SCALES[random.nextInt(SCALES.length)];
            long units = random.nextLong() >> random.nextInt(63);
            assertThat(TimeUnits.units(TimeUnits.signedDuration(units, perSecond), perSecond, "c"))
                    .as("seed %s", seed)
                    .isEqualTo(units);
            long some = units >> 12; // an Instant has fewer seconds than a long
            assertThat(TimeUnits.units(TimeUnits.signedInstant(some, perSecond), perSecond, "c"))
                    .as("seed %s", seed)
                    .isEqualTo(some);
        }
    }

    @Test
    void roundsNothing() {
        assertInvalid(() -> TimeUnits.units(Duration.ofNanos(1_500), 1_000_000, "Flow.age"))
                .hasMessage(
                        "Flow.age is PT0.0000015S, which is not a whole number of units of PT0.000001S; truncate it to its"
                                + " unit first");
        assertInvalid(() -> TimeUnits.unsignedUnits(Instant.EPOCH.plusMillis(1), 1, "Flow.seen"))
                .hasMessageStartingWith(
                        "Flow.seen is 1970-01-01T00:00:00.001Z, which is not a whole number of units of PT1S");
    }

    @Test
    void rejectsWhatDoesNotFit() {
        assertInvalid(() -> TimeUnits.unsignedUnits(Duration.ofNanos(-1), NANOS, "Flow.age"))
                .hasMessage("Flow.age is PT-0.000000001S: that is -1 units, which does not fit its C type");
        assertInvalid(() -> TimeUnits.units(Duration.ofSeconds(Long.MAX_VALUE), NANOS, "Flow.age"));
        assertInvalid(() -> TimeUnits.unsignedUnits(Duration.ofSeconds(18446744073L, 709551616), NANOS, "Flow.age"));
        assertInvalid(() -> TimeUnits.units((Instant) null, NANOS, "Flow.age"))
                .hasMessageStartingWith("Flow.age is null");
    }

    @Test
    void readRejectsMoreThanJavaHolds() {
        assertBpfException(() -> TimeUnits.unsignedDuration(-1, 1))
                .hasMessageStartingWith("read of Duration: 18446744073709551615 seconds are too many for it");
        assertBpfException(() -> TimeUnits.unsignedInstant(Long.MAX_VALUE, 1));
        assertBpfException(() -> TimeUnits.unsignedInstant(-1, 1));
        assertBpfException(() -> TimeUnits.signedInstant(Long.MIN_VALUE, 1));
    }
}
