/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another thread, another process or the kernel brings about. */
public final class Await {
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private Await() {}

    /** Returns when a condition holds. Fails after a minute, with what was awaited. */
    public static <E extends Exception> void until(String what, Condition<E> condition) throws E {
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new AssertionError("waited a minute until " + what);
            }
            if (Thread.currentThread().isInterrupted()) { // by the time limit of the test
                throw new AssertionError("interrupted until " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /**
     * What is awaited.
     *
     * @param <E> what finding out may throw
     */
    @FunctionalInterface
    public interface Condition<E extends Exception> {
        boolean holds() throws E;
    }
}
