/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.KeyRequestTable;
import dev.nestmap.runtime.internal.nest.KeyRequestTable.MissTable;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.RequestedKeys;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.observe.OperationListener.Misses;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Creates inner maps for the keys that programs miss in an {@code @InnerMapsOnDemand} outer map, on a separate thread, until it is closed.
 * Keys that are missing at the same time get their maps in one batch. The listener learns how often programs missed each key. So each event
 * is counted once: in an inner map, in a {@link MissReport}, as lost, or as {@linkplain OuterAccessor#pendingMisses pending}. The counts are
 * exact under the conditions of {@link OuterAccessor#rotateAt}: only this process changes the slots, and no sleepable program uses the outer
 * map.
 *
 * <p>A report waits until the listener has returned. If the outer map is pinned, the next server passes the reports that a crashed process
 * left.
 *
 * <p>An outer map has one server at a time. A handle refuses a second server. The first process that serves a pinned outer map owns the
 * requests until its handle is closed.
 *
 * @param <K> type of the keys
 */
public final class OnDemandServer<K> implements AutoCloseable {
    /** How often the server looks at the keys that it remembers and that programs have not requested again. */
    private static final long REMEMBERED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** How often the server reports if no key got a map since the last report. */
    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final KeyRequestTable table;
    private final Duration pollInterval;
    private final Listener<K, ?> listener;
    private final OnDemandFailures failures;
    private final OnDemandCreator<K> creator;

    /** Only the server's thread uses it, like the fields below. */
    private final RequestedKeys<K> requested;

    private long lastReport = System.nanoTime();
    private long nextRemembered = lastReport;

    /** The time of the next report after the listener has failed. */
    private long nextReport = lastReport;

    /** Whether a table waits whose keys may get inner maps before it is reported. */
    private boolean isLate;

    /** Whether the outer map was closed. */
    private boolean isOver;

    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread thread;

    private volatile Statistics statistics = Statistics.NONE;

    OnDemandServer(
            String name,
            Nest state,
            Codec<K> codec,
            Duration pollInterval,
            Listener<K, ?> listener,
            OnDemandCreator.Fill fill) {
        if (pollInterval.isNegative() || pollInterval.isZero()) {
            throw new IllegalArgumentException("poll interval " + pollInterval + ": use a positive one");
        }
        this.name = name;
        this.table = state.requireRequests();
        this.requested = state.requestedKeys(codec);
        this.pollInterval = pollInterval;
        this.listener = listener;
        this.thread = new Thread(() -> state.operation(this::run), "nestmap-requests-" + name);
        thread.setDaemon(true);
        this.failures = new OnDemandFailures(name, state, listener);
        this.creator = new OnDemandCreator<>(name, state, requested, listener, fill, failures);
    }

    /** Starts the thread of the server. */
    OnDemandServer<K> start() {
        return OperationListeners.reporting(() -> {
            table.own();
            if (!table.beginService()) {
                throw BpfException.of(Reason.BUSY, "serving of requests")
                        .map(name)
                        .because("the handle has a server already: close that one before you start another one")
                        .build();
            }
            thread.start();
            return this;
        });
    }

    /**
     * Creates the inner maps that are requested now, and reports all misses: the last work of a server. Creates at most 4096 maps before the first
     * report, and at most 4096 more for the keys of each report. Tests call it in place of the thread.
     *
     * @return the number of keys with an inner map whose misses were reported
     */
    int serve() {
        return serve(true).reported();
    }

    /** @param withMap whether a key had or got an inner map */
    private record Round(int reported, boolean withMap) {}

    /** @param isLast whether to report whatever there is */
    private Round serve(boolean isLast) {
        Map<SlotKey, Long> current = table.current();
        long now = System.nanoTime();
        requested.add(current.keySet());
        boolean remembers = isLast || nextRemembered - now <= 0;
        nextRemembered = remembers ? now + REMEMBERED_NANOS : nextRemembered;
        RuntimeException failure = null;
        boolean withMap = false;
        try {
            withMap = creator.create(remembers || isLate ? null : current.keySet());
        } catch (InvalidHandleException e) {
            throw e;
        } catch (RuntimeException e) { // report nevertheless: the counts do not depend on it
            failure = e;
        }
        boolean rotates = !current.isEmpty()
                && (isLast || withMap || current.size() >= table.maxEntries() / 2 || now - lastReport >= REPORT_NANOS);
        isLate = false;
        int reported = isLast || nextReport - now <= 0 ? report(rotates, isLast) : 0;
        if (failure != null) {
            throw failure;
        }
        return new Round(reported, withMap || isLate);
    }

    /** Passes the reports that wait, and rotates the table. Returns the number of keys with an inner map. */
    private int report(boolean rotates, boolean isLast) {
        int reported = 0;
        boolean mayRotate = rotates;
        while (true) {
            MissTable waiting = table.next(false);
            MissTable next = waiting == null && mayRotate ? table.next(true) : waiting;
            mayRotate &= waiting != null;
            if (next == null) {
                return reported;
            }
            lastReport = System.nanoTime();
            if (isLate(next, waiting == null && !isLast)) {
                return reported;
            }
            int passed = pass(next);
            if (passed < 0) {
                return reported;
            }
            reported += passed;
        }
    }

    /**
     * Remembers the keys of a table. Gives the table back if it was just rotated and has keys that may get inner maps, because they came after
     * the last look at it: the next round creates their maps, with those of newer keys, in one grace period.
     */
    private boolean isLate(MissTable misses, boolean isNew) {
        boolean isDue = false;
        try {
            requested.add(misses.counts().keySet());
            isLate = isNew && creator.isDue(misses.counts().keySet());
            isDue = !isLate;
            return isLate;
        } finally {
            if (!isDue) { // or nobody would report any table again
                table.giveBack(misses);
            }
        }
    }

    /** Passes a report. Returns the number of its keys with an inner map, or -1 if it waits again. */
    private int pass(MissTable misses) {
        boolean isStored = false;
        try {
            MissReport<K> report = prepare(misses);
            Misses event = event(report);
            Statistics next = event == null ? statistics : statistics.plus(event);
            try {
                listener.missed(report);
            } catch (Throwable e) {
                nextReport = System.nanoTime() + RequestedKeys.RETRY_NANOS;
                failures.failed(BpfException.of(Reason.ACTION_FAILED, "report of misses")
                        .map(name)
                        .because("the listener threw " + e
                                + ". The report comes again in a second. Until then, keys get their inner maps, and"
                                + " misses that find the table full are lost")
                        .cause(e)
                        .build());
                return -1;
            }
            isStored = true;
            statistics = next;
            if (event != null) {
                OperationListeners.missed(event);
            }
            return report.missed().size();
        } finally {
            if (isStored) {
                acknowledge(misses);
            } else {
                table.giveBack(misses);
            }
        }
    }

    private void acknowledge(MissTable misses) {
        try {
            table.acknowledge(misses);
        } catch (BpfException e) { // this process does not pass it again, whatever its pin says
            failures.failed(e);
        }
    }

    private MissReport<K> prepare(MissTable misses) {
        Map<SlotKey, Long> counts = misses.counts();
        try {
            creator.create(counts.keySet()); // of the keys that came after the last look at the table
        } catch (InvalidHandleException e) {
            throw e;
        } catch (RuntimeException e) {
            failures.failed(e);
        }
        Set<SlotKey> there = creator.withMaps(List.copyOf(counts.keySet()));
        Map<K, Long> missed = new LinkedHashMap<>();
        long refused = 0;
        long waiting = 0;
        for (Map.Entry<SlotKey, Long> entry : counts.entrySet()) {
            SlotKey slot = entry.getKey();
            long count = entry.getValue();
            K key = there.contains(slot) ? requested.keyOf(slot) : null;
            if (key != null) {
                missed.merge(key, count, Long::sum);
            } else if (requested.isRefused(slot) || there.contains(slot)) {
                refused += count;
            } else {
                waiting += count;
            }
        }
        return new MissReport<>(misses::identity, missed, refused, waiting, table.lost(), misses.isExact());
    }

    /** What listeners learn of a report; null if none of its keys has an inner map. */
    private @Nullable Misses event(MissReport<K> report) {
        int keys = report.missed().size();
        long misses =
                report.missed().values().stream().mapToLong(Long::longValue).sum();
        return keys == 0 ? null : new Misses(name, keys, misses);
    }

    /** {@return the counts of the reports that the listener has received so far} */
    public Statistics statistics() {
        return statistics;
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
     * Stops the server after a last report of the misses so far. Later requests wait for the next server. If the outer map has no pin, first
     * detach the programs, then close the server, and then close the object. Otherwise, the last misses are lost. Does nothing if the server
     * is closed.
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
            while (!isClosedAfter(pause)) {
                pause = round(false);
            }
            if (!isOver) {
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

    /** Serves once and returns how long to wait before the next time, in nanoseconds. */
    private long round(boolean isLast) {
        try {
            Round round = serve(isLast);
            return round.withMap() || round.reported() > 0 ? 0 : TimeUnit.NANOSECONDS.convert(pollInterval);
        } catch (InvalidHandleException e) { // the outer map was closed
            isOver = true;
            closed.set(true);
            failures.ofRound(e);
            return 0;
        } catch (Throwable e) {
            failures.ofRound(e);
        }
        return RequestedKeys.RETRY_NANOS;
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
         * Returns whether a key may get an inner map. True by default. The server asks again each second. {@link MissReport#refused} counts
         * the misses meanwhile. The server remembers the last 65,536 keys without an inner map.
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
