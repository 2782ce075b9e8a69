/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import dev.nestmap.runtime.internal.map.MapOperation;
import java.time.Duration;
import java.util.List;

/**
 * A wait for records, with a timeout. It consists of short waits in the kernel, so that it notices an interrupt, and so that a
 * thread that closes a map does not wait long.
 */
public final class EventWait {
    private static final int SLICE_MILLIS = 20;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final long start = System.nanoTime();
    private final long timeout;

    /** A wait that ends after the timeout, counted from now. */
    public EventWait(Duration timeout) {
        this.timeout = saturated(timeout);
    }

    /**
     * Waits at most 20 ms for a record in one of the maps. Returns true if the caller should look for records again, and false
     * after the timeout.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean await(List<LeasedMap> maps) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted in a wait for events");
        }
        long left = timeout - (System.nanoTime() - start);
        if (left <= 0) {
            return false;
        }
        int millis = (int) Math.min(SLICE_MILLIS, (left + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
        if (maps.isEmpty()) {
            Thread.sleep(millis);
        } else {
            int result = LeasedStream.awaitAny(maps, millis);
            if (result < 0) {
                throw MapOperation.TAKE.failed(maps.get(0).shape(), null, result);
            }
        }
        return true;
    }

    private static long saturated(Duration timeout) {
        try {
            return timeout.toNanos();
        } catch (ArithmeticException e) {
            return timeout.isNegative() ? 0 : Long.MAX_VALUE;
        }
    }
}
