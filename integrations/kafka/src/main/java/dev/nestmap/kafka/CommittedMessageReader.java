/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads committed messages of topics. */
final class CommittedMessageReader {
    private static final Duration POLL = Duration.ofMillis(200);

    private CommittedMessageReader() {}

    /**
     * Passes each committed message up to the end of the topics at the time of the call.
     *
     * @param kafka configuration of the Kafka client
     * @param topics matches the names of the topics. Topics of markers are left out
     * @param begins where to begin; a partition that is not there, or that has lost this message, with its oldest message
     * @param receiver gets the messages of a partition in their order
     * @return the ends of the partitions
     * @throws IllegalArgumentException if no topic matches
     * @throws org.apache.kafka.common.KafkaException if the topics can't be read
     */
    static Map<TopicPartition, Long> read(
            Map<String, ?> kafka,
            Pattern topics,
            Map<TopicPartition, Long> begins,
            Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
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
            Map<TopicPartition, Long> ends = Map.copyOf(consumer.endOffsets(partitions));
            consumer.beginningOffsets(partitions).forEach((partition, oldest) -> {
                long begin = begins.getOrDefault(partition, oldest);
                boolean isThere = begin >= oldest && begin <= ends.getOrDefault(partition, 0L);
                consumer.seek(partition, isThere ? begin : oldest);
            });
            Map<TopicPartition, Long> left = new HashMap<>(ends);
            while (!left.isEmpty()) {
                left.entrySet().removeIf(last -> {
                    boolean isRead = consumer.position(last.getKey()) >= last.getValue();
                    if (isRead) {
                        consumer.pause(List.of(last.getKey()));
                    }
                    return isRead;
                });
                for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
                    TopicPartition partition = new TopicPartition(message.topic(), message.partition());
                    if (message.offset() < left.getOrDefault(partition, 0L)) {
                        receiver.accept(message);
                    }
                }
            }
            return ends;
        }
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
