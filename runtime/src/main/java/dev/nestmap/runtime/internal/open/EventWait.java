/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A wait for records, with a timeout. It ends at once if the thread is interrupted, or if one of its handles is revoked. */
public final class EventWait {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int SLICE_MILLIS = 20;

    /** After this time, a call looks again whether the object has failed. */
    private static final int LONGEST_MILLIS = 1000;

    /** Linux adds up to 50 microseconds (PR_SET_TIMERSLACK). */
    private static final long PAUSE_NANOS = 50_000;

    /** The waits of all threads. They are few, so a thread that revokes a handle looks at all of them. */
    private static final List<Waiting> WAITING = new CopyOnWriteArrayList<>();

    private final long start = System.nanoTime();
    private final long timeout;

    /** A wait that ends after the timeout, counted from now. */
    public EventWait(Duration timeout) {
        this.timeout = Math.max(0, TimeUnit.NANOSECONDS.convert(timeout)); // at most 292 years
    }

    /** When this wait began, by {@code System.nanoTime()}. */
    public long start() {
        return start;
    }

    /** Sleeps for about 0.1 ms, or until the timeout. Returns at once if the thread is interrupted. */
    public void pause() {
        long left = timeout - (System.nanoTime() - start);
        if (left > 0) {
            LockSupport.parkNanos(Math.min(left, PAUSE_NANOS));
        }
    }

    /** Ends the waits of other threads for records of a map, through all handles to it. */
    static void wake(RawMap raw) {
        for (Waiting waiting : WAITING) {
            if (waiting.maps.stream().anyMatch(map -> map.id() == raw.id())) {
                waiting.wait.wake();
            }
        }
    }

    /**
     * Waits at most a second for a record of a map. Returns true if the caller should look for records again, and false after the timeout.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean await(OpenMap map) throws InterruptedException {
        return await(List.of(map), LONGEST_MILLIS);
    }

    /**
     * Waits at most 20 ms for a record of one of the inner maps of an outer map. Then the caller looks for inner maps that are new.
     *
     * @return whether the caller should look for records again, which is false after the timeout
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitAny(List<OpenMap> maps) throws InterruptedException {
        return await(maps, SLICE_MILLIS);
    }

    private boolean await(List<OpenMap> maps, int longest) throws InterruptedException {
        if (Thread.interrupted()) {
            throw interrupted();
        }
        long left = timeout - (System.nanoTime() - start);
        if (left <= 0) {
            return false;
        }
        int millis =
                (int) Math.min(longest, (left - 1) / NANOS_PER_MILLI + 1); // rounded up; a larger sum could overflow
        if (maps.isEmpty()) {
            Thread.sleep(millis);
        } else {
            int result = awaitRecord(maps, millis);
            if (result < 0) {
                throw OperationListeners.leaving(
                        MapOperation.TAKE.failed(maps.get(0).shape(), null, result));
            }
        }
        return true;
    }

    private static int awaitRecord(List<OpenMap> maps, int millis) throws InterruptedException {
        try (StreamOperations.Wait wait = maps.get(0).raw().stream().newWait()) {
            Waiting waiting = new Waiting(maps, wait);
            WAITING.add(waiting); // before it enters the gates, so that a thread that revokes one later wakes it
            try {
                return waiting.await(millis);
            } finally {
                WAITING.remove(waiting);
            }
        }
    }

    private static InterruptedException interrupted() {
        return new InterruptedException("interrupted in a wait for events");
    }

    /** One wait of a thread. This is a channel because the JDK closes the channel of an interrupted thread's blocking operation. */
    private static final class Waiting extends AbstractInterruptibleChannel {
        private final List<OpenMap> maps;
        private final StreamOperations.Wait wait;

        Waiting(List<OpenMap> maps, StreamOperations.Wait wait) {
            this.maps = maps;
            this.wait = wait;
        }

        int await(int millis) throws InterruptedException {
            try {
                begin();
                try {
                    return awaitValid(millis);
                } finally {
                    end(true);
                }
            } catch (AsynchronousCloseException e) {
                Thread.interrupted(); // clears the flag, like every method that throws InterruptedException
                throw interrupted();
            }
        }

        /** Waits for the maps whose handles are valid. */
        private int awaitValid(int millis) {
            List<OpenMap> entered = new ArrayList<>();
            try {
                for (OpenMap map : maps) {
                    if (map.gate.enter()) {
                        entered.add(map);
                    }
                }
                List<RawMap> raws = entered.stream().map(OpenMap::raw).toList();
                return raws.isEmpty() ? 0 : wait.await(raws, millis);
            } finally {
                entered.forEach(map -> map.gate.exit());
            }
        }

        @Override
        protected void implCloseChannel() {
            wait.wake();
        }
    }
}
