/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer that owns the shipper's transactional id. Opening it ends the transaction of the previous owner. After an exception, open a new
 * one, whose last marker shows whether the transaction was committed.
 */
final class TransactionalProducer implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final ShipperOptions options;
    private final List<Header> headers;
    private final LastMarkers lastMarkers;

    /** The first map of which Kafka, or its client, has refused a message; null if none. */
    private final AtomicReference<@Nullable UnshippedMap> refused = new AtomicReference<>();

    private TransactionalProducer(
            KafkaProducer<byte[], byte[]> producer,
            ShipperOptions options,
            List<Header> headers,
            LastMarkers lastMarkers) {
        this.producer = producer;
        this.options = options;
        this.headers = headers;
        this.lastMarkers = lastMarkers;
    }

    /** @param headers of each message with entries */
    static TransactionalProducer open(
            ClientConfig config,
            ShipperOptions options,
            List<Header> headers,
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
                return new TransactionalProducer(producer, options, headers, markers.read(admin, stopped));
            } catch (Throwable e) { // even after an Error, nobody else would close the producer
                producer.close(Duration.ZERO);
                throw e;
            }
        }
    }

    /** Returns the last committed markers at the opening of this producer. */
    LastMarkers lastMarkers() {
        return lastMarkers;
    }

    /**
     * The content of one transaction.
     *
     * @param messages number of messages with entries
     * @param entries number of entries in them
     * @param bytes size of these messages before compression
     * @param inexactMaps number of maps whose entries may lack counts
     */
    record Sent(long messages, long entries, long bytes, long inexactMaps) {}

    /**
     * Sends the entries of maps. The first message begins a transaction, so maps without entries begin none. Messages have no Kafka key:
     * Kafka refuses them in a compacted topic, which would lose entries.
     *
     * @throws FailingMapException if a map can't be read, or if Kafka refuses one of its messages
     */
    Sent send(List<UnshippedMap> maps, PartWriter writer, Destination to) {
        long messages = 0;
        long entries = 0;
        long bytes = 0;
        long inexactMaps = 0;
        PartPosition position = to.last();
        for (UnshippedMap map : maps) {
            PartWriter.Messages parts = writer.write(map, position);
            List<Header> all = new ArrayList<>(headers);
            all.addAll(PartHeader.labels(map));
            for (byte[] message : parts.list()) {
                if (messages++ == 0) {
                    producer.beginTransaction();
                }
                send(new ProducerRecord<>(options.topic(), to.partition(), null, null, message, all), map);
                position = position.next();
                bytes += message.length;
            }
            entries += parts.entries();
            inexactMaps += map.isExact(parts.entries()) ? 0 : 1;
        }
        return new Sent(messages, entries, bytes, inexactMaps);
    }

    /** Sends a file of the spool. Begins a transaction even if all of its messages are in Kafka already: its marker is missing. */
    Sent send(Spool spool, SpoolFile file, Destination to) {
        producer.beginTransaction();
        return spool.read(
                file,
                to.last(),
                (message, fileHeaders) -> send(
                        new ProducerRecord<>(options.topic(), to.partition(), null, null, message, fileHeaders), null));
    }

    /** Returns the number of partitions of the entries' topic. */
    int partitions() {
        return producer.partitionsFor(options.topic()).size();
    }

    /**
     * Commits the sent messages together with the marker. Throws if sending any of them has failed.
     *
     * @throws FailingMapException if Kafka refuses a message of a map. Then nothing is committed
     */
    void commit(MarkerKey key, CommitMarker marker) {
        send(
                new ProducerRecord<>(options.markerTopic(), LastMarkerReader.PARTITION, key.write(), marker.write()),
                null);
        try {
            producer.commitTransaction();
        } catch (RuntimeException e) {
            throw named(e);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the commit throws what the future has
    private void send(ProducerRecord<byte[], byte[]> message, @Nullable UnshippedMap map) {
        try {
            producer.send(message, (metadata, failure) -> {
                if (map != null && failure != null && KafkaErrors.isRefusal(failure)) {
                    refused.compareAndSet(null, map);
                }
            });
        } catch (RuntimeException e) {
            throw named(e);
        }
    }

    private RuntimeException named(RuntimeException failure) {
        UnshippedMap map = refused.get();
        return map == null ? failure : new FailingMapException(map, failure);
    }

    /** Ends at once, even while another thread is in a call, which then throws. */
    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
