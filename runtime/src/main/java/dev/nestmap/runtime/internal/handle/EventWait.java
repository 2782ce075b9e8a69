/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import dev.nestmap.runtime.internal.map.MapOperation;
import java.time.Duration;
import java.util.List;

/**
 * A wait for records of ring buffers, with an end. It is made of short waits in the kernel, so that who closes a map need not
 * wait long for it, and an interrupt is seen.
 */
public final class EventWait {
    private static final int SLICE_MILLIS = 20;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final long start = System.nanoTime();
    private final long timeout;

    /** Ends that much from now. */
    public EventWait(Duration timeout) {
        this.timeout = saturated(timeout);
    }

    /**
     * Waits a while for a record in one of the maps; true when it is worth looking for one again, false when the time is over.
     *
     * @throws InterruptedException when the thread was interrupted
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
