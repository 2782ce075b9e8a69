/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for the lock of a directory of pins. */
public final class PinLockWait {
    /** How long a thread waits for another process. A change takes some 10 ms, a migration longer. */
    public static final long PATIENCE_SECONDS = 30;

    /**
     * The shortest pause between two attempts. The kernel can only wake a thread that blocks in a system call, and a virtual thread that does so blocks
     * its carrier.
     */
    private static final long PAUSE_NANOS = 200_000;

    /**
     * The longest pause of a thread that waits for a change, and of a process that waits for the end of another one, which may take minutes. The
     * pauses grow with the wait, because an attempt takes some 0.2 ms of CPU time, mostly to wake up (measured on a busy machine).
     */
    private static final long LONGEST_PAUSE_NANOS = 5_000_000;

    private static final long LONGEST_PAUSE_FOR_END_NANOS = 50_000_000;

    /**
     * How much of an attempt and its pause counts. A process that was stopped (SIGSTOP, a snapshot of its virtual machine, a frozen control
     * group) has not waited meanwhile: it would give up at the first lock that is held just then.
     */
    private static final long LONGEST_ATTEMPT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private PinLockWait() {}

    /**
     * Tries until an attempt gets the lock, and returns what this attempt returned. Null if another process has held the lock for {@link
     * #PATIENCE_SECONDS}.
     *
     * @param attempt returns null if another process holds the lock
     */
    public static <T> @Nullable T acquire(Supplier<@Nullable T> attempt) {
        return acquire(System.nanoTime(), attempt);
    }

    /**
     * Tries once, and then until it gets the lock or {@link #PATIENCE_SECONDS} have passed since the start.
     *
     * @param start the {@link System#nanoTime} at which the thread began to wait
     * @param attempt returns null if another process holds the lock
     */
    public static <T> @Nullable T acquire(long start, Supplier<@Nullable T> attempt) {
        return acquire(start, TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS), LONGEST_PAUSE_NANOS, attempt);
    }

    /**
     * Tries once, and then until the process that holds the lock has ended or a time has passed.
     *
     * @param time may be longer than {@link System#nanoTime} can measure
     */
    static <T> @Nullable T awaitEnd(Duration time, Supplier<@Nullable T> attempt) {
        return acquire(System.nanoTime(), TimeUnit.NANOSECONDS.convert(time), LONGEST_PAUSE_FOR_END_NANOS, attempt);
    }

    private static <T> @Nullable T acquire(long start, long nanos, long longestPause, Supplier<@Nullable T> attempt) {
        long waited = System.nanoTime() - start;
        long before = System.nanoTime();
        T acquired = attempt.get();
        while (acquired == null && waited < nanos) {
            UninterruptibleWait.pause(Math.max(PAUSE_NANOS, Math.min(waited / 64, longestPause)));
            acquired = attempt.get();
            long now = System.nanoTime();
            waited += Math.min(now - before, LONGEST_ATTEMPT_NANOS);
            before = now;
        }
        return acquired;
    }
}
