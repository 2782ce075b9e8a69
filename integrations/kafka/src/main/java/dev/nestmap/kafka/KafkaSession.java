/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer that owns the shipper's transactional id. Opening it ends the transaction of the previous owner. After an exception, open a
 * new session: the last marker then shows whether the transaction was committed.
 */
final class KafkaSession implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final ShipperOptions options;
    private final List<Header> headers;
    private final byte[] markerKey;
    private final @Nullable Marker lastMarker;

    private KafkaSession(
            KafkaProducer<byte[], byte[]> producer,
            ShipperOptions options,
            List<Header> headers,
            byte[] markerKey,
            @Nullable Marker lastMarker) {
        this.producer = producer;
        this.options = options;
        this.headers = headers;
        this.markerKey = markerKey;
        this.lastMarker = lastMarker;
    }

    /** @param headers of each message with entries */
    static KafkaSession open(
            ClientConfig config,
            ShipperOptions options,
            List<Header> headers,
            TopicCheck topics,
            MarkerTopic markers,
            BooleanSupplier stopped)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(config.ofReaders())) {
            topics.check(admin);
            KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(config.ofProducer(), new ByteArraySerializer(), new ByteArraySerializer());
            try {
                producer.initTransactions(); // first: from now on, the marker can't change
                return new KafkaSession(producer, options, headers, markers.key(), markers.last(admin, stopped));
            } catch (Throwable e) { // even after an Error, nobody else would close the producer
                producer.close(Duration.ZERO);
                throw e;
            }
        }
    }

    /** The last committed marker when this session was opened; null if there was none. */
    @Nullable
    Marker lastMarker() {
        return lastMarker;
    }

    void begin() {
        producer.beginTransaction();
    }

    void send(byte[] key, byte[] message) {
        send(new ProducerRecord<>(options.topic(), null, key, message, headers));
    }

    /**
     * The number of partitions of the topic of the entries, as the producer knows it: it learns of new ones after at most {@code
     * metadata.max.age.ms}, and until then sends to the previous ones.
     */
    int partitions() {
        return producer.partitionsFor(options.topic()).size();
    }

    /** Commits what was sent, together with the marker. Throws if anything that was sent has failed. */
    void commit(Marker marker) {
        send(new ProducerRecord<>(options.markerTopic(), MarkerTopic.PARTITION, markerKey, marker.write()));
        producer.commitTransaction();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the commit throws what the future has
    private void send(ProducerRecord<byte[], byte[]> message) {
        producer.send(message);
    }

    /** Ends at once, also while another thread is in a call, which then throws. */
    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
