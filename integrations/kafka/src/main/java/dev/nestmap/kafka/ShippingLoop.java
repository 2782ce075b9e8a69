/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.BatchException;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * The work of a {@link Shipper}'s thread: displaces maps, sends them, and acknowledges them after the commit. After any failure, it opens a new
 * producer. As for a new process, the last markers show which maps are committed.
 *
 * @param <K> type of the outer map's keys
 */
final class ShippingLoop<K> implements Runnable {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LONGEST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final DrainedMapSource<K, ?, ?> source;
    private final ClientConfig config;
    private final ShipperOptions options;
    private final KafkaErrors errors;
    private final TopicCheck topics;
    private final LastMarkerReader markers;
    private final PartWriter writer;
    private final MarkerKey markerKey;
    private final UnshippedMaps maps;
    private final ShippingSchedule<K> schedule;
    private final byte[] layoutText;
    private final ShipperStatisticsRecorder progress = new ShipperStatisticsRecorder();
    private boolean recovered;

    /** When to try maps again that have failed: after this time, which doubles until none fails. */
    private long retryNanos = FIRST_PAUSE_NANOS;

    /** Null if there is none, or if it is not open yet. */
    private @Nullable Spool spool;

    /** Why the spool has not taken the maps; empty if there is no problem with it. */
    private String spoolProblem = "";

    /** Largest number of maps in the next transaction. */
    private int most;

    private volatile @Nullable TransactionalProducer producer;

    ShippingLoop(
            DrainedMapSource<K, ?, ?> source,
            String layoutText,
            PartWriter writer,
            MarkerKey markerKey,
            ClientConfig config,
            ShipperOptions options) {
        this.source = source;
        this.config = config;
        this.options = options;
        this.errors = new KafkaErrors(config, options);
        this.topics = new TopicCheck(config, options);
        this.markers = new LastMarkerReader(config, options.markerTopic());
        this.writer = writer;
        this.markerKey = markerKey;
        this.maps = new UnshippedMaps(markerKey, options.topic(), source::unacknowledged);
        this.layoutText = layoutText.getBytes(StandardCharsets.UTF_8);
        this.schedule = new ShippingSchedule<>(options);
        this.most = options.mapsAtOnce();
    }

    /** See {@link Shipper#remove}. */
    void remove(K key) {
        source.requireKey(key); // in the thread of the caller, who can correct it
        schedule.requestRemoval(key);
    }

    ShippingSchedule<K> schedule() {
        return schedule;
    }

    ShipperStatisticsRecorder progress() {
        return progress;
    }

    /** Closes the producer, even while the thread is in a call to Kafka. */
    void abandonProducer() {
        TransactionalProducer open = producer;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void run() {
        try {
            shipUntilStopped();
        } finally { // whatever happens, nobody waits for a thread that has ended
            progress.stopped();
            schedule.stop();
            new Cleanup()
                    .run(this::dropProducer)
                    .run(maps::giveBack)
                    .run(this::closeSpool)
                    .rethrow();
        }
    }

    private void closeSpool() {
        if (spool != null) {
            spool.close();
        }
    }

    private void shipUntilStopped() {
        UninterruptibleWait.pause(1); // loads the classes while there is memory
        long pause = 0;
        while (true) {
            try {
                if (!schedule.pause(pause)) {
                    return;
                }
                work();
                pause = 0;
                progress.solved();
            } catch (Throwable failure) { // even after an Error, the user must learn that nothing is sent
                try {
                    if (setAside(failure)) {
                        pause = FIRST_PAUSE_NANOS;
                        continue;
                    }
                    pause = Math.max(FIRST_PAUSE_NANOS, Math.min(2 * pause, LONGEST_PAUSE_NANOS));
                    afterFailure(failure instanceof FailingMapException one ? one.reason() : failure);
                } catch (Throwable e) { // there is no memory, for example, not even for the next pause
                    recovered = false;
                    UninterruptibleWait.pause(FIRST_PAUSE_NANOS);
                }
            }
        }
    }

    /** Lets the other maps go on if the failure is one of a single map. Returns false otherwise, or if too many maps fail. */
    private boolean setAside(Throwable failure) {
        if (!(failure instanceof FailingMapException one)
                || schedule.isStopped()
                || Thread.currentThread().isInterrupted()) {
            return false;
        }
        boolean isKnown = maps.isFailing(one.map());
        if (!maps.setAside(one.map(), options.mapsAtOnce())) {
            return false;
        }
        dropProducer(); // ends the transaction
        reportFailing(one, isKnown);
        if (!isKnown) {
            schedule.makeRoundDue(); // it has interrupted one, perhaps
        }
        return true;
    }

    private void reportFailing(FailingMapException failure, boolean isKnown) {
        Throwable reason = failure.reason();
        String why = reason instanceof KafkaException
                ? textOf(reason)
                : reason instanceof BpfException ? reason.getMessage() : reason.toString();
        String text = progress.failing(failure.map(), source.text(failure.map().identity()) + " can't be sent: " + why);
        ShipperLog.log(
                isKnown ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                "shipper " + config.id() + ": " + text,
                null);
        ShipperLog.log(System.Logger.Level.DEBUG, "shipper " + config.id() + " failed", failure);
    }

    private void afterFailure(Throwable failure) {
        Throwable e = explainInterrupt(failure);
        dropProducer();
        if (mayUseSpool(e)) {
            keepInSpool();
        }
        recovered = false; // the failure may have left maps that wait, or too many of them may wait
        if (isLasting(e)) {
            try {
                report(e);
            } finally {
                progress.stopped(); // before stop(), because a thread that waits for the stop reads it
                schedule.stop();
            }
            return;
        }
        report(e);
        most = Math.max(1, most / 2);
        schedule.makeRoundDue();
    }

    /** Clears the flag of an interrupt. As for the thread of a server of requests, it ends only the wait: only the user stops shipping. */
    private static Throwable explainInterrupt(Throwable e) {
        return Thread.interrupted() || e instanceof InterruptedException
                ? new ShippingException(
                        "something interrupted the shipper's thread, which tries again, because only close() ends it",
                        e)
                : e;
    }

    private static boolean isLasting(Throwable e) {
        // An InvalidHandleException says that the outer map was closed.
        return e instanceof ShippingException known ? known.isLasting() : e instanceof InvalidHandleException;
    }

    /**
     * Returns whether waiting maps may go to the spool after a failure: if it can be one of Kafka. Those with a message that is too large don't:
     * a smaller {@code withPartBytes} divides a map that waits, and not a file.
     */
    private boolean mayUseSpool(Throwable e) {
        return recovered
                && !schedule.isStopped()
                && !isLasting(e)
                && !(e instanceof BpfException)
                && !KafkaErrors.isTooLarge(e);
    }

    private void report(Throwable e) {
        if (schedule.isStopped()) {
            return; // closing interrupts what is under way
        }
        String text =
                textOf(e) + spoolProblem + ". Programs continue to count, and " + maps.waiting() + " drained maps wait";
        if (progress.problem(text)) {
            ShipperLog.log(System.Logger.Level.WARNING, "shipper " + config.id() + ": " + text, null);
        }
        ShipperLog.log(System.Logger.Level.DEBUG, "shipper " + config.id() + " failed", e);
    }

    private String textOf(Throwable e) {
        return String.valueOf((e instanceof BpfException ? e : errors.explain(e)).getMessage());
    }

    private void dropProducer() {
        TransactionalProducer open = producer;
        producer = null;
        if (open != null) {
            try {
                open.close();
            } catch (Throwable e) { // even after an Error, the failure that came before is reported
                ShipperLog.log(
                        System.Logger.Level.DEBUG, "a producer of shipper " + config.id() + " could not be closed", e);
            }
        }
    }

    /** Does the work that is due next. */
    private void work() throws ExecutionException, InterruptedException {
        if (!recovered || maps.hasStuck() || source.hasOthers(maps.waiting())) {
            recover(); // before Kafka: a process that still drains these maps must not be fenced
        }
        if (producer == null) {
            connect();
        }
        shipAllWaiting();
        if (maps.failing() > 0) { // also those that failed while Kafka was away
            schedule.retryAfter(retryNanos);
        }
        switch (schedule.awaitWork()) {
            case ALL -> shipAll();
            case FULL -> ship(source.withEntries(options.maxEntries(), maps.failingKeys()), source::rotate);
            case RETRY -> retry();
            case REMOVALS -> ship(schedule.removals(), this::takeRemoved);
            case NONE -> {}
        }
    }

    private void connect() throws ExecutionException, InterruptedException {
        TransactionalProducer opened = TransactionalProducer.open(
                config,
                options,
                List.of(new RecordHeader(PartHeader.LAYOUT_TEXT, layoutText)),
                topics,
                markers,
                schedule::isStopped);
        producer = opened;
        spoolProblem = "";
        int failing = maps.failing();
        try {
            if (spool != null) {
                spool.resolve(opened.lastMarkers());
            }
        } finally { // neither of the two can read these markers again
            progress.skipped(maps.resolve(opened.lastMarkers()));
            updateFailing(failing);
        }
    }

    /** Rotates all maps in their interval although nothing can be sent, and writes them to the spool. */
    private void keepInSpool() {
        Spool to = spool;
        if (to == null) {
            return;
        }
        try {
            spoolAllWaiting(to);
            if (schedule.beginSpooledRound()) {
                displace(source.filled(maps.failingKeys()), source::rotate, () -> spoolAllWaiting(to));
            }
            spoolProblem = "";
        } catch (Throwable e) { // even an Error: the problem with Kafka remains the first one to report
            spoolProblem = "; " + e.getMessage();
            recovered = false;
        } finally {
            progress.waiting(maps.waiting(), maps.waitingBytes());
        }
    }

    private void spoolAllWaiting(Spool to) {
        while (true) {
            maps.acknowledgeSpooled();
            List<UnshippedMap> next = maps.nextToSpool(options.mapsAtOnce());
            if (next.isEmpty()) {
                return;
            }
            List<SpoolFile.Content> contents;
            try {
                contents = to.nextFile(next, writer);
            } catch (FailingMapException e) {
                if (!maps.setAside(e.map(), options.mapsAtOnce())) {
                    throw e;
                }
                reportFailing(e, false);
                continue;
            }
            List<UnshippedMap> some =
                    contents.stream().map(SpoolFile.Content::map).toList();
            if (contents.stream().allMatch(content -> content.messages().list().isEmpty())) {
                maps.close(some);
                progress.inexact(some.stream().filter(map -> !map.isExact(0)).count()); // no message says so
            } else {
                maps.spool(some, () -> to.append(contents, layoutText));
            }
        }
    }

    private void shipAll() {
        long requests = schedule.beginRound();
        long began = System.nanoTime();
        shipOthers(); // makes room for the maps that the rotation displaces
        ship(source.filled(maps.failingKeys()), source::rotate);
        shipOthers(); // of keys that lost their maps before the rotation
        if (schedule.endRound(requests, maps.failing() == 0)) {
            progress.round(began);
        }
    }

    private void retry() {
        retryNanos = Math.min(2 * retryNanos, LONGEST_RETRY_NANOS);
        maps.retry();
        shipAllWaiting();
    }

    /** After some maps were acknowledged, perhaps also those that had failed. If one of these goes, the next one is tried at once. */
    private void updateFailing(int before) {
        int now = maps.failing();
        if (now < before) {
            progress.failing(maps.failingMaps());
            maps.retry();
            if (now == 0) {
                retryNanos = FIRST_PAUSE_NANOS;
                schedule.repeatRounds();
            }
        }
    }

    /** Ships maps that wait and that this shipper has not displaced, such as idle maps that a server of requests has taken out. */
    private void shipOthers() {
        if (source.hasOthers(maps.waiting())) {
            recover();
            shipAllWaiting();
        }
    }

    private void recover() {
        try {
            ShipperOptions.SpoolDirectory option = options.spool();
            if (option != null && spool == null) { // first: it may have maps that come now
                spool = Spool.open(option, config.id(), markerKey.boot(), progress);
                maps.addSpooled(spool.lastMaps());
            }
            source.recover(maps::add);
            recovered = true;
        } finally {
            progress.waiting(maps.waiting(), maps.waitingBytes());
        }
    }

    /** Ships the spool and the maps that wait. */
    private void shipAllWaiting() {
        // The spool first: the markers of other transactions name what is committed of it.
        while (spool != null && spool.first() != null) {
            if (schedule.isStopped()) {
                return;
            }
            ship(spool, spool.first());
        }
        List<UnshippedMap> next = maps.next(most);
        while (!next.isEmpty() && producer != null) {
            shipWaiting(next);
            next = maps.next(most);
        }
    }

    private void ship(Spool from, SpoolFile file) {
        TransactionalProducer open = producer;
        if (open == null) {
            return;
        }
        maps.acknowledgeSpooled();
        Destination to = maps.destination(open.partitions());
        TransactionalProducer.Sent sent = open.send(from, file, to);
        open.commit(file.markerKey(), maps.begin(file, to, sent.messages()));
        maps.committed();
        from.remove(file);
        progress.committed(sent, file.maps());
    }

    private void ship(List<K> keys, BiConsumer<List<K>, Consumer<UnshippedMap>> displacement) {
        displace(keys, displacement, this::shipAllWaiting);
    }

    /** Takes maps out, at most {@code mapsAtOnce} at a time, and passes them on. */
    private void displace(
            List<K> keys, BiConsumer<List<K>, Consumer<UnshippedMap>> displacement, Runnable waitingMapsGo) {
        BpfException failure = null;
        for (int i = 0; i < keys.size() && !schedule.isStopped(); i += options.mapsAtOnce()) {
            List<K> some = keys.subList(i, Math.min(keys.size(), i + options.mapsAtOnce()));
            try {
                displacement.accept(some, maps::add);
            } catch (BatchException e) { // some keys failed: the others go on
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            } finally {
                progress.waiting(maps.waiting(), maps.waitingBytes());
            }
            waitingMapsGo.run();
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

    /** Ships the maps that were taken out. After each failure, it uses smaller transactions, because Kafka may reject a long one. */
    private void shipWaiting(List<UnshippedMap> batch) {
        TransactionalProducer open = producer;
        if (open == null) {
            return;
        }
        int failing = maps.failing();
        Destination to = maps.destination(open.partitions());
        TransactionalProducer.Sent sent = open.send(batch, writer, to);
        try {
            if (sent.messages() == 0) {
                maps.close(batch);
                progress.inexact(sent.inexactMaps()); // no message says so
            } else {
                open.commit(markerKey, maps.begin(batch, to, sent.messages()));
                maps.committed();
                most = Math.min(options.mapsAtOnce(), 2 * most);
                progress.committed(sent, batch.size());
            }
        } finally { // maps are sent even if an acknowledgement has failed
            updateFailing(failing);
        }
        progress.waiting(maps.waiting(), maps.waitingBytes());
    }
}
