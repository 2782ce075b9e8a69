/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads committed messages of topics. */
final class CommittedMessageReader {
    private static final Duration POLL = Duration.ofMillis(200);

    private CommittedMessageReader() {}

    /** Receives messages. */
    interface Receiver {
        /**
         * Receives a message.
         *
         * @param isWhole whether its partition is read from the oldest message that Kafka has
         */
        void receive(ConsumerRecord<byte[], byte[]> message, boolean isWhole);
    }

    /**
     * Passes each committed message that came into Kafka between two times.
     *
     * @param kafka configuration of the Kafka client
     * @param topics matches the names of the topics. Topics of markers are left out
     * @param begin null to begin with the oldest message
     * @param end null to read to the end of the topics at the time of the call
     * @param receiver gets the messages of a partition in their order
     * @throws IllegalArgumentException if no topic matches
     * @throws org.apache.kafka.common.KafkaException if the topics can't be read
     */
    static void read(
            Map<String, ?> kafka, Pattern topics, @Nullable Instant begin, @Nullable Instant end, Receiver receiver) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka)) {
            List<TopicPartition> partitions = consumer.listTopics().entrySet().stream()
                    .filter(topic -> !topic.getKey().startsWith(CommitMarker.TOPIC_PREFIX))
                    .filter(topic -> topics.matcher(topic.getKey()).matches())
                    .flatMap(topic -> topic.getValue().stream())
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw new IllegalArgumentException("there is no topic " + topics);
            }
            consumer.assign(partitions);
            Map<TopicPartition, Long> oldest = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = offsets(consumer, partitions, end);
            Map<TopicPartition, Long> begins = begin == null ? oldest : offsets(consumer, partitions, begin);
            begins.forEach(consumer::seek);
            Set<TopicPartition> whole = begins.entrySet().stream()
                    .filter(first -> first.getValue().equals(oldest.get(first.getKey())))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
            while (!ends.isEmpty()) {
                ends.entrySet().removeIf(last -> {
                    boolean isRead = consumer.position(last.getKey()) >= last.getValue();
                    if (isRead) {
                        consumer.pause(List.of(last.getKey()));
                    }
                    return isRead;
                });
                for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
                    TopicPartition partition = new TopicPartition(message.topic(), message.partition());
                    if (message.offset() < ends.getOrDefault(partition, 0L)) {
                        receiver.receive(message, whole.contains(partition));
                    }
                }
            }
        }
    }

    /** Returns the offsets of the first messages at or after a time; the ends of the partitions where there are none. */
    private static Map<TopicPartition, Long> offsets(
            KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, @Nullable Instant time) {
        Map<TopicPartition, Long> offsets = new HashMap<>(consumer.endOffsets(partitions));
        if (time != null) {
            Map<TopicPartition, Long> times =
                    partitions.stream().collect(Collectors.toMap(it -> it, it -> time.toEpochMilli()));
            for (Map.Entry<TopicPartition, OffsetAndTimestamp> found :
                    consumer.offsetsForTimes(times).entrySet()) {
                if (found.getValue() != null) {
                    offsets.merge(found.getKey(), found.getValue().offset(), Math::min);
                }
            }
        }
        return offsets;
    }

    /** A consumer that reads committed messages only, and remembers no offsets. */
    static KafkaConsumer<byte[], byte[]> consumer(Map<String, ?> kafka) {
        Map<String, Object> config = new HashMap<>(kafka);
        config.put("isolation.level", "read_committed");
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", false);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
