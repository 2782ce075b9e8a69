/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.open.EventWait;
import dev.nestmap.runtime.testing.Await;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** An action on another thread. */
final class BackgroundTask<T> extends FutureTask<T> {
    private static final long PATIENCE_SECONDS = 30;

    private final Thread thread = new Thread(this);

    private BackgroundTask(Callable<T> action) {
        super(action);
        thread.setDaemon(true);
    }

    /** Starts the action. */
    static <T> BackgroundTask<T> start(Callable<T> action) {
        BackgroundTask<T> started = new BackgroundTask<>(action);
        started.thread.start();
        return started;
    }

    /** Starts the action, and returns when its thread waits for an event of a kernel buffer. */
    static <T> BackgroundTask<T> startWaiting(Callable<T> action) {
        BackgroundTask<T> started = start(action);
        Await.until("the thread waits for a record", () -> {
            assertThat(started).as("waits for a record").isNotDone();
            return started.isWaiting();
        });
        return started;
    }

    private boolean isWaiting() {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(EventWait.class.getName())
                        && frame.getMethodName().equals("await"));
    }

    /** Interrupts the thread. */
    void interrupt() {
        thread.interrupt();
    }

    /** Returns the result of the action. Waits until it ends. */
    T result() throws Exception {
        return get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
