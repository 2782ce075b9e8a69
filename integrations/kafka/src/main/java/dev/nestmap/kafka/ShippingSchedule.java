/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.internal.cleanup.Mutex;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * Decides which maps a shipper's thread takes out next: requested maps at once, and all maps once per interval.
 *
 * @param <K> type of the outer map's keys
 */
final class ShippingSchedule<K> {
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Mutex lock = new Mutex();
    private final Condition changed = lock.newCondition();
    private final Set<K> removals = new LinkedHashSet<>();
    private final long interval;
    private final boolean checksEntries;
    private long nextRound;
    private boolean isRoundDue;
    private long nextCheck;
    private long requestedRounds;
    private long finishedRounds;

    /** The rounds that are finished, or that lack only maps that fail. */
    private long attemptedRounds;

    /** Whether maps that failed are to be tried again, at {@link #retryAt}. */
    private boolean isRetryPlanned;

    private long retryAt;
    private long spooledRounds;
    /** Whether removals were due last. */
    private boolean wasRemoval;

    /** Whether neither a round nor removals came after the last retry. */
    private boolean wasRetry;

    private boolean stopped;

    /** The work that is due. */
    enum Work {
        /** Rotate all maps. */
        ALL,
        /** Rotate maps with many entries. */
        FULL,
        /** Try a map again that has failed. */
        RETRY,
        /** Take out maps that users have removed. */
        REMOVALS,
        /** Nothing: the shipper was stopped. */
        NONE
    }

    ShippingSchedule(ShipperOptions options) {
        this.interval = TimeUnit.NANOSECONDS.convert(options.interval());
        this.checksEntries = options.maxEntries() != Long.MAX_VALUE;
        // Machines that start together, or that wait for Kafka together, do not ship together.
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
                boolean isRoundNext = requestedRounds > attemptedRounds || isRoundDue || nextRound - now <= 0;
                boolean isOtherNext = isRoundNext || !removals.isEmpty();
                // None of the three holds up the others if it fails.
                if (isRetryPlanned && retryAt - now <= 0 && !(isOtherNext && wasRetry)) {
                    isRetryPlanned = false;
                    wasRetry = true;
                    return Work.RETRY;
                }
                wasRetry = wasRetry && !isOtherNext;
                if (!removals.isEmpty() && !(isRoundNext && wasRemoval)) {
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
                long left = checksEntries ? Math.min(nextCheck - now, nextRound - now) : nextRound - now;
                changed.awaitNanos(isRetryPlanned ? Math.min(left, retryAt - now) : left);
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
     * Ends a round: all counts from before {@link #beginRound} are shipped, perhaps with the exception of maps that fail.
     *
     * @param complete false if maps fail. If somebody has requested the round, a retry is due at once
     * @return false if the shipper was stopped, perhaps in the middle of the round, or if the round is not complete
     */
    boolean endRound(long requested, boolean complete) {
        return lock.holding(() -> {
            if (stopped) {
                return false;
            }
            if (!complete && requested > attemptedRounds) {
                isRetryPlanned = true;
                retryAt = System.nanoTime();
            }
            attemptedRounds = requested;
            isRoundDue = false;
            skipLateRounds();
            if (complete) {
                finishedRounds = requested;
                changed.signalAll();
            }
            return complete;
        });
    }

    /** No map fails any more, so that the next round can be complete. It is due, because it has the keys that were left out. */
    void repeatRounds() {
        lock.holding(() -> {
            attemptedRounds = finishedRounds;
            isRoundDue = true;
        });
    }

    /** Plans when to try maps again that have failed, unless an earlier time is planned. */
    void retryAfter(long nanos) {
        lock.holding(() -> {
            long at = System.nanoTime() + nanos;
            retryAt = isRetryPlanned ? at + Math.min(retryAt - at, 0) : at;
            isRetryPlanned = true;
        });
    }

    /** Sets the time of the next round. Returns false if it is in the future already. */
    private boolean skipLateRounds() {
        long late = System.nanoTime() - nextRound;
        if (late >= 0) {
            nextRound += interval * (1 + late / interval);
        }
        return late >= 0;
    }

    /**
     * Returns whether to rotate all maps into the spool: once per interval, and once for a request. This ends no round, because the counts are
     * not in Kafka.
     */
    boolean beginSpooledRound() {
        return lock.holding(() -> {
            boolean isRequested = requestedRounds > Math.max(spooledRounds, finishedRounds);
            spooledRounds = requestedRounds;
            return skipLateRounds() || isRequested;
        });
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
