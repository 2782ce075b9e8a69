/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.examples.fleet.NextFleet.Flow;
import dev.nestmap.examples.fleet.NextFleet.FlowKey;
import dev.nestmap.kafka.Part;
import dev.nestmap.kafka.PartDeserializer;
import dev.nestmap.kafka.PartPosition;
import dev.nestmap.kafka.PartSerializer;
import dev.nestmap.kafka.Shipper;
import dev.nestmap.kafka.ShipperOptions;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The total of a region has each count of its machines once, though processes are killed. */
@Tag("jdk-independent")
@Tag("server")
@Timeout(600)
@Tag("long")
class RegionTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int ROUNDS = 12;

    @TempDir
    private Path directory;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void partsOfARegionHaveEachCountOnceOverKills() throws Exception {
        System.out.println("seed " + seed);
        Broker broker = new Broker(directory);
        try (NextFleetBpf first = NextFleetBpf.inMemory();
                NextFleetBpf second = NextFleetBpf.inMemory()) {
            Topics.create(broker.bootstrap(), "flows", Topics.STARTING);
            Topics.create(broker.bootstrap(), "regions", Topics.STARTING);
            Child region =
                    RegionProcess.start(directory, broker.bootstrap(), "flows", "regions", "eu", RegionProcess.FIRST);
            try (Shipper<Long> one = ship(broker, first, "node-1");
                    Shipper<Long> other = ship(broker, second, "node-2")) {
                long sent = 0;
                for (int round = 1; round <= ROUNDS; round++) {
                    sent += count(first) + count(second);
                    assertThat(one.ship(PATIENCE) && other.ship(PATIENCE)).isTrue();
                    Thread.sleep(random.nextInt(1500)); // a kill at any moment
                    if (round == ROUNDS / 2) {
                        broker.killAndRestart();
                    }
                    region.killAndRestart();
                }
                List<Part<Long, Flow>> parts = await(broker, sent, region);
                assertThat(readAsThePageSays(broker)).isEqualTo(sent);
                try (Ledger ledger = new Ledger(broker.bootstrap(), "flows", Topics.PARTITIONS)) {
                    ledger.readToEnd();
                    assertThat(ledger.sum().packets()).isEqualTo(sent);
                }

                assertThat(parts).extracting(part -> part.map().machine()).containsOnly("eu");
                assertThat(parts)
                        .as("no position is missing, and none is there twice")
                        .extracting(part -> part.position().number())
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(1, parts.size()).boxed().toList());
                assertThat(parts).allMatch(Part::isExact);
                assertThat(parts.size())
                        .as("fewer parts than the machines have sent")
                        .isLessThan(2 * 2 * ROUNDS);
            } finally {
                region.kill();
            }
        } finally {
            broker.stop();
        }
    }

    /** It would otherwise add all parts again, or never read the new partitions. */
    @Test
    void endsWithoutOffsetsAndAfterPartitionsWereAdded() throws Exception {
        Broker broker = new Broker(directory);
        try (NextFleetBpf bpf = NextFleetBpf.inMemory()) {
            Topics.create(broker.bootstrap(), "flows", Topics.STARTING);
            Topics.create(broker.bootstrap(), "regions", Topics.STARTING);
            Path log = directory.resolve("region.log");
            Child region = RegionProcess.start(directory, broker.bootstrap(), "flows", "regions", "eu");
            awaitLog(log, "Kafka has no offsets of group nestmap.eu.tenant");
            region.killAndRestartWith(RegionProcess.FIRST);
            try (Shipper<Long> shipper = ship(broker, bpf, "node-1");
                    Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
                long end = System.nanoTime() + PATIENCE.toNanos();
                while (admin.listConsumerGroupOffsets("nestmap.eu.tenant")
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .isEmpty()) { // it commits even if there is nothing to send
                    assertThat(System.nanoTime()).as("waiting for offsets").isLessThan(end);
                    Thread.sleep(50);
                }
                long sent = count(bpf);
                assertThat(shipper.ship(PATIENCE)).isTrue();
                await(broker, sent, region);
                admin.createPartitions(Map.of("flows", NewPartitions.increaseTo(Topics.PARTITIONS + 1)))
                        .all()
                        .get();
                awaitLog(log, "partitions were added to flows");
                sent += send(broker, Topics.PARTITIONS);
                region.start();
                await(broker, sent, region);
            } finally {
                region.kill();
            }
        } finally {
            broker.stop();
        }
    }

    /** Sends a part to a partition, as a shipper does. Returns the number of packets. */
    private static long send(Broker broker, int partition) throws Exception {
        Inet4Address address = (Inet4Address) InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
        PartPosition position = new PartPosition("nestmap.node-9.tenant", new UUID(1, 2), 1);
        MapIdentity map =
                new MapIdentity("node-9", new UUID(3, 4), 5, Instant.now(), "tenant", ByteString.of(new byte[0]));
        Part<Long, Flow> part = new Part<>(
                map,
                53L,
                Map.of(),
                position,
                1,
                1,
                false,
                0,
                List.of(new Flow(new FlowKey(address, address, 1, 53), 7, 70, 0)));
        try (NextFleetBpf records = NextFleetBpf.inMemory();
                KafkaProducer<byte[], Part<Long, Flow>> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrap()),
                        new ByteArraySerializer(),
                        PartSerializer.of(records.tenant()))) {
            producer.send(new ProducerRecord<>("flows", partition, null, part)).get();
        }
        return 7;
    }

    private static void awaitLog(Path log, String text) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(log) || !Files.readString(log).contains(text)) {
            assertThat(System.nanoTime()).as(text).isLessThan(end);
            Thread.sleep(50);
        }
    }

    private static Shipper<Long> ship(Broker broker, NextFleetBpf bpf, String machine) {
        bpf.tenant().createAll(List.of(53L, 443L));
        return Shipper.start(
                bpf.tenant(),
                Map.of("bootstrap.servers", broker.bootstrap()),
                ShipperOptions.to("flows")
                        .withMachine(machine)
                        .withInterval(PATIENCE)
                        .withUnpinnedMap());
    }

    /** Counts in both tenants. Returns the number of packets. */
    private long count(NextFleetBpf bpf) throws Exception {
        long packets = 0;
        Inet4Address address = (Inet4Address) InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
        for (long tenant : List.of(53L, 443L)) {
            long number = 1L + random.nextInt(1000);
            Objects.requireNonNull(bpf.tenant().get(tenant))
                    .put(new Flow(new FlowKey(address, address, random.nextInt(3), 53), number, 10 * number, 0));
            packets += number;
        }
        return packets;
    }

    /** Adds up the packets in the topic of the machines with the table of docs/fleet/reference.md, and without a class of Nestmap. */
    private static long readAsThePageSays(Broker broker) {
        long packets = 0;
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrap(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("flows").stream()
                    .map(partition -> new TopicPartition("flows", partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            for (Map.Entry<TopicPartition, Long> end :
                    consumer.endOffsets(partitions).entrySet()) {
                while (consumer.position(end.getKey()) < end.getValue()) {
                    for (var message : consumer.poll(Duration.ofMillis(100))) {
                        packets += packets(ByteBuffer.wrap(message.value()));
                    }
                }
            }
        }
        return packets;
    }

    private static long packets(ByteBuffer message) {
        skip(message, 3 + 1);
        ByteOrder order = message.get() == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        skip(message, 1);
        skipText(message); // layout
        skipText(message); // shipper
        skip(message, 16 + 8);
        skipText(message); // machine
        skip(message, 16 + 4 + 8 + 4);
        skipText(message); // outer map
        skipText(message); // key
        skip(message, 4 + 4 + 8);
        int keySize = message.getInt();
        int valueSize = message.getInt();
        int entries = message.getInt();
        message.order(order);
        long packets = 0;
        for (int i = 0; i < entries; i++) {
            skip(message, keySize);
            packets += message.getLong(message.position()); // the first field of the value
            skip(message, valueSize);
        }
        assertThat(message.remaining()).isZero();
        return packets;
    }

    private static void skip(ByteBuffer message, int bytes) {
        message.position(message.position() + bytes);
    }

    private static void skipText(ByteBuffer message) {
        skip(message, message.getShort());
    }

    /** Reads the topic of regions from its beginning until it has all packets. More than all is wrong. */
    private List<Part<Long, Flow>> await(Broker broker, long sent, Child region) throws Exception {
        List<Part<Long, Flow>> parts = new ArrayList<>();
        try (NextFleetBpf records = NextFleetBpf.inMemory();
                KafkaConsumer<byte[], Part<Long, Flow>> consumer = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker.bootstrap(), "isolation.level", "read_committed"),
                        new ByteArrayDeserializer(),
                        PartDeserializer.of(records.tenant()))) {
            TopicPartition partition = new TopicPartition("regions", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long read = 0;
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (read < sent) {
                region.check();
                assertThat(System.nanoTime()).as("%d of %d packets", read, sent).isLessThan(end);
                for (var message : consumer.poll(Duration.ofMillis(100))) {
                    parts.add(message.value());
                    read += message.value().entries().stream()
                            .mapToLong(Flow::packets)
                            .sum();
                }
            }
            assertThat(read).isEqualTo(sent);
        }
        return parts;
    }
}
