/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.BatchException;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a shipper that takes maps out, writes them to a file of the {@link Spool}, and acknowledges them. It does not need Kafka.
 *
 * @param <K> type of the outer map's keys
 * @param <M> type of handles to inner maps
 */
final class RotationLoop<K, M extends ReadableAccessor<?, ?>> extends ShipperThread {
    /** The most maps that are taken out and not yet in a file. They need memory in addition to the maps in slots. */
    private static final int MAPS_AT_ONCE = 1000;

    /** The size at which a file is complete. Kafka may reject a longer transaction. A small spool has room for half of its size. */
    private static final long FILE_BYTES = 1 << 20;

    private final OuterAccessor<K, M> outer;
    private final RowWriter writer;
    private final UUID boot;

    /** Maps that are in no file, oldest first. */
    private final Set<Displaced<K, M>> waiting = new LinkedHashSet<>();

    /** Those of them that can't be read, and why. */
    private final Map<Displaced<K, M>, String> failing = new LinkedHashMap<>();

    /** Maps in the newest file, some of which may still have pins. */
    private Set<SpoolFile.Entry> written = new HashSet<>();

    /** The ids of the maps that were in slots or not acknowledged when the newest file was written, except those that it has. */
    private Set<Integer> others = Set.of();

    private boolean isOpen;
    private boolean isRecovered;

    /** What the newest file says; null if an earlier process wrote it. */
    private RowWriter.@Nullable Status last;

    RotationLoop(
            OuterAccessor<K, M> outer,
            Spool spool,
            RowWriter writer,
            UUID boot,
            ShipperOptions options,
            ShippingSchedule schedule,
            ShipperStatisticsRecorder progress) {
        super(spool, options, schedule, progress);
        this.outer = outer;
        this.writer = writer;
        this.boot = boot;
    }

    @Override
    public void run() {
        try {
            repeat();
        } finally { // whatever happens, nobody waits for a thread that has ended
            new Cleanup()
                    .run(this::writeWhatCameAfterTheEnd)
                    .run(progress::stopped)
                    .run(schedule::stop)
                    .run(spool::stop)
                    .each(waiting, Displaced::close)
                    .run(waiting::clear)
                    .rethrow();
        }
    }

    @Override
    boolean afterFailure(Throwable failure) {
        isRecovered = false; // the failure may have left maps that wait
        schedule.makeRoundDue();
        if (schedule.isStopped()) {
            return true;
        }
        String text = failure instanceof BpfException || failure instanceof ShippingException
                ? String.valueOf(failure.getMessage())
                : failure.toString();
        progress.problem(
                ShipperStatisticsRecorder.Work.ROTATE,
                text + ". Programs continue to count, and " + waiting.size() + " drained maps wait",
                failure);
        return !(failure instanceof InvalidHandleException); // the outer map was closed
    }

    private @Nullable String failingProblem() {
        return failing.isEmpty()
                ? null
                : failing.values().iterator().next()
                        + ". The shipper continues with the other keys, and tries again. Maps that fail: "
                        + failing.size()
                        + ". They wait, and programs continue to count for their keys, as long as the maps in the slots have"
                        + " room";
    }

    @Override
    boolean work() throws IOException, InterruptedException {
        if (!isRecovered) {
            recover();
        }
        if (schedule.awaitRound()) {
            round();
        }
        progress.problem(ShipperStatisticsRecorder.Work.ROTATE, failingProblem(), null);
        return true;
    }

    /** Finds what earlier processes, or a failure, have left. */
    private void recover() throws IOException, InterruptedException {
        spool.open();
        SpoolFile newest = spool.newest();
        if (newest != null && !isOpen) {
            SpoolFile.Maps maps = newest.readMaps();
            if (newest.head().boot().equals(boot)) {
                others = maps.others();
                written.addAll(maps.written());
            } else if (!newest.head().isEnd()) { // the reboot has deleted maps
                spool.missing();
            }
        }
        boolean isFirst = !isOpen && (newest == null || newest.head().isEnd());
        isOpen = true;
        receiveOthers();
        requireAcknowledged();
        if (isFirst && waiting.isEmpty() && !schedule.isStopped()) { // from now on, a loss is noticed
            write(new ArrayList<>(), RowWriter.Status.RUNNING, Instant.now());
        }
        writeWaiting();
        isRecovered = true;
    }

    private void round() throws IOException {
        long requests = schedule.beginRound();
        RowWriter.Status status = schedule.isLast() ? RowWriter.Status.ENDED : RowWriter.Status.COMPLETE;
        long began = System.nanoTime();
        Instant time = Instant.now();
        failing.clear(); // all are tried again
        receiveOthers(); // such as the map of a ticket that a user has closed
        writeWaiting();
        rotate(filled());
        receiveOthers(); // of keys that lost their maps before the rotation
        if (schedule.isStopped()) { // perhaps before all were taken out
            status = RowWriter.Status.RUNNING;
        }
        boolean isSaid = last == RowWriter.Status.ENDED
                || (last == RowWriter.Status.COMPLETE
                        && spool.hasStatusToSend()); // in an outage, one such file is enough
        if (!isSaid
                || status == RowWriter.Status.ENDED
                || !waiting.isEmpty()
                || !inSlots().equals(others)) {
            writeWaiting(status, time);
        }
        // Before somebody learns that everything is sent.
        progress.problem(ShipperStatisticsRecorder.Work.ROTATE, failingProblem(), null);
        schedule.written(requests, failing.isEmpty() ? began : null, spool);
        schedule.sent(spool, progress);
        spool.report();
    }

    private void receiveOthers() {
        if (outer.waitingCount() > waiting.size()) {
            waiting.addAll(outer.waitingTickets());
        }
    }

    /** Returns the keys of inner maps that may have entries, except those of maps that can't be read. Arrays always have entries. */
    private List<K> filled() {
        Set<ByteString> except =
                failing.keySet().stream().map(map -> map.identity().outerKey()).collect(Collectors.toSet());
        List<K> keys = new ArrayList<>();
        outer.forEach((key, map) -> {
            if ((except.isEmpty() || !except.contains(outer.expert().keyToBytes(key))) && mayHaveEntries(map)) {
                keys.add(key);
            }
        });
        return keys;
    }

    private boolean mayHaveEntries(M map) {
        try {
            return !map.isEmpty();
        } catch (InvalidHandleException e) {
            return false; // The map has left the outer map meanwhile. If the outer map itself was closed, it throws
            // too.
        } catch (BpfException e) {
            return true; // The rotation shows what the problem is, and others continue.
        }
    }

    /** Returns the ids of the maps in all slots. */
    private Set<Integer> inSlots() {
        Set<Integer> ids = new HashSet<>();
        outer.forEach((key, map) -> ids.add(map.id()));
        return ids;
    }

    /** Takes maps out, some at a time, and writes all but the last of them to files. */
    private void rotate(List<K> keys) throws IOException {
        BpfException failure = null;
        for (int i = 0; i < keys.size() && !schedule.isStopped(); i += MAPS_AT_ONCE) {
            writeWaiting(); // first: while the spool is full, nothing is taken out
            try {
                waiting.addAll(outer.rotateAll(keys.subList(i, Math.min(keys.size(), i + MAPS_AT_ONCE))));
            } catch (BatchException e) { // some keys failed: the others continue
                waiting.addAll(outer.waitingTickets());
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            writeWaiting();
            throw failure;
        }
    }

    /** Writes the maps that wait, except those that can't be read, and acknowledges them. */
    private void writeWaiting() {
        writeWaiting(RowWriter.Status.RUNNING, Instant.now());
    }

    /** Does the same, and if the round is over, says so at its end. */
    private void writeWaiting(RowWriter.Status status, Instant began) {
        try {
            requireAcknowledged();
            boolean isRunning = status == RowWriter.Status.RUNNING;
            List<RowWriter.Rows> next = read();
            while (next.size() + failing.size() < waiting.size()) {
                write(next, RowWriter.Status.RUNNING, began);
                next = read();
            }
            if (!next.isEmpty() || !isRunning) { // the last file; while maps can't be read, nothing is complete
                write(next, failing.isEmpty() ? status : RowWriter.Status.RUNNING, began);
            }
        } finally {
            progress.waiting(
                    waiting.size(),
                    failing.size(),
                    waiting.stream().mapToLong(map -> map.map().memoryBytes()).sum());
        }
    }

    /** Reads the first of the maps that wait, as many as belong into one file. Leaves out those that can't be read. */
    private List<RowWriter.Rows> read() {
        List<RowWriter.Rows> contents = new ArrayList<>();
        long complete = Math.min(FILE_BYTES, options.spool().mostBytes() / 2);
        long size = 0;
        for (Displaced<K, M> map : waiting) {
            if (size < complete && !failing.containsKey(map)) {
                try {
                    RowWriter.Rows rows = writer.write(map.identity(), map.map(), () -> isExact(map));
                    contents.add(rows);
                    size += rows.bytes();
                } catch (InvalidHandleException e) { // the outer map was closed
                    throw e;
                } catch (RuntimeException e) {
                    fail(map, e);
                }
            }
        }
        return contents;
    }

    /** Writes a file. Its last row has the status. */
    private void write(List<RowWriter.Rows> contents, RowWriter.Status status, Instant began) {
        boolean isEnd = status == RowWriter.Status.ENDED;
        Set<Integer> inSlots = inSlots();
        others = stillThere(inSlots);
        Set<SpoolFile.Entry> entries = new HashSet<>(SpoolFile.entries(contents));
        Set<Integer> rest = new HashSet<>(others);
        waiting.forEach(map -> rest.add(map.identity().mapId()));
        entries.forEach(map -> rest.remove(map.id()));
        rest.addAll(inSlots);
        contents.add(writer.status(status, began, spool.previous()));
        spool.append(contents, isEnd ? Set.of() : rest, isEnd);
        last = status;
        others = rest;
        written = entries;
        requireAcknowledged();
    }

    /**
     * Returns which maps that were in slots or not acknowledged when the newest file was written still are. If one of them has gone without coming to
     * this shipper, counts are missing: another program has drained it, or somebody has removed its pin.
     */
    private Set<Integer> stillThere(Set<Integer> inSlots) {
        Set<Integer> here = new HashSet<>(inSlots);
        waiting.forEach(map -> here.add(map.identity().mapId()));
        if (!here.containsAll(others)) { // another program may have a ticket, and acknowledge the map later
            outer.waiting().forEach(map -> here.add(map.mapId()));
            if (!here.containsAll(others)) {
                spool.missing();
            }
        }
        here.retainAll(others);
        return here;
    }

    /**
     * Acknowledges the maps in the newest file, and lets the spool send its files. Throws if one of these maps still has its pin: no file is sent or
     * written before, because the next process could not know that the pinned map was in an earlier file.
     */
    private void requireAcknowledged() {
        if (!written.isEmpty()) {
            waiting.removeIf(this::acknowledgeIfWritten);
            Set<SpoolFile.Entry> pinned =
                    outer.waiting().stream().map(SpoolFile.Entry::of).collect(Collectors.toSet());
            written.retainAll(pinned);
        }
        if (!written.isEmpty()) {
            throw new ShippingException("the pins of maps in the spool (" + written.size()
                    + ") can't be removed: correct the rights of this process, or let nobody else change the"
                    + " directories of the pins");
        }
        spool.acknowledged();
    }

    private boolean acknowledgeIfWritten(Displaced<K, M> map) {
        boolean isWritten = written.contains(SpoolFile.Entry.of(map.identity()));
        if (isWritten) {
            map.acknowledge();
        }
        return isWritten;
    }

    private void fail(Displaced<K, M> map, Throwable reason) {
        String name = text(map.identity());
        String why = reason instanceof BpfException ? String.valueOf(reason.getMessage()) : reason.toString();
        failing.put(map, name + " can't be read: " + why);
        ShipperLog.warnRepeatedly(name, name + " can't be read: " + why, reason);
    }

    /** Returns a text that names a map, for users. */
    private String text(MapIdentity map) {
        String key;
        try {
            key = String.valueOf(outer.expert().keyFromBytes(map.outerKey()));
        } catch (RuntimeException e) { // it has the bytes of a record of an earlier version, for example
            key = "0x" + map.outerKey();
        }
        return "map " + Integer.toUnsignedString(map.mapId()) + " of " + map.outerMap() + ", key " + key + ",";
    }

    /** Does not throw, because the map must be shipped even if the number of its refused additions can't be read. */
    private boolean isExact(Displaced<K, M> map) {
        try {
            return map.isExact();
        } catch (BpfException e) {
            String text = "the number of refused additions to " + text(map.identity());
            ShipperLog.warnRepeatedly("refused additions", text + " can't be read, so its rows are not exact", e);
            return false;
        }
    }

    /** If something has counted after {@link Shipper#shipLast}, a file says that the series has not ended. */
    private void writeWhatCameAfterTheEnd() {
        try {
            if (isRecovered && last == RowWriter.Status.ENDED) {
                waiting.addAll(outer.rotateAll(filled()));
                if (!waiting.isEmpty()) { // a file without the maps that can't be read says so, too
                    write(read(), RowWriter.Status.RUNNING, Instant.now());
                }
            }
        } catch (RuntimeException e) { // such as a closed outer map
            ShipperLog.debug("what came after the end of a shipper is not in a file", e);
        }
    }
}
