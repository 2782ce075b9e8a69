/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.KeyRequestTable;
import dev.nestmap.runtime.internal.nest.KeyRequestTable.MissTable;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.RequestedKeys;
import dev.nestmap.runtime.internal.nest.SlotChange;
import dev.nestmap.runtime.internal.nest.SlottedInnerMap;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.observe.OperationListener.Misses;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The work of an {@link OnDemandServer}: creates the inner maps of requested keys that the listener accepts, and reports the misses and all
 * failures to it. Not thread-safe.
 */
final class OnDemandWork<K> {
    /** How often the server looks at the keys that it remembers and that programs have not requested again. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** How often the server reports if no key got a map since the last report, and when a report comes again that has failed. */
    private static final long REPORT_NANOS = RequestedKeys.RETRY_NANOS;

    /** Largest number of keys that share one grace period. */
    private static final int MOST_AT_ONCE = 4096;

    private final String name;
    private final Nest nest;
    private final KeyRequestTable table;
    private final RequestedKeys<K> requested;
    private final OnDemandServer.Listener<K, ?> listener;
    private final Fill fill;

    /** The most keys of the next batch. */
    private int most = MOST_AT_ONCE;

    private long lastReport = System.nanoTime();
    private long lastLook = lastReport - LOOK_NANOS;
    private Report report = Report.PASSED;

    /** What has become of the last report. */
    private enum Report {
        PASSED,
        /** Its table waits, because its keys may get inner maps before. The next round creates them and reports. */
        LATE,
        /** The listener has thrown, so it gets no report for a second. */
        FAILED
    }

    private volatile OnDemandServer.Statistics statistics = OnDemandServer.Statistics.NONE;

    /** Fills a new inner map through the listener. */
    interface Fill {
        void fill(SlotKey slot, SlottedInnerMap fresh) throws Exception;
    }

    /**
     * @param name name of the outer map
     * @param nest the outer map
     */
    OnDemandWork(String name, Nest nest, Codec<K> codec, OnDemandServer.Listener<K, ?> listener, Fill fill) {
        this.name = name;
        this.nest = nest;
        this.table = nest.requireRequests();
        this.requested = nest.requestedKeys(codec);
        this.listener = listener;
        this.fill = fill;
    }

    /** The counts of the reports that the listener has received so far. */
    OnDemandServer.Statistics statistics() {
        return statistics;
    }

    /** @param withMap whether a key had or got an inner map */
    record Round(int reported, boolean withMap) {}

    /**
     * Creates the inner maps that are requested now, and reports misses. Creates at most 4096 maps before the first report, and at most 4096 more
     * for the keys of each report.
     *
     * @param isLast whether to report whatever there is
     */
    Round serve(boolean isLast) {
        Map<SlotKey, Long> current = table.current();
        long now = System.nanoTime();
        requested.add(current.keySet());
        boolean looks = isLast || now - lastLook >= LOOK_NANOS;
        lastLook = looks ? now : lastLook;
        RuntimeException failure = null;
        boolean withMap = false;
        try {
            withMap = create(looks || report == Report.LATE ? null : current.keySet());
        } catch (InvalidHandleException e) {
            throw e;
        } catch (RuntimeException e) { // report nevertheless: the counts do not depend on it
            failure = e;
        }
        boolean isDue = isLast || now - lastReport >= REPORT_NANOS;
        boolean rotates = !current.isEmpty() && (isDue || withMap || current.size() >= table.maxEntries() / 2);
        int reported = isDue || report != Report.FAILED ? report(rotates, isLast) : 0;
        if (failure != null) {
            throw failure;
        }
        return new Round(reported, withMap || report == Report.LATE);
    }

    /** Passes the reports that wait, and rotates the table. Returns the number of keys with an inner map. */
    private int report(boolean rotates, boolean isLast) {
        report = Report.PASSED;
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
            if (!isLate(next, waiting == null && !isLast)) {
                reported += pass(next);
            }
            if (report != Report.PASSED) {
                return reported;
            }
        }
    }

    /**
     * Remembers the keys of a table. Gives the table back if it was just rotated and has keys that may get inner maps, because they came after
     * the last look at it: the next round creates their maps, with those of newer keys, in one grace period.
     */
    private boolean isLate(MissTable misses, boolean isNew) {
        boolean isLate = true;
        try {
            requested.add(misses.counts().keySet());
            isLate = isNew && isDue(misses.counts().keySet());
            report = isLate ? Report.LATE : report;
            return isLate;
        } finally {
            if (isLate) { // or nobody would report any table again
                table.giveBack(misses);
            }
        }
    }

    /** Passes a report. Returns the number of its keys with an inner map, or 0 if it waits again. */
    private int pass(MissTable misses) {
        boolean isStored = false;
        try {
            MissReport<K> prepared = prepare(misses);
            Misses event = event(prepared);
            OnDemandServer.Statistics next = event == null ? statistics : statistics.plus(event);
            try {
                listener.missed(prepared);
            } catch (Throwable e) {
                report = Report.FAILED;
                lastReport = System.nanoTime();
                failed(BpfException.of(Reason.ACTION_FAILED, "report of misses")
                        .map(name)
                        .cause(e)
                        .because(ErrorTable.message("REPORT_FAILED", e)));
                return 0;
            }
            isStored = true;
            statistics = next;
            if (event != null) {
                OperationListeners.missed(event);
            }
            return prepared.missed().size();
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
            failed(e);
        }
    }

    private MissReport<K> prepare(MissTable misses) {
        Map<SlotKey, Long> counts = misses.counts();
        try {
            create(counts.keySet()); // of the keys that came after the last look at the table
        } catch (InvalidHandleException e) {
            throw e;
        } catch (RuntimeException e) {
            failed(e);
        }
        Set<SlotKey> there = withMaps(List.copyOf(counts.keySet()));
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

    /**
     * Creates missing inner maps.
     *
     * @param among the keys to look at; null for all that are remembered
     * @return whether one of the keys has an inner map now
     */
    private boolean create(@Nullable Collection<SlotKey> among) {
        List<SlotKey> due = due(among);
        if (due.isEmpty()) {
            return false;
        }
        Set<SlotKey> there = withMaps(due);
        requested.ended(there);
        List<SlotKey> missing = new ArrayList<>();
        int limit = Math.min(due.size() - there.size(), nest.mostAtOnce(most));
        for (SlotKey slot : due) {
            if (missing.size() < limit && !there.contains(slot) && isAccepted(slot)) {
                missing.add(slot);
            }
        }
        return createAll(missing) || !there.isEmpty();
    }

    private List<SlotKey> due(@Nullable Collection<SlotKey> among) {
        return requested.due(among, this::failed);
    }

    /** Whether some of the keys may get an inner map and have none. */
    private boolean isDue(Collection<SlotKey> keys) {
        List<SlotKey> due = due(keys);
        return withMaps(due).size() < due.size();
    }

    private boolean createAll(List<SlotKey> slots) {
        if (slots.isEmpty()) {
            return false;
        }
        most = Math.max(1, slots.size() / 2); // if this fails, memory may suffice for fewer maps
        reportFailures(nest.createRequested(slots, this::fillNew));
        most = MOST_AT_ONCE;
        Set<SlotKey> created = withMaps(slots);
        requested.ended(created);
        return !created.isEmpty();
    }

    /** Returns those slots that have an inner map. */
    private Set<SlotKey> withMaps(List<SlotKey> slots) {
        ToIntFunction<SlotKey> ids = nest.slots().idsOf(slots);
        Set<SlotKey> there = new HashSet<>();
        for (SlotKey slot : slots) {
            if (ids.applyAsInt(slot) != 0) {
                there.add(slot);
            }
        }
        return there;
    }

    private boolean isAccepted(SlotKey slot) {
        try {
            if (listener.accepts(requested.key(slot))) {
                requested.accept(slot);
                return true;
            }
            requested.refuse(slot);
        } catch (Throwable e) { // whatever it is, it must not delay the other keys
            requested.failed(slot);
            failed(slot, e);
        }
        return false;
    }

    private boolean fillNew(SlotKey slot, SlottedInnerMap fresh) {
        try {
            fill.fill(slot, fresh);
            return true;
        } catch (Throwable e) { // whatever it is, it must not delay the other keys
            requested.failed(slot);
            failed(slot, e);
            return false;
        }
    }

    private void reportFailures(List<SlotChange> changes) {
        Map<Object, BpfException> failed = new LinkedHashMap<>();
        for (SlotChange change : changes) {
            BpfException failure = change.failure();
            if (failure != null && change.result() != -ErrnoNumbers.EEXIST) {
                failed.put(change.slot().key(), failure);
                requested.failed(change.slot());
            }
        }
        if (!failed.isEmpty()) {
            failed(OperationListeners.leaving(
                    new BatchException("creation of inner maps on demand", name, changes.size(), failed),
                    failed.values()));
        }
    }

    /** Reports that the inner map of a slot could not be created. */
    private void failed(SlotKey slot, Throwable cause) {
        failed(BpfException.of(
                        cause instanceof BpfException known ? known.reason() : Reason.ACTION_FAILED,
                        "creation of an inner map on demand")
                .map(name)
                .key(slot.key())
                .cause(cause)
                .because(cause.toString()));
    }

    /** Reports whatever has ended a round of the server. */
    void ofRound(Throwable cause) {
        failed(
                cause instanceof RuntimeException known
                        ? known
                        : BpfException.of(Reason.ACTION_FAILED, "serving of requests")
                                .map(name)
                                .cause(cause)
                                .because(cause.toString()));
    }

    /** Reports a failure. The log gets no stack trace, because a flood of keys or a database that is down repeats the failure. */
    private void failed(RuntimeException failure) {
        nest.noteFailure(failure);
        warn("requests for inner maps of " + name + " are not served: " + failure.getMessage());
        try {
            listener.failed(failure);
        } catch (Throwable e) {
            nest.noteFailure(e);
            warn("the listener to requests for inner maps of " + name + " failed: " + e);
        }
    }

    private void warn(String message) {
        WarningLog.RUNTIME.warn("on-demand map " + name, message);
    }
}
