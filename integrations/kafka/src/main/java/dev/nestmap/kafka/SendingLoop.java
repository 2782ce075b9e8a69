/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a shipper that sends files. After any failure, it opens a new producer. As for a new process, the last markers show which files
 * are committed.
 */
final class SendingLoop implements Runnable {
    static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /**
     * The markers of series without files that stay. They show a copy of the directory, such as a backup, that its files are in Kafka. Otherwise
     * it sends them again, with the same numbers.
     */
    private static final int MOST_MARKERS = 10;

    private final Spool spool;
    private final ClientConfig config;
    private final ShipperOptions options;
    private final ShippingSchedule<?> schedule;
    private final ShipperStatisticsRecorder progress;
    private final KafkaErrors errors;
    private final TopicCheck topics;
    private final LastMarkerReader markers;
    private final Map<UUID, Integer> partitions = new HashMap<>();

    /** The keys of markers that nobody needs any more. */
    private List<MarkerKey> ended = List.of();

    private volatile @Nullable TransactionalProducer producer;

    SendingLoop(
            Spool spool,
            ClientConfig config,
            ShipperOptions options,
            ShippingSchedule<?> schedule,
            ShipperStatisticsRecorder progress) {
        this.spool = spool;
        this.config = config;
        this.options = options;
        this.schedule = schedule;
        this.progress = progress;
        this.errors = new KafkaErrors(config, options);
        this.topics = new TopicCheck(config, options);
        this.markers = new LastMarkerReader(config, options.markerTopic());
    }

    @Override
    public void run() {
        long pause = 0;
        while (true) {
            try {
                if (!schedule.pause(pause) || !spool.awaitOpen()) {
                    break;
                }
                TransactionalProducer open = producer;
                if (open == null) {
                    open = connect();
                }
                if (spool.bytes() == 0) {
                    progress.sending(null);
                }
                SpoolFile file = spool.awaitFile();
                if (file == null) {
                    break;
                }
                ship(open, file);
                pause = 0;
            } catch (Throwable failure) { // even after an Error, the user must learn that nothing is sent
                pause = Math.max(FIRST_PAUSE_NANOS, Math.min(2 * pause, LONGEST_PAUSE_NANOS));
                afterFailure(failure);
            }
        }
        abandonProducer();
    }

    private void afterFailure(Throwable failure) {
        try {
            boolean isInterrupt = Thread.interrupted() || failure instanceof InterruptedException;
            abandonProducer();
            spool.asked();
            if (!schedule.isStopped()) { // closing interrupts what is under way
                String text = isInterrupt
                        ? "something interrupted the shipper's thread, which tries again, because only close() ends it"
                        : String.valueOf(errors.explain(failure).getMessage());
                ShipperStatisticsRecorder.log(
                        config.id(),
                        progress.sending(
                                text + ". Programs continue to count, and " + spool.bytes() + " bytes wait in files"),
                        failure);
            }
        } catch (Throwable e) { // there is no memory, for example: it tries again
            ShipperLog.log(System.Logger.Level.DEBUG, "a problem could not be reported", e);
        }
    }

    private TransactionalProducer connect() throws ExecutionException, InterruptedException {
        TransactionalProducer opened =
                TransactionalProducer.open(config, options, topics, markers, schedule::isStopped);
        producer = opened;
        spool.resolve(opened.lastMarkers());
        opened.lastMarkers().forEach((series, marker) -> partitions.put(series, marker.partition()));
        List<UUID> idle = new ArrayList<>(opened.lastMarkers().keySet());
        idle.removeAll(spool.series());
        ended = idle.subList(0, Math.max(0, idle.size() - MOST_MARKERS)).stream()
                .map(series -> new MarkerKey(config.id(), series))
                .toList();
        schedule.sent(spool, progress);
        return opened;
    }

    private void ship(TransactionalProducer open, SpoolFile file) throws IOException {
        try {
            file.requireUndamaged();
        } catch (SpoolFile.DamagedException e) {
            spool.setAside(file, e);
            schedule.sent(spool, progress);
            return;
        }
        UUID series = file.name().series();
        int number = open.partitions();
        Integer partition = partitions.get(series); // it stays, even if partitions are added to the topic
        if (partition == null || partition >= number) {
            partition = Utils.toPositive(Utils.murmur2(config.id().getBytes(StandardCharsets.UTF_8))) % number;
            partitions.put(series, partition);
        }
        open.send(file, new MarkerKey(config.id(), series), partition, ended);
        ended = List.of();
        spool.remove(file);
        progress.sending(null); // before somebody learns that it is sent
        schedule.sent(spool, progress);
    }

    /** Closes the producer, even while the thread is in a call to Kafka. */
    void abandonProducer() {
        TransactionalProducer open = producer;
        producer = null;
        if (open != null) {
            try {
                open.close();
            } catch (Throwable e) { // the next owner of the transactional id ends the transaction
                ShipperLog.log(
                        System.Logger.Level.DEBUG, "a producer of shipper " + config.id() + " could not be closed", e);
            }
        }
    }
}
