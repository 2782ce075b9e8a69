/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * The clocks that BPF programs read. Both count nanoseconds from the start of the machine, so declare such a number as a {@code Duration} or a {@code
 * long}. This class turns it into a point of time:
 *
 * <pre>{@code
 * @U64 long firstSeen // in C: bpf_ktime_get_ns()
 *
 * Instant first = KernelClock.MONOTONIC.toInstant(use.firstSeen()); }</pre>
 *
 * <p>Do this before the machine restarts, because both clocks then begin at 0 again. If somebody has set the wall clock since the event, the result
 * differs from the time that the wall clock showed at the event.
 */
public enum KernelClock {
    /**
     * {@code bpf_ktime_get_ns} and {@code bpf_ktime_get_coarse_ns} ({@code CLOCK_MONOTONIC}). It stands still while the machine is suspended. So if
     * the machine was suspended after an event, the result is too late by the duration of the suspension.
     */
    MONOTONIC {
        @Override
        public Duration now() {
            return Duration.ofNanos(System.nanoTime()); // CLOCK_MONOTONIC on Linux: os::javaTimeNanos in the JDK
        }
    },

    /**
     * {@code bpf_ktime_get_boot_ns} ({@code CLOCK_BOOTTIME}), which continues while the machine is suspended. Java can read it only with a resolution
     * of 10 ms.
     */
    BOOT {
        @Override
        public Duration now() {
            String uptime;
            try {
                uptime = Files.readString(UPTIME);
            } catch (IOException e) {
                throw new UncheckedIOException("the time since the start of the machine can't be read: " + e, e);
            }
            BigDecimal seconds = new BigDecimal(uptime.split(" ", 2)[0]);
            return Duration.ofNanos(seconds.movePointRight(NANO_DIGITS).longValueExact());
        }
    };

    private static final Path UPTIME = Path.of("/proc/uptime");
    private static final int NANO_DIGITS = 9;

    /**
     * {@return what the clock shows now, since the start of the machine}
     *
     * @throws UncheckedIOException from {@link #BOOT}, if {@code /proc/uptime} can't be read
     */
    public abstract Duration now();

    /**
     * Returns the point of time at which this clock showed a number of nanoseconds.
     *
     * @param nanoseconds the number, counted from the start of the machine
     * @return the point of time, by the wall clock as it is set now
     * @throws UncheckedIOException from {@link #BOOT}, if {@code /proc/uptime} can't be read
     */
    public Instant toInstant(long nanoseconds) {
        return toInstant(Duration.ofNanos(nanoseconds));
    }

    /**
     * Returns the point of time at which this clock showed a time.
     *
     * @param sinceStart the time, counted from the start of the machine
     * @return the point of time, by the wall clock as it is set now
     * @throws UncheckedIOException from {@link #BOOT}, if {@code /proc/uptime} can't be read
     */
    public Instant toInstant(Duration sinceStart) {
        Duration before = now();
        Instant wall = Instant.now();
        // In the middle, because the thread may have waited between the readings.
        Duration between = now().minus(before).dividedBy(2);
        return wall.minus(before.plus(between)).plus(sinceStart);
    }

    /**
     * Returns what this clock showed, or will show, at a point of time. Use the result as a limit that programs compare with their clock.
     *
     * @param time a point of time, by the wall clock as it is set now
     * @return the time since the start of the machine; negative for a point of time before the start
     * @throws UncheckedIOException from {@link #BOOT}, if {@code /proc/uptime} can't be read
     */
    public Duration at(Instant time) {
        return Duration.between(toInstant(Duration.ZERO), time);
    }
}
