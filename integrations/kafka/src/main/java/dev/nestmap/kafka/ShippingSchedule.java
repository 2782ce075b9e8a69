/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.internal.cleanup.Mutex;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * Decides which maps a shipper takes out next: requested maps at once, and all maps once per interval. Knows which rounds are in Kafka.
 *
 * @param <K> type of the outer map's keys
 */
final class ShippingSchedule<K> {
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Mutex lock = new Mutex();
    private final Condition changed = lock.newCondition();
    private final Set<K> removals = new LinkedHashSet<>();
    private final Deque<Round> rounds = new ArrayDeque<>();
    private final long interval;
    private final boolean checksEntries;
    private long nextRound;
    private boolean isRoundDue;
    private long nextCheck;
    private long requestedRounds;

    /** The requests for which a round has begun, and those of which all counts are in Kafka. */
    private long begunRounds;

    private long finishedRounds;

    /** The last row of the last round that somebody has requested and that is in Kafka; -1 if there is none. */
    private long shipped = -1;

    private long last = -1;

    /** Whether removals were due last. */
    private boolean wasRemoval;

    private boolean stopped;

    /**
     * A round whose maps are in files.
     *
     * @param requests the requests before it
     * @param began when it began
     * @param sequence the last file
     * @param number the last row
     */
    private record Round(long requests, long began, long sequence, long number) {}

    /** The work that is due. */
    enum Work {
        /** Rotate all maps. */
        ALL,
        /** Rotate maps with many entries. */
        FULL,
        /** Take out maps that users have removed. */
        REMOVALS,
        /** Nothing: the shipper was stopped. */
        NONE
    }

    ShippingSchedule(ShipperOptions options) {
        this.interval = TimeUnit.NANOSECONDS.convert(options.interval());
        this.checksEntries = options.maxEntries() != Long.MAX_VALUE;
        // Machines that start together do not ship together.
        this.nextRound = System.nanoTime() + 1 + ThreadLocalRandom.current().nextLong(interval);
        this.nextCheck = System.nanoTime() + CHECK_NANOS;
    }

    /** Requests a round and waits for its end. Returns false if it did not end in time, or if the shipper was stopped. */
    boolean requestRound(Duration timeout) throws InterruptedException {
        long left = TimeUnit.NANOSECONDS.convert(timeout);
        lock.lockInterruptibly();
        try {
            long mine = ++requestedRounds;
            changed.signalAll();
            while (finishedRounds < mine && !stopped && left > 0) {
                left = changed.awaitNanos(left);
            }
            return finishedRounds >= mine;
        } finally {
            lock.unlock();
        }
    }

    /** Does the same. The caller says that nothing counts any more. */
    boolean requestLastRound(Duration timeout) throws InterruptedException {
        boolean isFinished = requestRound(timeout);
        if (isFinished) {
            lock.holding(() -> {
                last = shipped;
            });
        }
        return isFinished;
    }

    void requestRemoval(K key) {
        lock.holding(() -> {
            removals.add(key);
            changed.signalAll();
        });
    }

    /** Waits until something is due. */
    Work awaitWork() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                long now = System.nanoTime();
                if (stopped) {
                    return Work.NONE;
                }
                boolean isRoundNext = requestedRounds > begunRounds || isRoundDue || nextRound - now <= 0;
                if (!removals.isEmpty() && !(isRoundNext && wasRemoval)) { // neither holds up the other if it fails
                    wasRemoval = true;
                    return Work.REMOVALS;
                }
                if (isRoundNext) {
                    wasRemoval = false;
                    return Work.ALL;
                }
                if (checksEntries && nextCheck - now <= 0) {
                    nextCheck = now + CHECK_NANOS;
                    return Work.FULL;
                }
                changed.awaitNanos(checksEntries ? Math.min(nextCheck - now, nextRound - now) : nextRound - now);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Begins a round. Returns the number of rounds that were requested before. */
    long beginRound() {
        return lock.holding(() -> requestedRounds);
    }

    /**
     * All maps of a round are in files, perhaps with the exception of maps that fail.
     *
     * @param began null if maps fail: then the counts from before are not complete
     */
    void written(long requests, @Nullable Long began, Spool spool) {
        lock.holding(() -> {
            begunRounds = requests;
            isRoundDue = false;
            long late = System.nanoTime() - nextRound;
            if (late >= 0) {
                nextRound += interval * (1 + late / interval);
            }
            if (began != null && !stopped) {
                Round round = new Round(requests, began, spool.sequence(), spool.number());
                Round last = rounds.peekLast();
                if (last != null && last.sequence() == round.sequence()) {
                    rounds.removeLast(); // it ends at the same time
                }
                rounds.add(round);
            }
        });
    }

    /** Ends the rounds of which everything is in Kafka. */
    void sent(Spool spool, ShipperStatisticsRecorder progress) {
        long unsent = spool.firstUnsent();
        lock.holding(() -> {
            for (Round round = rounds.peek(); round != null && round.sequence() < unsent; round = rounds.peek()) {
                rounds.remove();
                progress.round(round.began());
                if (round.requests() > finishedRounds) {
                    finishedRounds = round.requests();
                    shipped = round.number();
                    changed.signalAll();
                }
            }
        });
    }

    /** Returns whether this row was the last one when somebody said that nothing counts any more. */
    boolean isLast(long number) {
        return lock.holding(() -> last == number);
    }

    List<K> removals() {
        return lock.holding(() -> List.copyOf(removals));
    }

    void removed(List<K> keys) {
        lock.holding(() -> keys.forEach(removals::remove));
    }

    /** Makes the next round due at once. Called after a failure, so that the next round shows whether it still fails. */
    void makeRoundDue() {
        lock.holding(() -> {
            isRoundDue = true;
        });
    }

    /** Waits, but not longer than until the shipper is stopped or a round is requested. Returns false if it was stopped. */
    boolean pause(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            long requested = requestedRounds;
            while (!stopped && requested == requestedRounds && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !stopped;
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.holding(() -> {
            stopped = true;
            changed.signalAll();
        });
    }

    boolean isStopped() {
        return lock.holding(() -> stopped);
    }
}
