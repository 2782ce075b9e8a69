/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.BatchException;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import dev.nestmap.types.ByteString;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a shipper that takes maps out, writes them to a file of the {@link Spool}, and acknowledges them. It does not need Kafka.
 *
 * @param <K> type of the outer map's keys
 */
final class RotationLoop<K> implements Runnable {
    private final DrainedMapSource<K, ?, ?> source;
    private final Spool spool;
    private final RowWriter writer;
    private final UUID boot;
    private final String id;
    private final ShipperOptions options;
    private final ShippingSchedule<K> schedule;
    private final ShipperStatisticsRecorder progress;

    /** Maps that are in no file, oldest first. */
    private final Set<UnshippedMap> waiting = new LinkedHashSet<>();

    /** Those of them that can't be read, and why. */
    private final Map<UnshippedMap, String> failing = new LinkedHashMap<>();

    /** Maps in the newest file, some of which may still have pins. */
    private Set<SpoolFile.Entry> written = new HashSet<>();

    /** The ids of the maps that were in slots or not acknowledged when the newest file was written, except those that it has. */
    private Set<Integer> others = Set.of();

    /** The maps of which the log says that they can't be read. */
    private final Set<UnshippedMap> warned = new HashSet<>();

    private boolean isOpen;
    private boolean isRecovered;

    RotationLoop(
            DrainedMapSource<K, ?, ?> source,
            Spool spool,
            RowWriter writer,
            UUID boot,
            String id,
            ShipperOptions options,
            ShippingSchedule<K> schedule,
            ShipperStatisticsRecorder progress) {
        this.source = source;
        this.spool = spool;
        this.writer = writer;
        this.boot = boot;
        this.id = id;
        this.options = options;
        this.schedule = schedule;
        this.progress = progress;
    }

    @Override
    public void run() {
        try {
            rotateUntilStopped();
        } finally { // whatever happens, nobody waits for a thread that has ended
            new Cleanup()
                    .run(this::writeEnd)
                    .run(progress::stopped)
                    .run(schedule::stop)
                    .run(spool::stop)
                    .each(waiting, map -> map.giveBack().run())
                    .run(waiting::clear)
                    .rethrow();
        }
    }

    private void rotateUntilStopped() {
        UninterruptibleWait.pause(1); // loads the classes while there is memory
        long pause = 0;
        while (true) {
            try {
                if (!schedule.pause(pause)) {
                    return;
                }
                work();
                pause = 0;
                progress.rotating(failingProblem());
            } catch (Throwable failure) { // even after an Error, the user must learn that nothing is taken out
                pause = Math.max(SendingLoop.FIRST_PAUSE_NANOS, Math.min(2 * pause, SendingLoop.LONGEST_PAUSE_NANOS));
                if (!afterFailure(failure)) {
                    return;
                }
            }
        }
    }

    /** Returns false if the thread ends. */
    private boolean afterFailure(Throwable failure) {
        try {
            isRecovered = false; // the failure may have left maps that wait
            boolean isInterrupt = Thread.interrupted() || failure instanceof InterruptedException;
            schedule.makeRoundDue();
            if (schedule.isStopped()) {
                return true;
            }
            String text = isInterrupt
                    ? "something interrupted the shipper's thread, which tries again, because only close() ends it"
                    : failure instanceof BpfException || failure instanceof ShippingException
                            ? String.valueOf(failure.getMessage())
                            : failure.toString();
            ShipperStatisticsRecorder.log(
                    id,
                    progress.rotating(
                            text + ". Programs continue to count, and " + waiting.size() + " drained maps wait"),
                    failure);
            return !(failure instanceof InvalidHandleException); // the outer map was closed
        } catch (Throwable e) { // there is no memory, for example, not even for the next pause
            UninterruptibleWait.pause(SendingLoop.FIRST_PAUSE_NANOS);
            return true;
        }
    }

    private @Nullable String failingProblem() {
        return failing.isEmpty()
                ? null
                : failing.values().iterator().next() + ". The shipper continues with the other keys, and tries again. "
                        + failing.size()
                        + " maps fail. They wait, and programs continue to count for their keys, as long as the maps in the slots have"
                        + " room";
    }

    /** Does the work that is due next. */
    private void work() throws IOException, InterruptedException {
        if (!isRecovered) {
            recover();
        }
        switch (schedule.awaitWork()) {
            case ALL -> round();
            case FULL -> displace(source.withEntries(options.maxEntries(), failingKeys()), source::rotate);
            case REMOVALS -> displace(schedule.removals(), this::takeRemoved);
            case NONE -> {}
        }
    }

    /** Finds what earlier processes, or a failure, have left. */
    private void recover() throws IOException, InterruptedException {
        spool.open();
        SpoolFile newest = spool.newest();
        if (newest != null && !isOpen) {
            others = newest.readOthers();
            if (newest.head().boot().equals(boot)) {
                written.addAll(newest.readMaps());
            } else if (!newest.head().isEnd()) { // the reboot has deleted maps
                others = Set.of();
                spool.missing();
            }
        }
        isOpen = true;
        receiveOthers();
        requireAcknowledged();
        spool.awaitAnswer();
        SpoolFile last = spool.newest();
        if ((last == null || last.head().isEnd())
                && waiting.isEmpty()
                && !schedule.isStopped()) { // from now on, a loss is noticed
            write(List.of());
        }
        writeWaiting();
        isRecovered = true;
    }

    private void round() throws IOException {
        long requests = schedule.beginRound();
        long began = System.nanoTime();
        failing.clear(); // all are tried again
        receiveOthers(); // such as the map of a ticket that a user has closed
        writeWaiting();
        warned.retainAll(failing.keySet());
        displace(source.filled(failingKeys()), source::rotate);
        receiveOthers(); // of keys that lost their maps before the rotation
        writeWaiting();
        schedule.written(requests, failing.isEmpty() ? began : null, spool);
        schedule.sent(spool, progress);
    }

    private void receiveOthers() {
        if (source.hasOthers(waiting.size())) {
            source.recover(waiting::add);
        }
    }

    private Set<ByteString> failingKeys() {
        return failing.keySet().stream().map(map -> map.identity().outerKey()).collect(Collectors.toSet());
    }

    /** Takes maps out, at most {@code mapsAtOnce} at a time, and writes them to files. */
    private void displace(List<K> keys, BiConsumer<List<K>, Consumer<UnshippedMap>> displacement) throws IOException {
        BpfException failure = null;
        for (int i = 0; i < keys.size() && !schedule.isStopped(); i += options.mapsAtOnce()) {
            List<K> some = keys.subList(i, Math.min(keys.size(), i + options.mapsAtOnce()));
            writeWaiting(); // first: while the spool is full, nothing is taken out
            try {
                displacement.accept(some, waiting::add);
            } catch (BatchException e) { // some keys failed: the others go on
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
            writeWaiting();
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Takes out maps that users have removed. A later removal is a separate request, even of the same key. */
    private void takeRemoved(List<K> keys, Consumer<UnshippedMap> receiver) {
        schedule.removed(keys);
        try {
            source.take(keys, receiver);
        } catch (BatchException e) {
            keys.stream()
                    .filter(key -> e.failedKeys(Object.class).contains(key))
                    .forEach(schedule::requestRemoval);
            throw e;
        } catch (Throwable e) { // even after an Error, the next attempt removes them
            keys.forEach(schedule::requestRemoval);
            throw e;
        }
    }

    /** Writes the maps that wait, except those that can't be read, and acknowledges them. */
    private void writeWaiting() {
        try {
            requireAcknowledged();
            while (true) {
                List<UnshippedMap> maps = waiting.stream()
                        .filter(map -> !failing.containsKey(map))
                        .toList();
                if (maps.isEmpty()) {
                    return;
                }
                try {
                    write(maps);
                } catch (FailingMapException e) {
                    fail(e);
                }
            }
        } finally {
            progress.waiting(
                    waiting.size(),
                    failing.size(),
                    waiting.stream()
                            .mapToLong(map -> map.entries().memoryBytes())
                            .sum());
        }
    }

    private void write(List<UnshippedMap> maps) {
        Set<Integer> inSlots = source.ids();
        others = stillThere(inSlots);
        Spool.Next next = spool.nextFile(maps, writer);
        List<UnshippedMap> some =
                next.contents().stream().map(SpoolFile.Content::map).toList();
        Set<SpoolFile.Entry> entries =
                some.stream().map(SpoolFile.Entry::of).collect(Collectors.toCollection(HashSet::new));
        Set<Integer> rest = new HashSet<>(others);
        waiting.forEach(map -> rest.add(map.identity().mapId()));
        some.forEach(map -> rest.remove(map.identity().mapId()));
        rest.addAll(inSlots);
        long before = spool.sequence();
        try {
            spool.append(next, rest);
        } finally {
            if (spool.sequence() > before) { // it is in the spool, even if an Error came after that
                others = rest;
                written = entries;
            }
        }
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
            source.unacknowledged().forEach(map -> here.add(map.mapId()));
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
            Set<SpoolFile.Entry> pinned = source.unacknowledged().stream()
                    .map(map -> new SpoolFile.Entry(map.mapId(), map.takenOut()))
                    .collect(Collectors.toSet());
            written.retainAll(pinned);
        }
        if (!written.isEmpty()) {
            throw new ShippingException("the pins of " + written.size()
                    + " maps in the spool can't be removed: correct the rights of this process, or let nobody else change the"
                    + " directories of the pins");
        }
        spool.acknowledged();
    }

    private boolean acknowledgeIfWritten(UnshippedMap map) {
        boolean isWritten = written.contains(SpoolFile.Entry.of(map));
        if (isWritten) {
            map.acknowledge().run();
        }
        return isWritten;
    }

    private void fail(FailingMapException failure) {
        UnshippedMap map = failure.map();
        Throwable reason = failure.reason();
        String why = reason instanceof BpfException ? String.valueOf(reason.getMessage()) : reason.toString();
        failing.put(map, source.text(map.identity()) + " can't be read: " + why);
        progress.rotating(failingProblem());
        ShipperStatisticsRecorder.log(id, warned.add(map) ? failing.get(map) : null, failure);
    }

    /**
     * After {@link Shipper#shipLast}, says that a reboot, or the end of maps without pins, loses no counts, if none have come since: the user has ended
     * what counts.
     */
    private void writeEnd() {
        try {
            boolean staysAfterEnd = options.spool() != null; // otherwise maps that it takes out now would be lost
            if (staysAfterEnd && isRecovered && waiting.isEmpty() && schedule.isLast(spool.number())) {
                source.rotate(source.filled(Set.of()), waiting::add);
                writeWaiting();
                if (schedule.isLast(spool.number())) {
                    others = stillThere(source.ids()); // the end does not hide that some have gone
                    spool.append(spool.nextFile(List.of(), writer), null);
                    spool.acknowledged();
                }
            }
        } catch (RuntimeException e) { // such as a closed outer map: then the next process leaves a number out
            ShipperLog.log(System.Logger.Level.DEBUG, "the end of shipper " + id + " is not in a file", e);
        }
    }
}
