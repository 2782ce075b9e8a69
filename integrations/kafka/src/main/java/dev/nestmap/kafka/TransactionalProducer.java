/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer that owns the shipper's transactional id. Opening it ends the transaction of the previous owner. After an exception, open a new
 * one: the last markers show whether the transaction was committed.
 */
final class TransactionalProducer implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final ShipperOptions options;
    private final Map<UUID, CommitMarker> lastMarkers;

    private TransactionalProducer(
            KafkaProducer<byte[], byte[]> producer, ShipperOptions options, Map<UUID, CommitMarker> lastMarkers) {
        this.producer = producer;
        this.options = options;
        this.lastMarkers = lastMarkers;
    }

    static TransactionalProducer open(
            ClientConfig config,
            ShipperOptions options,
            TopicCheck topics,
            LastMarkerReader markers,
            BooleanSupplier stopped)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(config.ofReaders())) {
            topics.check(admin);
            KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(config.ofProducer(), new ByteArraySerializer(), new ByteArraySerializer());
            try {
                producer.initTransactions(); // first: from now on, the markers can't change
                return new TransactionalProducer(producer, options, markers.read(admin, stopped));
            } catch (Throwable e) { // even after an Error, nobody else would close the producer
                producer.close(Duration.ZERO);
                throw e;
            }
        }
    }

    /** Returns the last committed marker of each series at the opening of this producer, the oldest first. */
    Map<UUID, CommitMarker> lastMarkers() {
        return lastMarkers;
    }

    /** Returns the number of partitions of the entries' topic. */
    int partitions() {
        return producer.partitionsFor(options.topic()).size();
    }

    /**
     * Sends a file and its marker in one transaction. The key of a message is the identity of its row, so no two rows have the same one.
     *
     * @param ended markers that nobody needs any more
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the commit throws what the futures have
    void send(SpoolFile file, MarkerKey key, int partition, Collection<MarkerKey> ended) throws IOException {
        producer.beginTransaction();
        file.readMessages((position, message) -> producer.send(new ProducerRecord<>(
                options.topic(), partition, position.toString().getBytes(StandardCharsets.UTF_8), message)));
        producer.send(marker(key, new CommitMarker(file.name().last(), partition).write()));
        ended.forEach(each -> producer.send(marker(each, null)));
        producer.commitTransaction();
    }

    private ProducerRecord<byte[], byte[]> marker(MarkerKey key, byte @Nullable [] value) {
        return new ProducerRecord<>(options.markerTopic(), LastMarkerReader.PARTITION, key.write(), value);
    }

    /** Ends at once, even while another thread is in a call, which then throws. */
    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
