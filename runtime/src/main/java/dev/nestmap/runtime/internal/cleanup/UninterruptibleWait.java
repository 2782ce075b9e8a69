/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.cleanup;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits of operations that must not end halfway. An interrupt does not end them, and does not make a loop spin: {@code parkNanos} returns at
 * once while the interrupt flag is set. Afterwards the flag is set again. All waits of the runtime are here, except those of public methods
 * that throw {@link InterruptedException}.
 */
public final class UninterruptibleWait {
    private UninterruptibleWait() {}

    /** A wait that an interrupt ends. */
    @FunctionalInterface
    public interface Interruptible {
        void await() throws InterruptedException;
    }

    /** Waits for that many nanoseconds. */
    public static void pause(long nanos) {
        boolean interrupted = Thread.interrupted();
        long start = System.nanoTime();
        // A thread that sets its own flag again also makes its next parkNanos return at once.
        for (long left = nanos; left > 0; left = nanos - (System.nanoTime() - start)) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        restore(interrupted);
    }

    /**
     * Waits until a condition is true.
     *
     * @param condition the thread that makes it true calls {@link LockSupport#unpark} afterwards
     */
    public static void until(BooleanSupplier condition) {
        boolean interrupted = false;
        while (!condition.getAsBoolean()) {
            LockSupport.park(condition);
            interrupted |= Thread.interrupted();
        }
        restore(interrupted);
    }

    /** Waits again after each interrupt. */
    public static void await(Interruptible wait) {
        boolean interrupted = false;
        while (true) {
            try {
                wait.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        restore(interrupted);
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
