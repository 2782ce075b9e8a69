/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Cleaner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Runs the garbage collector. */
public final class GarbageCollection {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final int PATIENCE_SECONDS = 30;

    private GarbageCollection() {}

    /** Runs the collector until a condition holds. */
    public static void until(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            run();
        }
    }

    /** Returns when the collector has found an object that became garbage just before, and a cleaner was told so. */
    public static void run() throws InterruptedException {
        CountDownLatch found = new CountDownLatch(1);
        CLEANER.register(new Object(), found::countDown);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        do {
            assertThat(System.nanoTime()).as("time").isLessThan(end);
            System.gc();
        } while (!found.await(1, TimeUnit.MILLISECONDS));
    }
}
