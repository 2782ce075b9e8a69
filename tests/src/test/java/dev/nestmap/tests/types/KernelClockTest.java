/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nestmap.runtime.KernelClock;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.types.Clocks.Reading;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Java reads the same clocks as BPF programs. */
@KernelTest
class KernelClockTest {
    /** {@code /proc/uptime} has hundredths of a second. */
    private static final Duration RESOLUTION = Duration.ofMillis(10);

    @Test
    void aProgramsTimesLieBetweenTheReadingsBeforeAndAfter() {
        try (ClocksBpf maps = ClocksBpf.load(BpfObjects.of("clocks"))) {
            Instant before = Instant.now();
            Duration monotonicBefore = KernelClock.MONOTONIC.now();
            Duration bootBefore = KernelClock.BOOT.now();
            int result = maps.program("read_clocks")
                    .testRun(TestRun.Input.packet(new byte[64]))
                    .returnValue();
            Duration bootAfter = KernelClock.BOOT.now();
            Duration monotonicAfter = KernelClock.MONOTONIC.now();
            Instant after = Instant.now();
            assertThat(result).isZero();
            Reading read = Objects.requireNonNull(maps.reading().get(0));

            assertThat(Duration.ofNanos(read.monotonic())).isBetween(monotonicBefore, monotonicAfter);
            assertThat(read.boot()).isBetween(bootBefore, bootAfter.plus(RESOLUTION));
            assertThat(KernelClock.MONOTONIC.toInstant(read.monotonic()))
                    .isBetween(before.minus(RESOLUTION), after.plus(RESOLUTION));
            assertThat(KernelClock.BOOT.toInstant(read.boot()))
                    .isBetween(before.minus(RESOLUTION.multipliedBy(2)), after.plus(RESOLUTION.multipliedBy(2)));
        }
    }

    @Test
    void aPointOfTimeBecomesTheSamePointAgain() {
        Instant event = Instant.now().minusSeconds(3600);

        for (KernelClock clock : KernelClock.values()) {
            // The thread may be stopped between two readings of a clock, but not in each attempt.
            assertThat(Stream.generate(() -> clock.toInstant(clock.at(event))).limit(1000))
                    .anySatisfy(again -> assertThat(again).isCloseTo(event, within(50, ChronoUnit.MILLIS)));
        }
    }
}
