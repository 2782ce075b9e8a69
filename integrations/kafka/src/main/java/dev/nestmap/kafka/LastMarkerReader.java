/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Finds the last committed markers with a transactional id. */
final class LastMarkerReader {
    /** The only partition with markers, even if somebody adds partitions while a shipper runs. */
    static final int PARTITION = 0;

    private static final Duration POLL = Duration.ofMillis(100);

    private final ClientConfig config;
    private final TopicPartition partition;
    /** The wait for open transactions before they are reported. */
    private final Duration patience;

    /** The last marker of each series, the one that was committed first comes first. */
    private final Map<UUID, CommitMarker> last = new LinkedHashMap<>();

    /** Where the next reading begins. */
    private long start;

    LastMarkerReader(ClientConfig config, String topic) {
        this.config = config;
        this.partition = new TopicPartition(topic, PARTITION);
        this.patience = config.patience();
    }

    /**
     * Reads the last committed marker of each series. The next call reads only those that were committed since. Waits for open transactions of
     * other machines: until they end, a consumer of committed messages sees no later messages.
     *
     * @param stopped whether to give up
     * @throws ShippingException if such a transaction does not end soon
     */
    Map<UUID, CommitMarker> read(Admin admin, BooleanSupplier stopped) throws ExecutionException, InterruptedException {
        long end = end(admin, stopped);
        if (end < start) { // the topic was deleted, or has lost its end with the disk of a broker
            start = 0;
            last.clear();
        }
        try (KafkaConsumer<byte[], byte[]> consumer = ClientConfig.committedReader(config.ofReaders())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, start);
            long position = consumer.position(partition);
            long progress = System.nanoTime();
            while (position < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
                    add(record);
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
            start = position;
        }
        return Collections.unmodifiableMap(last);
    }

    /**
     * The real end of the topic: a consumer of committed messages sees an end before the oldest open transaction. A topic that was just created
     * may not be known to each broker yet.
     */
    private long end(Admin admin, BooleanSupplier stopped) throws ExecutionException, InterruptedException {
        for (long begin = System.nanoTime(); true; Thread.sleep(POLL.toMillis())) {
            try {
                return Objects.requireNonNull(config.answer(admin.listOffsets(
                                                Map.of(partition, OffsetSpec.latest()),
                                                new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                                        .all())
                                .get(partition))
                        .offset();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
                        || stopped.getAsBoolean()
                        || System.nanoTime() - begin > patience.toNanos()) {
                    throw e;
                }
            }
        }
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        UUID series = CommitMarker.series(config.id, record.key());
        if (series == null) {
            return;
        }
        last.remove(series);
        if (record.value() != null) {
            try {
                last.put(series, CommitMarker.read(record.value()));
            } catch (
                    IllegalArgumentException e) { // then the files of this series are sent again, with the same numbers
                ShipperLog.warn(
                        "the marker at offset " + record.offset() + " of topic " + record.topic() + " can't be read: "
                                + e.getMessage() + ". Let only the shippers of this machine write to this topic",
                        null);
            }
        }
    }

    /** Throws if a transaction is open at this position. Otherwise the broker was slow. */
    private void rejectOpenTransaction(KafkaConsumer<byte[], byte[]> consumer, long position) {
        // For a consumer of committed messages, the topic ends where the oldest open transaction begins.
        if (consumer.endOffsets(List.of(partition)).getOrDefault(partition, position) <= position) {
            throw new ShippingException("a transaction of topic " + partition.topic() + ", which began at offset "
                    + position
                    + ", has not ended for " + patience.toSeconds()
                    + " seconds, so it is not known which files are committed. The broker ends the transaction of a dead machine after"
                    + " its transaction.timeout.ms. A transaction that stays longer hangs:"
                    + " kafka-transactions.sh --bootstrap-server HOST:PORT find-hanging --topic " + partition.topic()
                    + " names its producer");
        }
    }
}
