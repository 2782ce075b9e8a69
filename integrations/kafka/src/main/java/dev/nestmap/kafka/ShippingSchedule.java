/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Decides when a shipper takes out which maps: all of them once per interval and on request. Knows which rounds are in Kafka. */
final class ShippingSchedule {
    private final Deque<Round> rounds = new ArrayDeque<>();
    private final long interval;
    private long nextRound;
    private boolean isRoundDue;
    private long requestedRounds;

    /** The requests for which a round has begun, and those of which all counts are in Kafka. */
    private long begunRounds;

    private long finishedRounds;

    /** The last request of somebody who has ended what counts. */
    private long lastRequest;

    private boolean stopped;

    /**
     * A round whose maps are in files.
     *
     * @param requests the requests before it
     * @param began when it began
     * @param sequence the last file
     */
    private record Round(long requests, long began, long sequence) {}

    ShippingSchedule(ShipperOptions options) {
        this.interval = TimeUnit.NANOSECONDS.convert(options.interval);
        // Machines that start together do not ship together.
        this.nextRound = System.nanoTime() + 1 + ThreadLocalRandom.current().nextLong(interval);
    }

    /**
     * Requests a round and waits for its end. Returns false if it did not end in time, or if the shipper was stopped.
     *
     * @param isLast whether the caller says that nothing counts any more
     */
    synchronized boolean requestRound(Duration timeout, boolean isLast) throws InterruptedException {
        long mine = ++requestedRounds;
        lastRequest = isLast ? mine : lastRequest;
        notifyAll();
        long begin = System.nanoTime();
        long most = TimeUnit.NANOSECONDS.convert(timeout);
        for (long left = most; finishedRounds < mine && !stopped && left > 0; left = begin + most - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return finishedRounds >= mine;
    }

    /** Waits until a round is due. Returns false if the shipper was stopped. */
    synchronized boolean awaitRound() throws InterruptedException {
        while (!stopped) {
            long left = nextRound - System.nanoTime();
            if (requestedRounds > begunRounds || isRoundDue || left <= 0) {
                return true;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return false;
    }

    /** Begins a round. Returns the number of rounds that were requested before. */
    synchronized long beginRound() {
        return requestedRounds;
    }

    /** Returns whether somebody said before this round that nothing counts any more. */
    synchronized boolean isLast() {
        return lastRequest > begunRounds;
    }

    /**
     * All maps of a round are in files, perhaps with the exception of maps that fail.
     *
     * @param began null if maps fail: then the counts from before are not complete
     */
    synchronized void written(long requests, @Nullable Long began, Spool spool) {
        begunRounds = requests;
        isRoundDue = false;
        long late = System.nanoTime() - nextRound;
        if (late >= 0) {
            nextRound += interval * (1 + late / interval);
        }
        if (began != null && !stopped) {
            Round round = new Round(requests, began, spool.sequence());
            rounds.removeIf(earlier -> earlier.sequence() == round.sequence()); // it ends at the same time
            rounds.add(round);
        }
    }

    /** Ends the rounds of which everything is in Kafka. */
    synchronized void sent(Spool spool, ShipperStatisticsRecorder progress) {
        long unsent = spool.firstUnsent();
        for (Round round = rounds.peek(); round != null && round.sequence() < unsent; round = rounds.peek()) {
            rounds.remove();
            progress.round(round.began());
            if (round.requests() > finishedRounds) {
                finishedRounds = round.requests();
                notifyAll();
            }
        }
    }

    /** Makes the next round due at once. Called after a failure, so that the next round shows whether it still fails. */
    synchronized void makeRoundDue() {
        isRoundDue = true;
    }

    /** Waits, but not longer than until the shipper is stopped or a round is requested. Returns false if it was stopped. */
    synchronized boolean pause(long nanos) throws InterruptedException {
        long begin = System.nanoTime();
        long requested = requestedRounds;
        for (long left = nanos;
                !stopped && requested == requestedRounds && left > 0;
                left = begin + nanos - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return !stopped;
    }

    synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    synchronized boolean isStopped() {
        return stopped;
    }
}
