/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import dev.nestmap.runtime.internal.nest.KeyRequestTable;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.RequestedKeys;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.observe.OperationListener.Misses;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Creates inner maps for the keys that programs miss in an {@code @InnerMapsOnDemand} outer map, on a separate thread, until it is closed. Keys that
 * are missing at the same time get their maps in one batch. The listener is told how often programs missed each key. So each event is counted once:
 * in an inner map, in a {@link MissReport}, as lost, or as {@linkplain OuterAccessor#pendingMisses pending}. The counts are exact as long as only
 * this process changes the slots, and no sleepable program uses the outer map (see {@link OuterAccessor#rotateAt}).
 *
 * <p>The server keeps a report until the listener has returned. If the process crashes and the outer map is pinned, the next server passes the
 * reports that were left.
 *
 * <p>An outer map has one server at a time: a handle refuses to start a second one. If the outer map is pinned, the first process that serves it owns
 * the requests until that process closes its handle.
 *
 * @param <K> type of the keys
 */
public final class OnDemandServer<K> implements AutoCloseable {
    private static final long OVER = -1;

    private final String name;
    private final KeyRequestTable table;
    private final Duration pollInterval;

    /** Only the server's thread uses it. */
    private final OnDemandWork<K> work;

    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread thread;

    OnDemandServer(
            String name,
            Nest state,
            Codec<K> codec,
            Duration pollInterval,
            Listener<K, ?> listener,
            OnDemandWork.Fill fill) {
        if (pollInterval.isNegative() || pollInterval.isZero()) {
            throw new IllegalArgumentException("poll interval " + pollInterval + ": use a positive one");
        }
        this.name = name;
        this.table = state.requireRequests();
        this.pollInterval = pollInterval;
        this.thread = new Thread(() -> state.operation(this::run), "nestmap-requests-" + name);
        thread.setDaemon(true);
        this.work = new OnDemandWork<>(name, state, codec, listener, fill);
    }

    /** Starts the thread of the server. */
    OnDemandServer<K> start() {
        return OperationListeners.reporting(() -> {
            table.own();
            if (!table.beginService()) {
                throw BpfException.of(Reason.BUSY, "serving of requests")
                        .map(name)
                        .because("the handle has a server already: close that one before you start another one");
            }
            thread.start();
            return this;
        });
    }

    /** Does the last work of a server. Tests call it in place of the thread, and get the number of keys with an inner map whose misses were reported. */
    int serve() {
        return work.serve(true).reported();
    }

    /** {@return the counts of the reports that the listener has received so far} */
    public Statistics statistics() {
        return work.statistics();
    }

    /**
     * Counts the misses that left no request: see {@link MissReport#lostSoFar}.
     *
     * @return the number of misses
     */
    public long lostRequests() {
        return table.lost();
    }

    /**
     * Stops the server after a last report of the misses so far. Later requests wait for the next server. If the outer map has no pin, the last
     * misses are lost unless you first detach the programs, then close the server, and then close the object. Does nothing if the server is closed.
     */
    @Override
    public void close() {
        closed.set(true);
        LockSupport.unpark(thread);
        if (!thread.equals(Thread.currentThread())) { // otherwise a listener closes the server
            UninterruptibleWait.await(thread::join);
        }
    }

    private boolean run() {
        try {
            long pause = 0;
            while (pause != OVER && !isClosedAfter(pause)) {
                pause = round(false);
            }
            if (pause != OVER) {
                round(true);
            }
        } finally {
            table.endService();
        }
        return true;
    }

    /** Waits, and returns whether the server is closed. */
    private boolean isClosedAfter(long nanos) {
        UninterruptibleWait.until(closed, nanos);
        // A listener may have set the flag. If nobody served the requests any more, programs would lose misses.
        Thread.interrupted();
        return closed.get();
    }

    /** Serves once and returns how long to wait before the next time, in nanoseconds; {@link #OVER} if the outer map was closed. */
    private long round(boolean isLast) {
        try {
            OnDemandWork.Round round = work.serve(isLast);
            return round.withMap() || round.reported() > 0 ? 0 : TimeUnit.NANOSECONDS.convert(pollInterval);
        } catch (Throwable e) {
            work.ofRound(e);
            return e instanceof InvalidHandleException ? OVER : RequestedKeys.RETRY_NANOS;
        }
    }

    /**
     * Callbacks of an {@link OnDemandServer}. They run on the server's thread, and may use and change the outer map.
     *
     * @param <K> type of the keys
     * @param <M> type of borrowed handles to inner maps
     */
    @FunctionalInterface
    public interface Listener<K, M> {
        /**
         * Stores the misses of some keys. If this method throws, or if the process is killed before it returns, the same report comes again, with
         * the same identity and the same {@link MissReport#total}. Until then there are no other reports, but keys get their inner maps.
         *
         * @param report the misses
         * @throws Exception if the report could not be stored
         */
        void missed(MissReport<K> report) throws Exception;

        /**
         * Returns whether a key may get an inner map. True by default. If you refuse a key, the server asks again each second, and {@link
         * MissReport#refused} counts the misses meanwhile. The server remembers the last 65,536 keys without an inner map.
         *
         * @param key key of the inner map
         * @return false to refuse the key
         */
        default boolean accepts(K key) {
            return true;
        }

        /**
         * Fills a new inner map before programs can see it. Does nothing by default. If this method throws, the server creates no inner map,
         * reports a failure, and tries again after a second. Until then, {@link MissReport#waiting} counts the misses.
         *
         * @param key key of the inner map
         * @param empty the inner map, valid at least until this method returns
         * @throws Exception if the map could not be filled
         */
        default void fill(K key, M empty) throws Exception {}

        /**
         * Reports a failure, for one key or for all. Does nothing by default. The server logs the failure without its stack trace, and tries
         * again after a second.
         *
         * @param failure the failure
         */
        default void failed(RuntimeException failure) {}
    }

    /**
     * Counts of the reports that the listener of a {@link OnDemandServer} has received since it was started.
     *
     * @param served number of keys in these reports that had an inner map. A key counts again in each report
     * @param missed number of misses of these keys
     */
    public record Statistics(long served, long missed) {
        static final Statistics NONE = new Statistics(0, 0);

        /** Returns the statistics with one more report. */
        Statistics plus(Misses report) {
            return new Statistics(served + report.keys(), missed + report.count());
        }
    }
}
