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

/** Reads all committed messages of topics. */
final class CommittedMessageReader {
    private static final Duration POLL = Duration.ofMillis(200);

    private CommittedMessageReader() {}

    /**
     * Passes each committed message to a consumer, from the beginning of the topics to their end at the time of the call.
     *
     * @param kafka configuration of the Kafka client
     * @param topics matches the names of the topics
     * @param each gets the messages of a partition in their order
     * @throws IllegalArgumentException if no topic matches
     * @throws org.apache.kafka.common.KafkaException if the topics can't be read
     */
    static void read(Map<String, ?> kafka, Pattern topics, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka)) {
            List<TopicPartition> partitions = consumer.listTopics().entrySet().stream()
                    .filter(topic -> topics.matcher(topic.getKey()).matches())
                    .flatMap(topic -> topic.getValue().stream())
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw new IllegalArgumentException("there is no topic " + topics);
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            consumer.endOffsets(partitions).forEach((partition, offset) -> {
                while (consumer.position(partition) < offset) {
                    consumer.poll(POLL).forEach(each);
                }
            });
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
