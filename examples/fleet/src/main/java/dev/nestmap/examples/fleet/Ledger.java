/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import dev.nestmap.examples.fleet.NextFleet.Flow;
import dev.nestmap.kafka.Part;
import dev.nestmap.kafka.PartDeserializer;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.pin.Migration;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads what the shippers committed, to compare it with the totals of {@link TotalsProcess}. It is in the process that nobody kills.
 * Like the totals, it has the next version of the records, and reads both versions.
 */
final class Ledger implements AutoCloseable {
    private final NextFleetBpf records = NextFleetBpf.inMemory();
    private final PartDeserializer<Long, Flow> parts =
            PartDeserializer.of(records.tenant()).withMigration(Migration.ofRules());
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;
    private final Set<PartNumber> seen = new HashSet<>();
    private Sum sum = Sum.ZERO;
    private int maps;
    private int updatedMaps;
    private int doubled;

    private record PartNumber(MapIdentity map, int number) {}

    Ledger(String bootstrap, String topic, int partitions) {
        this.topic = topic;
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrap);
        config.put("isolation.level", "read_committed");
        config.put("auto.offset.reset", "earliest");
        this.consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(number -> new TopicPartition(topic, number))
                .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
    }

    /** Adds what was committed. Waits up to {@code timeout} if there is nothing new. */
    void poll(Duration timeout) {
        consumer.poll(timeout).forEach(this::add);
    }

    private void add(ConsumerRecord<byte[], byte[]> message) {
        Part<Long, Flow> part = parts.deserialize(topic, message.headers(), message.value());
        if (part == null) {
            return;
        }
        doubled += seen.add(new PartNumber(part.map(), part.number())) ? 0 : 1;
        updatedMaps += part.number() == 1 && hasLayoutOfRecords(message) ? 1 : 0;
        maps += part.number() == 1 ? 1 : 0;
        sum = sum.plus(Sum.of(part));
    }

    /** Each message has the text of its layout. */
    private boolean hasLayoutOfRecords(ConsumerRecord<byte[], byte[]> message) {
        Header layout = message.headers().lastHeader("nestmap.layout");
        return new String(layout.value(), StandardCharsets.UTF_8)
                .equals(records.tenant().expert().layoutText());
    }

    /** Reads up to the present end of the topic. All transactions must have ended. */
    void readToEnd() {
        consumer.endOffsets(consumer.assignment()).forEach((partition, end) -> {
            while (consumer.position(partition) < end) {
                poll(Duration.ofMillis(100));
            }
        });
    }

    Sum sum() {
        return sum;
    }

    /** The number of drained maps with entries. */
    int maps() {
        return maps;
    }

    /** The number of these maps that the next version of the agent has shipped. */
    int updatedMaps() {
        return updatedMaps;
    }

    /** The number of parts that were committed before. */
    int doubled() {
        return doubled;
    }

    @Override
    public void close() {
        consumer.close();
        records.close();
    }
}
