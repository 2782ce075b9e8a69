/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A wait for a pin's lock ends in time, and a stopped process has not waited. */
class PinLockWaitTest {
    private static final Pins.Lock LOCK = () -> {};

    private final AtomicInteger attempts = new AtomicInteger();

    @Test
    void triesUntilItGetsTheLock() {
        assertThat(PinLockWait.<Pins.Lock>awaitEnd(
                        Duration.ofSeconds(1), () -> attempts.incrementAndGet() < 3 ? null : LOCK))
                .isSameAs(LOCK);
        assertThat(attempts).hasValue(3);
    }

    /** The first attempt takes long, as if the process was stopped in it. */
    @Test
    void aStopOfTheProcessIsNoWait() {
        Duration time = Duration.ofMillis(1_200);

        Pins.Lock lock = PinLockWait.awaitEnd(time, () -> {
            if (attempts.incrementAndGet() == 1) {
                UninterruptibleWait.pause(2 * time.toNanos());
                return null;
            }
            return attempts.get() < 3 ? null : LOCK;
        });

        assertThat(lock).isSameAs(LOCK);
    }

    /** Each attempt wakes the thread up. */
    @Test
    void aLongWaitMakesFewAttempts() {
        assertThat(PinLockWait.<Pins.Lock>awaitEnd(Duration.ofSeconds(3), () -> {
                    attempts.incrementAndGet();
                    return null;
                }))
                .isNull();

        assertThat(attempts)
                .as("attempts in 3 s, the pauses of which grow to 50 ms")
                .satisfies(made -> assertThat(made.get()).isBetween(2, 500));
    }
}
