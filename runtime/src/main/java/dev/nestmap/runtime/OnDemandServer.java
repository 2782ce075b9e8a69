/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.HeldInnerMap;
import dev.nestmap.runtime.internal.nest.InnerMapSource;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.RequestTable;
import dev.nestmap.runtime.internal.nest.SlotChange;
import dev.nestmap.runtime.internal.observe.Listeners;
import dev.nestmap.runtime.observe.OperationListener.Misses;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/**
 * Creates inner maps for the keys that programs miss in an {@code @OnDemand} outer map. It works on a thread of its own until it is closed.
 * Keys that are missing at the same time get their maps in one batch, from spare maps that are kept ready. The listener learns how often
 * programs missed each key. So no event is uncounted: a program finds the inner map, or its miss is counted. The counts are exact if only
 * this process changes the slots and no sleepable program uses the outer map, as for {@link OuterAccessor#rotate(Object)}.
 *
 * <p>Several servers may serve one outer map; each count is reported by one of them. If the outer map is pinned, requests outlive
 * the process: the next server finds the requests of a process that was killed. A request can be reported twice: see {@link
 * Listener#served}. If the same server does so, {@link #missed} and {@link #statistics} count its misses twice.
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
    private final RequestTable table;
    private final Options options;
    private final Listener<K, ?> listener;
    private final BiConsumer<SlotKey, HeldInnerMap> fill;
    private final InnerMapSource spares;

    /** Guarded by {@link #serving}. */
    private final RequestedKeys<K> requested;

    private final Mutex serving = new Mutex();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private volatile Statistics statistics = Statistics.NONE;

    private final LongAdder refused = new LongAdder();

    private OnDemandServer(
            String name,
            Nest state,
            RequestTable table,
            Codec<K> codec,
            Options options,
            Listener<K, ?> listener,
            BiConsumer<SlotKey, HeldInnerMap> fill) {
        this.name = name;
        this.state = state;
        this.table = table;
        this.requested = new RequestedKeys<>(table, codec);
        this.options = options;
        this.listener = listener;
        this.fill = fill;
        this.spares = state.spares(options.spares());
        this.thread = new Thread(this::run, "nestmap-requests-" + name);
        thread.setDaemon(true);
    }

    /**
     * Starts a server.
     *
     * @param fill fills a new inner map through the listener
     */
    static <K> OnDemandServer<K> start(
            String name,
            Nest state,
            Codec<K> codec,
            Options options,
            Listener<K, ?> listener,
            BiConsumer<SlotKey, HeldInnerMap> fill) {
        OnDemandServer<K> server =
                new OnDemandServer<>(name, state, state.requireRequests(), codec, options, listener, fill);
        server.thread.start();
        return server;
    }

    /**
     * Creates the inner maps that are requested now, at most 4096, without waiting for the server's thread. Works after the server
     * was closed, too.
     *
     * @return the number of keys whose requests ended
     * @throws BpfException if the outer map can't be read or written
     */
    public int serve() {
        return serving.holding(() -> {
            long before = requested.lastRead();
            List<SlotKey> due = requested.read(state.mostAtOnce(MOST_AT_ONCE), (slot, e) -> failed(failure(slot, e)));
            AtomicInteger ended = new AtomicInteger();
            if (!due.isEmpty()) {
                reportFailures(state.createRequested(
                        due,
                        spares,
                        this::fillNew,
                        counts -> ended.addAndGet(ended(counts, System.nanoTime() - before))));
            }
            refused.add(requested.removeRefused());
            return ended.get();
        });
    }

    /**
     * Counts the misses of keys that this server has refused, because {@link Listener#fill} threw or because no key of the record has their
     * bytes. They are in no other count. A miss that a program recorded at the moment when the server removed the request may be lost, or
     * counted for a key that was requested just then.
     *
     * @return the number of misses
     */
    public long refused() {
        return refused.sum();
    }

    /** {@return how often programs missed the keys that this server has created inner maps for} */
    public long missed() {
        return statistics.missed();
    }

    /** {@return the counts of the requests that were served so far} */
    public Statistics statistics() {
        return statistics;
    }

    /**
     * Counts the misses that left no request, because {@code maxPending} other keys were already requested, or because the key is
     * beyond the last index of an {@code ARRAY_OF_MAPS}. The count starts when the outer map's object is loaded, or for a pinned
     * outer map when it is created.
     *
     * @return the number of misses
     */
    public long lostRequests() {
        return table.lost();
    }

    /**
     * Stops the server's thread after its current work. Later requests wait for the next server. Does nothing if the server is
     * already closed.
     */
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
            failed(BpfException.of("serving of requests")
                    .map(name)
                    .because("its thread was interrupted")
                    .cause(e)
                    .build());
        } finally {
            spares.close();
        }
    }

    /** Serves once and returns how long to wait before the next time, in nanoseconds. */
    private long round() {
        try {
            return serve() > 0 || spares.refill(REFILL)
                    ? 0
                    : options.pollInterval().toNanos();
        } catch (InvalidHandleException e) { // the outer map was closed
            closed.countDown();
            failed(e);
            return 0;
        } catch (RuntimeException e) {
            failed(e);
        } catch (Throwable e) { // for example an OutOfMemoryError
            failed(BpfException.of("serving of requests")
                    .map(name)
                    .because(e.toString())
                    .cause(e)
                    .build());
        }
        return RequestedKeys.RETRY_NANOS;
    }

    private int ended(Map<SlotKey, Long> counts, long waitNanos) {
        if (!counts.isEmpty()) {
            Map<K, Long> keys = new LinkedHashMap<>();
            counts.forEach((slot, count) -> keys.merge(requested.key(slot), count, Long::sum));
            requested.ended(counts.keySet());
            Served<K> served = new Served<>(keys);
            Duration wait = Duration.ofNanos(waitNanos);
            statistics = statistics.plus(counts.size(), served.total(), wait);
            Listeners.missed(new Misses(name, counts.size(), served.total(), wait));
            callListener(() -> listener.served(served));
        }
        return counts.size();
    }

    private boolean fillNew(SlotKey slot, HeldInnerMap fresh) {
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
            failed(Listeners.leaving(
                    new BatchException("creation of inner maps on demand", name, changes.size(), failures),
                    failures.values()));
        }
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
     * thread. If {@link #served} throws, Nestmap logs the exception and still deletes the requests. An exception of {@link #fill} is different:
     * the server refuses the key, and tries it again later.
     *
     * @param <K> type of the keys
     * @param <M> type of borrowed handles to inner maps
     */
    @FunctionalInterface
    public interface Listener<K, M> {
        /**
         * Reports keys that had no inner map and now have one. While this method runs, no other thread can change the entries of these keys, so
         * it must not wait for a thread that does. It may change them itself. A change of another key throws an {@link IllegalStateException},
         * and so may a read of another key while another thread changes it.
         * The server deletes the requests when this method returns. If the process is killed before that, or if the kernel refuses the
         * deletion, a server reports the same keys again, with the same counts and the same inner maps, unless these were taken out before. A
         * listener that keeps accounts stores the counts with the {@code id()} of the inner map, and so recognizes the second report.
         *
         * @param served the keys, and how often programs missed each of them
         */
        void served(Served<K> served);

        /**
         * Fills a new inner map before programs can see it. If this method throws, the key is refused: it gets no inner map, and the server
         * removes its request. When programs miss the key again, the server tries again, but not before a pause: a second after the first
         * refusal, then twice as long each time, at most ten minutes. {@link OnDemandServer#refused} counts the misses until then. The server
         * remembers the last 65,536 refused keys. Does nothing by default.
         *
         * @param key key of the inner map
         * @param empty the inner map, valid at least until this method returns
         */
        default void fill(K key, M empty) {}

        /**
         * Reports a failure, for one key or for all. The server tries the keys again after a second, or after the pause of a refused key, and
         * counts further misses meanwhile. Failures are also logged. Does nothing by default.
         *
         * @param failure the failure
         */
        default void failed(RuntimeException failure) {}
    }

    /**
     * Keys that programs missed and that now have an inner map.
     *
     * @param missed how often programs missed each key; 0 for a key that only user space requested
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

        /** {@return how often programs missed all of these keys together} */
        public long total() {
            return missed.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * Options of a {@link OnDemandServer}.
     *
     * @param pollInterval how long the server waits before it reads the table of requests again, more than zero; 5 ms by default.
     *     Programs miss a new key for at most this time plus a grace period (about 10 ms, and 0.1 ms since Linux 6.19)
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
     * @param served number of requests that ended because their keys now have an inner map. A key counts again if its map was taken out
     *     and programs missed it again
     * @param missed how often programs missed these keys
     * @param largestBatch largest number of requests that ended together
     * @param longestWait upper bound of the time from a key's first miss, or from the start of the server, until programs found its
     *     map. Keys whose first try failed don't count; the listener received their failures. The table records no times, so the time
     *     of a key is counted from the last read that did not find it yet
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
