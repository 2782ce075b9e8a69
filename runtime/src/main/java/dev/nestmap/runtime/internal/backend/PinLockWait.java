/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for the lock of a directory of pins. */
public final class PinLockWait {
    /**
     * The shortest pause between two attempts. The kernel can only wake a thread that blocks in a system call, and a virtual thread that does so blocks
     * its carrier.
     */
    private static final long PAUSE_NANOS = 200_000;

    /** The longest pause. The pauses grow with the wait, because an attempt takes some 0.2 ms of CPU time, mostly to wake up (measured on a busy machine). */
    private static final long LONGEST_PAUSE_NANOS = 50_000_000;

    /**
     * How much of an attempt and its pause counts. A process that was stopped (SIGSTOP, a snapshot of its virtual machine, a frozen control
     * group) has not waited meanwhile: it would give up at the first lock that is held just then.
     */
    private static final long LONGEST_ATTEMPT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private PinLockWait() {}

    /**
     * Tries once, and then until the process that holds the lock has ended or a time has passed. Returns what the last attempt returned.
     *
     * @param time may be longer than {@link System#nanoTime} can measure
     * @param attempt returns null if another process holds the lock
     */
    static <T> @Nullable T awaitEnd(Duration time, Supplier<@Nullable T> attempt) {
        long nanos = TimeUnit.NANOSECONDS.convert(time);
        long waited = 0;
        long before = System.nanoTime();
        T acquired = attempt.get();
        while (acquired == null && waited < nanos) {
            UninterruptibleWait.pause(Math.max(PAUSE_NANOS, Math.min(waited / 64, LONGEST_PAUSE_NANOS)));
            acquired = attempt.get();
            long now = System.nanoTime();
            waited += Math.min(now - before, LONGEST_ATTEMPT_NANOS);
            before = now;
        }
        return acquired;
    }
}
