/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Finds the last committed markers with a transactional id. */
final class LastMarkerReader {
    /** The only partition with markers, even if somebody adds partitions while a shipper runs. */
    static final int PARTITION = 0;

    private static final Duration POLL = Duration.ofMillis(100);

    private final ClientConfig config;
    private final Map<String, Object> kafka;
    private final TopicPartition partition;
    private final String id;

    /** The wait for open transactions before they are reported. */
    private final Duration patience;

    /** Where the next reading begins: at the latest marker that was found. */
    private long start;

    LastMarkerReader(ClientConfig config, String topic) {
        this.config = config;
        this.kafka = config.ofReaders();
        this.partition = new TopicPartition(topic, PARTITION);
        this.patience = config.patience();
        this.id = config.id();
    }

    /**
     * Reads the last committed marker of each outer map. The next call reads only the latest of them and those that were committed since.
     * Waits for open transactions of other machines: until they end, a consumer of committed messages sees no later messages.
     *
     * @param stopped whether to give up
     * @throws ShippingException if such a transaction does not end soon
     */
    LastMarkers read(Admin admin, BooleanSupplier stopped) throws ExecutionException, InterruptedException {
        // The real end of the topic. A consumer of committed messages sees an end before the oldest open transaction.
        long end = Objects.requireNonNull(config.answer(admin.listOffsets(
                                        Map.of(partition, OffsetSpec.latest()),
                                        new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                                .all())
                        .get(partition))
                .offset();
        Map<MarkerKey, ConsumerRecord<byte[], byte[]>> last = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = CommittedMessageReader.consumer(kafka)) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, start);
            long position = consumer.position(partition);
            long progress = System.nanoTime();
            while (position < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
                    MarkerKey key = MarkerKey.read(id, record.key());
                    if (key != null) {
                        last.put(key, record); // only the last one counts, so that an earlier one may be damaged
                    }
                }
                if (stopped.getAsBoolean()) {
                    throw new InterruptedException("the shipper was closed");
                }
                if (consumer.position(partition) > position) {
                    position = consumer.position(partition);
                    progress = System.nanoTime();
                } else if (System.nanoTime() - progress > patience.toNanos()) {
                    rejectOpenTransaction(consumer, position);
                    progress = System.nanoTime();
                }
            }
        }
        return markers(last);
    }

    private LastMarkers markers(Map<MarkerKey, ConsumerRecord<byte[], byte[]>> last) {
        Map<MarkerKey, CommitMarker> byKey = new HashMap<>();
        CommitMarker latest = null;
        long offset = -1;
        for (Map.Entry<MarkerKey, ConsumerRecord<byte[], byte[]>> found : last.entrySet()) {
            if (found.getValue().value() == null) {
                continue; // somebody has deleted it
            }
            CommitMarker marker = parse(found.getValue());
            byKey.put(found.getKey(), marker);
            if (found.getValue().offset() > offset) {
                offset = found.getValue().offset();
                latest = marker;
            }
        }
        start = Math.max(start, offset);
        return new LastMarkers(Map.copyOf(byKey), latest);
    }

    /** Throws if a transaction is open at this position. Otherwise the broker was slow. */
    private void rejectOpenTransaction(KafkaConsumer<byte[], byte[]> consumer, long position) {
        // For a consumer of committed messages, the topic ends where the oldest open transaction begins.
        if (consumer.endOffsets(List.of(partition)).getOrDefault(partition, position) <= position) {
            throw new ShippingException("a transaction of topic " + partition.topic() + ", which began at offset "
                    + position
                    + ", has not ended for " + patience.toSeconds()
                    + " seconds, so it is not known which maps are committed. The broker ends the transaction of a dead machine after"
                    + " its transaction.timeout.ms. A transaction that stays longer hangs:"
                    + " kafka-transactions.sh --bootstrap-server HOST:PORT find-hanging --topic " + partition.topic()
                    + " names its producer");
        }
    }

    private static CommitMarker parse(ConsumerRecord<byte[], byte[]> record) {
        try {
            return CommitMarker.read(record.value());
        } catch (RuntimeException e) {
            throw ShippingException.lasting("the marker at offset " + record.offset() + " of topic " + record.topic()
                    + " can't be read: " + e.getMessage()
                    + ", so it is not known which maps are committed. If a newer version of nestmap-kafka wrote it, update this one."
                    + " Otherwise another program wrote it: let only the shippers of this machine write to this topic, and name"
                    + " another topic with withMarkerTopic. The shipper then sends all waiting maps, and those that are already"
                    + " committed arrive twice");
        }
    }
}
