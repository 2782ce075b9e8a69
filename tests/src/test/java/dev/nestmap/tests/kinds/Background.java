/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** What another thread does meanwhile. */
final class Background<T> extends FutureTask<T> {
    private static final long PATIENCE_SECONDS = 30;

    private final Thread thread = new Thread(this);

    private Background(Callable<T> action) {
        super(action);
        thread.setDaemon(true);
    }

    /** Begins it. */
    static <T> Background<T> start(Callable<T> action) {
        Background<T> started = new Background<>(action);
        started.thread.start();
        return started;
    }

    /** Begins it, and returns when it has found no record, and waits for one in the kernel. */
    static <T> Background<T> startWaiting(Callable<T> action) throws InterruptedException {
        Background<T> started = start(action);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!started.isWaiting()) {
            assertThat(started).as("waits for a record").isNotDone();
            assertThat(System.nanoTime()).as("time").isLessThan(end);
            Thread.sleep(1);
        }
        return started;
    }

    private boolean isWaiting() {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("awaitRecord"));
    }

    /** Interrupts its thread. */
    void interrupt() {
        thread.interrupt();
    }

    /** Its result, when it has one. */
    T result() throws Exception {
        return get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
