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
        assertThat(ValueBytes.units(Duration.ofMillis(-1500), 1_000, true, "c")).isEqualTo(-1500);
        assertThat(ValueBytes.units(Instant.ofEpochSecond(-1, 999_000_000), 1_000, true, "c"))
                .isEqualTo(-1);
        assertThat(ValueBytes.units(Duration.ofSeconds(18446744073L, 709551615), NANOS, false, "c"))
                .isEqualTo(-1);
        assertThat(ValueBytes.duration(-1, NANOS, false)).isEqualTo(Duration.ofSeconds(18446744073L, 709551615));
        assertThat(ValueBytes.instant(-1, NANOS, false)).isEqualTo(Instant.ofEpochSecond(18446744073L, 709551615));
        assertThat(ValueBytes.instant(-1, 1_000, true)).isEqualTo(Instant.ofEpochMilli(-1));
    }

    @Test
    void countsUpToTheLimitsOfItsType() {
        Duration most = Duration.ofSeconds(9223372036854775L, 807_000_000);

        assertThat(ValueBytes.units(most, 1_000, true, "c")).isEqualTo(Long.MAX_VALUE);
        assertThat(ValueBytes.units(most.negated().minusMillis(1), 1_000, true, "c"))
                .isEqualTo(Long.MIN_VALUE);
        assertInvalid(() -> ValueBytes.units(most.plusMillis(1), 1_000, true, "c"));
        assertThat(ValueBytes.units(most.plusMillis(1), 1_000, false, "c")).isEqualTo(Long.MIN_VALUE);
        assertThat(ValueBytes.units(Duration.ZERO, 1, false, "c")).isZero();
        assertThat(ValueBytes.units(Instant.EPOCH, 1, false, "c")).isZero();
        assertThat(ValueBytes.duration(0, 1, false)).isZero();
        assertThat(ValueBytes.duration(Long.MAX_VALUE, 1, false)).isEqualTo(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(ValueBytes.instant(0, 1, false)).isEqualTo(Instant.EPOCH);
    }

    @Test
    void readsWhatItWrote() {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            long perSecond = SCALES[random.nextInt(SCALES.length)];
            long units = random.nextLong() >> random.nextInt(63);
            assertThat(ValueBytes.units(ValueBytes.duration(units, perSecond, true), perSecond, true, "c"))
                    .as("seed %s", seed)
                    .isEqualTo(units);
            long some = units >> 12; // an Instant has fewer seconds than a long
            assertThat(ValueBytes.units(ValueBytes.instant(some, perSecond, true), perSecond, true, "c"))
                    .as("seed %s", seed)
                    .isEqualTo(some);
        }
    }

    @Test
    void roundsNothing() {
        assertInvalid(() -> ValueBytes.units(Duration.ofNanos(1_500), 1_000_000, true, "Flow.age"))
                .hasMessage(
                        "Flow.age is PT0.0000015S, which is not a whole number of units of PT0.000001S; truncate it to its"
                                + " unit first");
        assertInvalid(() -> ValueBytes.units(Instant.EPOCH.plusMillis(1), 1, false, "Flow.seen"))
                .hasMessageStartingWith(
                        "Flow.seen is 1970-01-01T00:00:00.001Z, which is not a whole number of units of PT1S");
    }

    @Test
    void rejectsWhatDoesNotFit() {
        assertInvalid(() -> ValueBytes.units(Duration.ofNanos(-1), NANOS, false, "Flow.age"))
                .hasMessage("Flow.age is PT-0.000000001S: that is -1 units, which does not fit its C type");
        assertInvalid(() -> ValueBytes.units(Duration.ofSeconds(Long.MAX_VALUE), NANOS, true, "Flow.age"));
        assertInvalid(() -> ValueBytes.units(Duration.ofSeconds(18446744073L, 709551616), NANOS, false, "Flow.age"));
        assertInvalid(() -> ValueBytes.units((Instant) null, NANOS, true, "Flow.age"))
                .hasMessageStartingWith("Flow.age is null");
    }

    @Test
    void readRejectsMoreThanJavaHolds() {
        assertBpfException(() -> ValueBytes.duration(-1, 1, false))
                .hasMessageStartingWith("read of Duration: 18446744073709551615 seconds are too many for this type");
        assertBpfException(() -> ValueBytes.instant(Long.MAX_VALUE, 1, false));
        assertBpfException(() -> ValueBytes.instant(-1, 1, false));
        assertBpfException(() -> ValueBytes.instant(Long.MIN_VALUE, 1, true));
    }
}
