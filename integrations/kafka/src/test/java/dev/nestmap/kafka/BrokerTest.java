/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.ReadableAccessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Base class of tests with a broker, which all tests of a process share. Each test has topics of its own. */
@Tag("server")
@Timeout(600)
abstract class BrokerTest {
    /** Longer than anything takes on a busy machine. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final AtomicInteger TOPICS = new AtomicInteger();
    private static final AtomicInteger SPOOLS = new AtomicInteger();

    @SuppressWarnings("NullAway.Init") // set by BeforeAll
    private static volatile Broker shared;

    @SuppressWarnings("NullAway.Init") // set by BeforeAll
    private static volatile CuttableNetwork network;

    @TempDir
    private static Path spools;

    /** Topic of this test. */
    final String topic = "counts-" + TOPICS.incrementAndGet();

    /** Topic of the markers of this test. */
    final String markers = CommitMarker.TOPIC_PREFIX + topic;

    @BeforeAll
    static void startBroker() throws Exception {
        if (shared == null) {
            network = new CuttableNetwork();
            shared = Broker.start("broker", network);
        }
    }

    /** Between the broker and clients that use its address. */
    static CuttableNetwork network() {
        return network;
    }

    static Broker broker() {
        return shared;
    }

    @BeforeEach
    void createTopics() throws Exception {
        network.restore();
        broker().createTopics(topic);
    }

    /** Options that rotate only when they are told to, with a new directory. */
    ShipperOptions options() {
        return options(topic, newSpool());
    }

    /** The same options for another process. */
    static ShipperOptions options(String topic, Path spool) {
        return ShipperOptions.to(topic)
                .withMachine("machine")
                .withMarkerTopic(CommitMarker.TOPIC_PREFIX + topic)
                .withInterval(Duration.ofDays(1))
                .withUnpinnedMap()
                .withSpool(spool, 10_000_000);
    }

    /** Options with a new directory. */
    static ShipperOptions options(String topic) {
        return ShipperOptions.to(topic).withUnpinnedMap().withSpool(newSpool(), 10_000_000);
    }

    private static Path newSpool() {
        return spools.resolve("spool" + SPOOLS.incrementAndGet());
    }

    /** Ships all counts. */
    static void ship(Shipper<?> shipper) throws InterruptedException {
        assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
    }

    /** Ships all counts before the end of what counts. */
    static void shipLast(Shipper<?> shipper) throws InterruptedException {
        assertThat(shipper.shipLast(PATIENCE)).as("%s", shipper.statistics()).isTrue();
    }

    /** Ships all counts of an outer map with a shipper of its own. */
    <K, E, M extends ReadableAccessor<?, E>> ShipperStatistics shipAll(OuterAccessor<K, M> map)
            throws InterruptedException {
        try (Shipper<K> shipper = Shipper.start(map, broker().config(), options())) {
            ship(shipper);
            return shipper.statistics();
        }
    }

    /** The newest file of a spool. */
    static Path newest(Path spool) throws IOException {
        try (Stream<Path> all = Files.list(spool)) {
            return all.filter(path -> SpoolFile.Name.of(path) != null)
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    /** What consumers find missing in a topic. */
    static List<String> losses(String topic, Broker from) throws Exception {
        return Losses.of(allRows(topic, from));
    }

    /** The rows with counts. */
    static List<Row> rows(String topic) throws Exception {
        return rows(topic, broker());
    }

    static List<Row> rows(String topic, Broker from) throws Exception {
        return allRows(topic, from).stream()
                .filter(row -> row.status().isEmpty())
                .toList();
    }

    static List<Row> allRows(String topic, Broker from) throws Exception {
        return committed(topic, from).stream()
                .map(message -> Row.of(message.value()))
                .toList();
    }

    /** The committed messages of a topic, up to its end now. */
    static List<ConsumerRecord<byte[], byte[]>> committed(String topic) throws Exception {
        return committed(topic, broker());
    }

    private static List<ConsumerRecord<byte[], byte[]>> committed(String topic, Broker from) throws Exception {
        Map<String, Object> config = new HashMap<>(from.config());
        config.put("isolation.level", "read_committed");
        config.put("auto.offset.reset", "earliest");
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            for (TopicPartition partition : partitions) {
                long end = from.admin()
                        .listOffsets(Map.of(partition, OffsetSpec.latest()))
                        .partitionResult(partition)
                        .get()
                        .offset();
                while (consumer.position(partition) < end) {
                    consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                }
            }
        }
        return records;
    }

    /** The packets of each tenant in committed messages. Fails if a row is there twice. */
    static Map<Long, Long> totals(String topic) throws Exception {
        Map<Long, Long> totals = new HashMap<>();
        List<Row> rows = rows(topic);
        rows.forEach(row -> totals.merge(row.tenant(), row.packets(), Long::sum));
        assertThat(rows.stream().map(Row::position)).doesNotHaveDuplicates();
        return totals;
    }

    /**
     * Requires that consumers see a gap in the numbers or a series without an end, or neither.
     *
     * @param packets how many are in Kafka
     */
    void requireGap(boolean isThere, long packets) throws Exception {
        List<String> losses = losses(topic, broker());
        assertThat(losses.isEmpty()).as("%s", losses).isEqualTo(!isThere);
        assertThat(rows(topic).stream().mapToLong(Row::packets).sum()).isEqualTo(packets);
    }

    static boolean hasProblem(Shipper<?> shipper, String text) {
        String problem = shipper.statistics().problem();
        return problem != null && problem.contains(text);
    }

    static void awaitProblem(Shipper<?> shipper, String text) throws InterruptedException {
        await("problem with " + text, () -> hasProblem(shipper, text));
    }

    /** Sends a marker of another series, in place of an earlier process. */
    void send(byte[] marker) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(broker().config(), new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] key = CommitMarker.key("nestmap.machine.tenant", new UUID(1, 2));
            producer.send(new ProducerRecord<>(markers, key, marker)).get();
        }
    }

    /** Reads what a process prints, up to a line. */
    static void awaitLine(Process process, String expected) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = process.inputReader().readLine();
                !expected.equals(line);
                line = process.inputReader().readLine()) {
            assertThat(line).as("%s", lines).isNotNull();
            lines.add(line);
        }
    }

    /** A condition. */
    interface Condition {
        boolean holds() throws InterruptedException;
    }

    /** Waits for a condition that events bring about. */
    static void await(String what, Condition condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waiting for: %s", what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
