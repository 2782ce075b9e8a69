/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for the lock of a directory of pins. */
public final class PinLockWait {
    /** How long a thread waits for another process. A change takes some 10 ms, a migration longer. */
    public static final long PATIENCE_SECONDS = 30;

    /**
     * Pause between two attempts. The kernel can only wake a thread that blocks in a system call, and a virtual thread that does so blocks
     * its carrier.
     */
    private static final long PAUSE_NANOS = 200_000;

    private PinLockWait() {}

    /**
     * Tries until it gets the lock. Null if another process has held it for {@link #PATIENCE_SECONDS}.
     *
     * @param attempt returns null if another process holds the lock
     */
    public static Pins.@Nullable Lock acquire(Supplier<Pins.@Nullable Lock> attempt) {
        return acquire(System.nanoTime(), attempt);
    }

    /**
     * Tries once, and then until it gets the lock or {@link #PATIENCE_SECONDS} have passed since the start.
     *
     * @param start the {@link System#nanoTime} at which the thread began to wait
     * @param attempt returns null if another process holds the lock
     */
    public static Pins.@Nullable Lock acquire(long start, Supplier<Pins.@Nullable Lock> attempt) {
        boolean interrupted = false;
        try {
            Pins.Lock acquired = attempt.get();
            while (acquired == null && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                LockSupport.parkNanos(PAUSE_NANOS);
                interrupted |= Thread.interrupted();
                acquired = attempt.get();
            }
            return acquired;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
