/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.KeyRequestTable;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.RequestedKeys;
import dev.nestmap.runtime.internal.nest.SlotChange;
import dev.nestmap.runtime.internal.nest.SlottedInnerMap;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.observe.OperationListener.Misses;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/**
 * Creates inner maps for the keys that programs miss in an {@code @InnerMapsOnDemand} outer map, on a separate thread, until it is closed. Keys that
 * are missing at the same time get their maps in one batch, from spare maps that the server keeps ready. The listener learns how often
 * programs missed each key. So every event is counted: a program finds the inner map, or its miss is counted. The counts are exact under
 * the conditions of {@link OuterAccessor#rotate(Object)}: only this process changes the slots, and no sleepable program uses the outer map.
 *
 * <p>Several servers may serve one outer map, and only one of them creates the inner map of a key. Of the servers of one handle, only one
 * reports each count. Those of different handles or processes may report the same count, as they share no lock while a listener runs. If
 * the outer map is pinned, requests outlive the process: after a crash, the next server finds them. A request can be reported twice, see
 * {@link Listener#served}. If the same server reports it twice, {@link #missed} and {@link #statistics} count its misses twice.
 *
 * @param <K> type of the keys
 */
public final class OnDemandServer<K> implements AutoCloseable {
    /** Largest number of keys that share one grace period. */
    private static final int MOST_AT_ONCE = 4096;

    /** Number of spare maps that the server creates before it reads the table of requests again. */
    private static final int REFILL = 16;

    private final String name;
    private final Nest state;
    private final KeyRequestTable table;
    private final Options options;
    private final Listener<K, ?> listener;
    private final BiConsumer<SlotKey, SlottedInnerMap> fill;

    /** Empty inner maps, created in advance, so that a request does not wait for them. */
    private final Queue<OpenMap> spares = new LinkedBlockingQueue<>();

    /** Guarded by {@link #serving}. */
    private final RequestedKeys<K> requested;

    /** The most keys of the next batch. Guarded by {@link #serving}. */
    private int most = MOST_AT_ONCE;

    private final Mutex serving = new Mutex();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private volatile Statistics statistics = Statistics.NONE;

    private final LongAdder refused = new LongAdder();

    /** @param fill fills a new inner map through the listener */
    OnDemandServer(
            String name,
            Nest state,
            Codec<K> codec,
            Options options,
            Listener<K, ?> listener,
            BiConsumer<SlotKey, SlottedInnerMap> fill) {
        this.name = name;
        this.state = state;
        this.table = state.requireRequests();
        this.requested = state.requestedKeys(codec);
        this.options = options;
        this.listener = listener;
        this.fill = fill;
        this.thread = new Thread(this::run, "nestmap-requests-" + name);
        thread.setDaemon(true);
    }

    /** Starts the thread of the server. */
    OnDemandServer<K> start() {
        thread.start();
        return this;
    }

    /**
     * Creates the inner maps that are requested now, at most 4096, without waiting for the server's thread. Also works after {@link
     * #close}.
     *
     * @return the number of keys whose requests ended
     * @throws BpfException if the outer map can't be read or written
     */
    public int serve() {
        return serving.holding(() -> {
            long before = requested.lastRead();
            List<SlotKey> due = requested.read(state.mostAtOnce(most), (slot, e) -> failed(failure(slot, e)));
            AtomicInteger ended = new AtomicInteger();
            most = Math.max(1, due.size() / 2); // if this fails, memory may suffice for fewer maps
            try {
                if (!due.isEmpty()) {
                    reportFailures(state.createRequested(
                            due,
                            this::newMap,
                            this::fillNew,
                            counts -> ended.addAndGet(ended(counts, System.nanoTime() - before))));
                }
                most = MOST_AT_ONCE;
            } finally {
                refused.add(requested.removeRefused());
            }
            return ended.get();
        });
    }

    /**
     * Counts the misses of keys that this server has refused, because {@link Listener#fill} threw, because no key of the record has their
     * bytes, or because an {@code ARRAY_OF_MAPS} whose size is set at load has no such index (otherwise, the C helper counts such a miss as
     * {@linkplain #lostRequests lost}). No other count includes these misses. A miss at the moment when the
     * server removes the request may be lost, or counted for another new request.
     *
     * @return the number of misses
     */
    public long refused() {
        return refused.sum();
    }

    /** {@return the number of misses of keys for which this server has created inner maps} */
    public long missed() {
        return statistics.missed();
    }

    /** {@return the counts of the requests that the server has served so far} */
    public Statistics statistics() {
        return statistics;
    }

    /**
     * Counts the misses that left no request, because {@code maxPending} other keys were already requested, or because the key is beyond
     * the last index of an {@code ARRAY_OF_MAPS}. The count starts at the load of the object or, if the outer map is pinned, at its
     * creation.
     *
     * @return the number of misses
     */
    public long lostRequests() {
        return table.lost();
    }

    /** Stops the server's thread after its current work. Later requests wait for the next server. Does nothing if the server is closed. */
    @Override
    public void close() {
        closed.countDown();
        boolean interrupted = false;
        // The thread may wait for a listener that closes the server.
        boolean isWaitedFor = thread.equals(Thread.currentThread()) || serving.isHeldByCurrentThread();
        while (!isWaitedFor && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            long pause = 0;
            while (!closed.await(pause, TimeUnit.NANOSECONDS)) {
                pause = round();
            }
        } catch (InterruptedException e) {
            failed("its thread was interrupted", e);
        } finally {
            for (OpenMap map = spares.poll(); map != null; map = spares.poll()) {
                map.close();
            }
        }
    }

    /** Serves once and returns how long to wait before the next time, in nanoseconds. */
    private long round() {
        try {
            return serve() > 0 || refill() ? 0 : TimeUnit.NANOSECONDS.convert(options.pollInterval());
        } catch (InvalidHandleException e) { // the outer map was closed
            closed.countDown();
            failed(e);
            return 0;
        } catch (RuntimeException e) {
            failed(e);
        } catch (Throwable e) { // for example an OutOfMemoryError
            failed(e.toString(), e);
        }
        return RequestedKeys.RETRY_NANOS;
    }

    private OpenMap newMap() {
        OpenMap map = spares.poll();
        return map != null ? map : state.createDetached(state.innerShape());
    }

    /** Creates some of the missing spare maps. Returns false if none is missing. */
    private boolean refill() {
        int created = 0;
        while (created < REFILL && spares.size() < options.spares()) {
            spares.add(state.createDetached(state.innerShape()));
            created++;
        }
        return created > 0;
    }

    private int ended(Map<SlotKey, Long> counts, long waitNanos) {
        if (!counts.isEmpty()) {
            Map<K, Long> keys = new LinkedHashMap<>();
            counts.forEach((slot, count) -> keys.merge(requested.key(slot), count, Long::sum));
            requested.ended(counts.keySet());
            Served<K> served = new Served<>(keys);
            Duration wait = Duration.ofNanos(waitNanos);
            statistics = statistics.plus(counts.size(), served.total(), wait);
            OperationListeners.missed(new Misses(name, counts.size(), served.total(), wait));
            callListener(() -> listener.served(served));
        }
        return counts.size();
    }

    private boolean fillNew(SlotKey slot, SlottedInnerMap fresh) {
        try {
            fill.accept(slot, fresh);
            return true;
        } catch (Throwable e) { // whatever it is, it must not delay the other keys
            requested.refuse(slot);
            failed(failure(slot, e));
            return false;
        }
    }

    private BpfException failure(SlotKey slot, Throwable cause) {
        return BpfException.of("creation of an inner map on demand")
                .map(name)
                .key(slot.key())
                .because(cause.toString())
                .cause(cause)
                .build();
    }

    private void reportFailures(List<SlotChange> changes) {
        Map<Object, BpfException> failures = new LinkedHashMap<>();
        for (SlotChange change : changes) {
            BpfException failure = change.failure();
            if (failure != null && change.result() != -ErrnoNumbers.EEXIST) {
                failures.put(change.slot().key(), failure);
                requested.failed(change.slot());
            }
        }
        if (!failures.isEmpty()) {
            failed(OperationListeners.leaving(
                    new BatchException("creation of inner maps on demand", name, changes.size(), failures),
                    failures.values()));
        }
    }

    private void failed(String why, Throwable cause) {
        failed(BpfException.of("serving of requests")
                .map(name)
                .because(why)
                .cause(cause)
                .build());
    }

    private void failed(RuntimeException failure) {
        warn("requests for inner maps of " + name + " are not served", failure);
        callListener(() -> listener.failed(failure));
    }

    private void callListener(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable e) { // the listener has the counts, so even after an Error their requests must end
            warn("the listener to requests for inner maps of " + name + " failed", e);
        }
    }

    private void warn(String message, Throwable failure) {
        WarningLog.RUNTIME.warn("on-demand map " + name, message + ": " + failure.getMessage(), failure);
    }

    /**
     * Callbacks of a {@link OnDemandServer}. They run on the server's thread or, during {@link OnDemandServer#serve}, on the calling
     * thread. If {@link #served} throws, Nestmap logs the exception and still deletes the requests. An exception of {@link #fill} is
     * different: the server refuses the key, and tries it again later.
     *
     * @param <K> type of the keys
     * @param <M> type of borrowed handles to inner maps
     */
    @FunctionalInterface
    public interface Listener<K, M> {
        /**
         * Reports keys that now have a new inner map. This method may change the slots of these keys. Other threads can't change them until
         * it returns, so it must not wait for a thread that changes them. Changing the slot of any other key throws an {@link
         * IllegalStateException}; reading it may throw the same while another thread changes it.
         *
         * <p>The server deletes the requests when this method returns. If the process is killed before that, or if the kernel refuses the
         * deletion, a server reports the same keys again. The counts are the same, and so are the inner maps, unless somebody took them
         * out. To
         * recognize the second report, store the counts with the {@code id()} of the inner map.
         *
         * @param served the keys and the number of misses of each
         */
        void served(Served<K> served);

        /**
         * Fills a new inner map before programs can see it. Does nothing by default. If this method throws, the server refuses the key: it
         * creates no inner map, and removes the request. If programs miss the key again, the server tries again after a pause: a second
         * after the first refusal, then twice as long each time, at most ten minutes. Until then, {@link OnDemandServer#refused} counts the
         * misses. The server remembers the last 65,536 refused keys.
         *
         * @param key key of the inner map
         * @param empty the inner map, valid at least until this method returns
         */
        default void fill(K key, M empty) {}

        /**
         * Reports a failure, for one key or for all. Does nothing by default. The server logs the failure, and tries the keys again after a
         * second, or after the pause of a refused key. During this time it counts further misses.
         *
         * @param failure the failure
         */
        default void failed(RuntimeException failure) {}
    }

    /**
     * Keys that programs missed and that now have an inner map.
     *
     * @param missed the number of misses of each key; 0 for a key that only user space requested
     * @param <K> type of the keys
     */
    public record Served<K>(Map<K, Long> missed) {
        /**
         * Copies the map.
         *
         * @param missed how often programs missed each key
         */
        public Served {
            missed = Collections.unmodifiableMap(new LinkedHashMap<>(missed));
        }

        /** {@return the number of misses of all these keys together} */
        public long total() {
            return missed.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * Options of a {@link OnDemandServer}.
     *
     * @param pollInterval pause between two reads of the table of requests, more than zero; 5 ms by default. Programs miss a new key for at
     *     most this time plus a grace period (about 10 ms, and 0.1 ms since Linux 6.19)
     * @param spares number of empty inner maps that the server keeps ready, 0 or more; 64 by default. They use as much memory as inner
     *     maps in slots
     */
    public record Options(Duration pollInterval, int spares) {
        private static final Options DEFAULTS = new Options(Duration.ofMillis(5), 64);

        /**
         * Checks the numbers.
         *
         * @param pollInterval more than zero
         * @param spares 0 or more
         * @throws IllegalArgumentException if the interval is not positive, or if the number of spares is negative
         */
        public Options {
            if (pollInterval.isNegative() || pollInterval.isZero()) {
                throw new IllegalArgumentException("poll interval " + pollInterval + ": use a positive one");
            }
            if (spares < 0) {
                throw new IllegalArgumentException(spares + " spare inner maps: use 0 or more");
            }
        }

        /** {@return the default options: 5 ms and 64 spare maps} */
        public static Options defaults() {
            return DEFAULTS;
        }

        /**
         * Returns options with another poll interval.
         *
         * @param interval more than zero
         * @return new options
         * @throws IllegalArgumentException if the interval is not positive
         */
        public Options withPollInterval(Duration interval) {
            return new Options(interval, spares);
        }

        /**
         * Returns options with another number of spare maps.
         *
         * @param count 0 or more
         * @return new options
         * @throws IllegalArgumentException if the number is negative
         */
        public Options withSpares(int count) {
            return new Options(pollInterval, count);
        }
    }

    /**
     * Counts of the requests that a {@link OnDemandServer} has served since it was started.
     *
     * @param served number of requests that ended because their keys got an inner map. A key counts again if its map is taken out and
     *     programs miss it again
     * @param missed number of misses of these keys
     * @param largestBatch largest number of requests that ended together
     * @param longestWait upper bound of the time from a key's first miss, or from the start of the server, until programs could find its
     *     map. The table records no times, so the time starts at the last read that did not find the key. Keys whose first try failed don't
     *     count; the listener received their failures
     */
    public record Statistics(long served, long missed, int largestBatch, Duration longestWait) {
        static final Statistics NONE = new Statistics(0, 0, 0, Duration.ZERO);

        /** Returns the statistics with one more batch. */
        Statistics plus(int keys, long misses, Duration wait) {
            return new Statistics(
                    served + keys,
                    missed + misses,
                    Math.max(largestBatch, keys),
                    wait.compareTo(longestWait) > 0 ? wait : longestWait);
        }
    }
}
