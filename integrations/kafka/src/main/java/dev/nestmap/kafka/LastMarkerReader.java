/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
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
import org.jspecify.annotations.Nullable;

/** Finds the last committed marker of a shipper. */
final class LastMarkerReader {
    /** The only partition with markers, even if somebody adds partitions while a shipper runs. */
    static final int PARTITION = 0;

    private static final Duration POLL = Duration.ofMillis(100);

    private final Map<String, Object> kafka;
    private final TopicPartition partition;
    private final byte[] key;

    /** The wait for open transactions before they are reported. */
    private final Duration patience;

    /** All markers of this shipper before this offset are older than a marker that was found. */
    private long start;

    LastMarkerReader(ClientConfig config, String topic) {
        this.kafka = config.ofReaders();
        this.partition = new TopicPartition(topic, PARTITION);
        this.patience = config.patience();
        this.key = config.id().getBytes(StandardCharsets.UTF_8);
    }

    byte[] key() {
        return key;
    }

    /**
     * Reads the last committed marker; null if there is none. Waits for open transactions of other machines: until they end, a consumer of
     * committed messages sees no later messages.
     *
     * @param stopped whether to give up
     * @throws ShippingException if such a transaction does not end soon
     */
    @Nullable
    CommitMarker last(Admin admin, BooleanSupplier stopped) throws ExecutionException, InterruptedException {
        // The real end of the topic. A consumer of committed messages sees an end before the oldest open transaction.
        long end = Objects.requireNonNull(admin.listOffsets(
                                Map.of(partition, OffsetSpec.latest()),
                                new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                        .all()
                        .get()
                        .get(partition))
                .offset();
        ConsumerRecord<byte[], byte[]> last = null;
        try (KafkaConsumer<byte[], byte[]> consumer = CommittedMessageReader.consumer(kafka)) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, start);
            long position = consumer.position(partition);
            long progress = System.nanoTime();
            while (position < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
                    if (Arrays.equals(record.key(), key)) {
                        last = record; // only the last one counts, so that an earlier one may be damaged
                        start = record.offset();
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
        return last == null ? null : read(last);
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

    private static @Nullable CommitMarker read(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        try {
            return value == null ? null : CommitMarker.read(value);
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
