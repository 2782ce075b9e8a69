/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait.Interruptible;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An interrupt neither ends nor shortens a wait, and does not make it spin. */
@Timeout(60)
class UninterruptibleWaitTest {
    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** A thread that spins uses its CPU all the time. */
    private static final int SMALL_PART = 3;

    private static final int FEW = 3;

    @Test
    void aPauseOfAnInterruptedThreadTakesItsTimeAndNoCpu() throws InterruptedException {
        Thread.currentThread().interrupt();
        long start = System.nanoTime();
        long cpu = cpuTime();
        long pause = TimeUnit.MILLISECONDS.toNanos(1);

        while (System.nanoTime() - start < NANOS) { // as every loop of the runtime does
            long one = System.nanoTime();
            UninterruptibleWait.pause(pause);
            assertThat(System.nanoTime() - one).isGreaterThanOrEqualTo(pause);
        }

        assertThat(cpuTime() - cpu).isLessThan((System.nanoTime() - start) / SMALL_PART);
        assertThat(Thread.interrupted()).as("the flag").isTrue();
    }

    @Test
    void anInterruptDoesNotShortenAPause() throws InterruptedException {
        Thread pausing = Thread.currentThread();
        Thread other = new Thread(pausing::interrupt);
        long start = System.nanoTime();
        other.start();

        UninterruptibleWait.pause(NANOS);

        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(NANOS);
        assertThat(Thread.interrupted()).as("the flag").isTrue();
        other.join();
    }

    @Test
    void aConditionEndsAWaitBeforeItsTime() throws InterruptedException {
        AtomicBoolean condition = new AtomicBoolean();
        Thread waiting = Thread.currentThread();
        Thread other = new Thread(() -> {
            waiting.interrupt();
            condition.set(true);
            LockSupport.unpark(waiting);
        });
        other.start();

        UninterruptibleWait.until(condition, Long.MAX_VALUE); // longer than the timeout of the test

        assertThat(condition).isTrue();
        assertThat(Thread.interrupted()).as("the flag").isTrue();
        other.join();
    }

    @Test
    void anInterruptDoesNotEndAWait() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        Thread waiting = Thread.currentThread();
        Thread other = new Thread(() -> {
            waiting.interrupt();
            end.countDown();
            LockSupport.unpark(waiting);
        });
        other.start();
        Interruptible wait = end::await;

        UninterruptibleWait.until(() -> end.getCount() == 0);
        UninterruptibleWait.await(wait);

        assertThat(Thread.interrupted()).as("the flag").isTrue();
        other.join();
    }

    @Test
    void anInterruptedThreadRetriesUntilTheResultIsFinal() {
        Thread.currentThread().interrupt();
        AtomicInteger attempts = new AtomicInteger();

        int result = UninterruptibleWait.retry(
                TimeUnit.MINUTES.toNanos(1), 1, attempts::incrementAndGet, attempt -> attempt == FEW);

        assertThat(result).isEqualTo(FEW);
        assertThat(Thread.interrupted()).as("the flag").isTrue();
    }

    @Test
    void anAttemptThatIsNeverFinalEndsWithTheTime() {
        Thread.currentThread().interrupt();
        long start = System.nanoTime();

        int attempts =
                UninterruptibleWait.retry(NANOS, NANOS / FEW, new AtomicInteger()::incrementAndGet, none -> false);

        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(NANOS);
        assertThat(attempts).isBetween(1, FEW + 1); // 1 where the machine paused for longer
        assertThat(Thread.interrupted()).as("the flag").isTrue();
    }

    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
