/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** What both threads of a shipper do: work again and again, and after a failure, pause and try again. */
abstract class ShipperThread implements Runnable {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final String INTERRUPT =
            "something interrupted the shipper's thread. The thread continues, because only close() ends it";

    final Spool spool;
    final ShipperOptions options;
    final ShippingSchedule schedule;
    final ShipperStatisticsRecorder progress;

    ShipperThread(Spool spool, ShipperOptions options, ShippingSchedule schedule, ShipperStatisticsRecorder progress) {
        this.spool = spool;
        this.options = options;
        this.schedule = schedule;
        this.progress = progress;
    }

    /** Does the work that is due next, or waits for it. Returns false if the thread ends. */
    abstract boolean work() throws IOException, ExecutionException, InterruptedException;

    /** Cleans up and reports the problem. Returns false if the thread ends. */
    abstract boolean afterFailure(Throwable failure);

    /** Works until the shipper is stopped. */
    final void repeat() {
        long pause = 0;
        while (true) {
            try {
                if (!schedule.pause(pause) || !work()) {
                    return;
                }
                pause = 0;
            } catch (Throwable failure) { // the user must learn that nothing is taken out or sent
                pause = Math.max(FIRST_PAUSE_NANOS, Math.min(2 * pause, LONGEST_PAUSE_NANOS));
                boolean isInterrupt = Thread.interrupted() || failure instanceof InterruptedException;
                boolean goesOn = afterFailure(isInterrupt ? new ShippingException(INTERRUPT, failure) : failure);
                if (!goesOn || failure instanceof Error) { // after an Error, only the next process knows what is done
                    return;
                }
            }
        }
    }
}
