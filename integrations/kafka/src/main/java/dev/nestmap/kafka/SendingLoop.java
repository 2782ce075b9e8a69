/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a shipper that sends files. After any failure, it opens a new producer. As for a new process, the last markers show which files
 * are committed.
 */
final class SendingLoop extends ShipperThread {
    /**
     * The markers of series without files that stay. They show a copy of the directory, such as a backup, that its files are in Kafka. Otherwise
     * it sends them again, with the same numbers.
     */
    private static final int MOST_MARKERS = 10;

    private final ClientConfig config;
    private final TopicCheck topics;
    private final LastMarkerReader markers;
    private final Map<UUID, Integer> partitions = new HashMap<>();

    /** The series whose markers nobody needs any more. */
    private List<UUID> ended = List.of();

    /** Owns the shipper's transactional id. */
    private volatile @Nullable KafkaProducer<byte[], byte[]> producer;

    SendingLoop(
            Spool spool,
            ClientConfig config,
            ShipperOptions options,
            ShippingSchedule schedule,
            ShipperStatisticsRecorder progress) {
        super(spool, options, schedule, progress);
        this.config = config;
        this.topics = new TopicCheck(config, options);
        this.markers = new LastMarkerReader(config, options.markerTopic());
    }

    @Override
    public void run() {
        try {
            repeat();
        } finally { // the other thread has ended; or it must, because an Error has ended this one
            schedule.stop();
            abandonProducer();
        }
    }

    @Override
    boolean work() throws IOException, ExecutionException, InterruptedException {
        if (!spool.awaitOpen()) {
            return false;
        }
        KafkaProducer<byte[], byte[]> open = producer;
        if (open == null) {
            open = connect();
        }
        if (spool.bytes() == 0) {
            progress.problem(ShipperStatisticsRecorder.Work.SEND, null, null);
        }
        SpoolFile file = spool.awaitFile();
        if (file != null) {
            ship(open, file);
            schedule.sent(spool, progress);
        }
        return file != null;
    }

    @Override
    boolean afterFailure(Throwable failure) {
        abandonProducer();
        if (!schedule.isStopped()) { // closing interrupts what is under way
            progress.problem(
                    ShipperStatisticsRecorder.Work.SEND,
                    KafkaErrors.explain(failure, config, options).getMessage() + ". Programs continue to count, and "
                            + spool.bytes() + " bytes wait in files",
                    failure);
        }
        return true;
    }

    /** Opens a producer, which ends the transaction of the previous owner of the transactional id. */
    private KafkaProducer<byte[], byte[]> connect() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(config.ofReaders())) {
            topics.check(admin);
            KafkaProducer<byte[], byte[]> opened =
                    new KafkaProducer<>(config.ofProducer(), new ByteArraySerializer(), new ByteArraySerializer());
            producer = opened;
            opened.initTransactions(); // first: from now on, the markers can't change
            Map<UUID, CommitMarker> last = markers.read(admin, schedule::isStopped);
            spool.resolve(last);
            last.forEach((series, marker) -> partitions.put(series, marker.partition()));
            List<UUID> idle = new ArrayList<>(last.keySet());
            idle.removeAll(spool.series());
            ended = idle.subList(0, Math.max(0, idle.size() - MOST_MARKERS));
            schedule.sent(spool, progress);
            return opened;
        }
    }

    private void ship(KafkaProducer<byte[], byte[]> open, SpoolFile file) throws IOException {
        try {
            file.requireUndamaged();
        } catch (SpoolFile.DamagedException e) {
            spool.setAside(file, e);
            return;
        }
        int number = open.partitionsFor(options.topic).size();
        // It stays, even if partitions are added to the topic.
        int partition = partitions.compute(
                file.name().series(),
                (series, before) ->
                        before == null || before >= number ? Math.floorMod(config.id.hashCode(), number) : before);
        send(open, file, partition);
        ended = List.of();
        spool.remove(file);
        progress.problem(ShipperStatisticsRecorder.Work.SEND, null, null); // before somebody learns that it is sent
    }

    /** Sends a file and its marker in one transaction. The key of a message is the identity of its row, so no two rows have the same one. */
    @SuppressWarnings("FutureReturnValueIgnored") // the commit throws what the futures have
    private void send(KafkaProducer<byte[], byte[]> open, SpoolFile file, int partition) throws IOException {
        open.beginTransaction();
        file.readMessages((position, message) -> open.send(new ProducerRecord<>(
                options.topic, partition, position.toString().getBytes(StandardCharsets.UTF_8), message)));
        open.send(marker(file.name().series(), new CommitMarker(file.name().last(), partition).write()));
        ended.forEach(series -> open.send(marker(series, null)));
        open.commitTransaction();
    }

    private ProducerRecord<byte[], byte[]> marker(UUID series, byte @Nullable [] value) {
        return new ProducerRecord<>(
                options.markerTopic(), LastMarkerReader.PARTITION, CommitMarker.key(config.id, series), value);
    }

    /** Closes the producer, even while the thread is in a call to Kafka, which then throws. */
    void abandonProducer() {
        KafkaProducer<byte[], byte[]> open = producer;
        producer = null;
        if (open != null) {
            try {
                open.close(Duration.ZERO);
            } catch (Throwable e) { // the next owner of the transactional id ends the transaction
                ShipperLog.debug("a producer of shipper " + config.id + " could not be closed", e);
            }
        }
    }
}
