/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.cleanup;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits of operations that must not end halfway. An interrupt does not end them, and does not make a loop spin: {@code parkNanos} returns at
 * once while the interrupt flag is set. Afterwards the flag is set again. All waits of the runtime are here, except those that an interrupt
 * ends ({@link InterruptedException}), and those for a lock or its condition ({@link Mutex}), which the JDK does not let an interrupt end.
 */
public final class UninterruptibleWait {
    private static final AtomicBoolean NEVER = new AtomicBoolean();
    private static final long LOOK_NANOS = 100_000_000;

    private UninterruptibleWait() {}

    /** A wait that an interrupt ends. */
    @FunctionalInterface
    public interface Interruptible {
        void await() throws InterruptedException;
    }

    /** Waits for that many nanoseconds. */
    public static void pause(long nanos) {
        until(NEVER, nanos);
    }

    /**
     * Waits until a condition is true, at most for that many nanoseconds.
     *
     * @param condition the thread that makes it true calls {@link LockSupport#unpark} afterwards
     */
    public static void until(AtomicBoolean condition, long nanos) {
        boolean interrupted = Thread.interrupted();
        long start = System.nanoTime();
        // A thread that sets its own flag again also makes its next parkNanos return at once.
        for (long left = nanos; left > 0 && !condition.get(); left = nanos - (System.nanoTime() - start)) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        restore(interrupted);
    }

    /**
     * Waits until a condition is true, and looks at it at least once in {@value #LOOK_NANOS} ns.
     *
     * @param condition the thread that makes it true may call {@link LockSupport#unpark} afterwards
     */
    public static void until(BooleanSupplier condition) {
        boolean interrupted = false;
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(condition, LOOK_NANOS);
            interrupted |= Thread.interrupted();
        }
        restore(interrupted);
    }

    /**
     * Repeats an attempt, with pauses between, until its result is final or the time is over. Returns the last result.
     *
     * @param nanos time limit; the attempt is made at least once
     * @param pause nanoseconds between two attempts
     */
    public static <T extends @Nullable Object> T retry(
            long nanos, long pause, Supplier<T> attempt, Predicate<T> isFinal) {
        long start = System.nanoTime();
        T result = attempt.get();
        while (!isFinal.test(result) && System.nanoTime() - start < nanos) {
            pause(pause);
            result = attempt.get();
        }
        return result;
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
