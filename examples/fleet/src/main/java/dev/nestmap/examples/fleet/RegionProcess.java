/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import dev.nestmap.examples.fleet.NextFleet.Flow;
import dev.nestmap.kafka.Part;
import dev.nestmap.kafka.PartDeserializer;
import dev.nestmap.kafka.PartPosition;
import dev.nestmap.kafka.PartSerializer;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.types.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Adds up the parts of the machines of a region, and sends the sums as parts of the region to another topic. Readers treat the region as a
 * machine, and read one part for each tenant and interval, however many machines there are.
 *
 * <p>Each transaction has the sums and the offsets of the parts in them, whose metadata has the position of the last sum. So a killed process
 * loses no part and adds none twice: the next one continues where the last transaction ended. Kafka forgets offsets when nobody has committed
 * any for {@code offsets.retention.minutes}, by default a week. Then all parts would be added again, so the process does not start without offsets,
 * except for the first time. A new process reads the last {@link #READ_AGAIN} parts of each partition again. So it notices what is missing between
 * them and the first new part of each machine. Both topics are in one Kafka cluster; to send sums to another cluster, mirror their topic.
 */
final class RegionProcess {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int HEAP = 100;

    /** Messages of each partition. */
    private static final long READ_AGAIN = 10_000;

    /** The argument that lets the process begin with all parts that Kafka has. */
    static final String FIRST = "first";

    /** Entries in a part, of about 50 bytes each. */
    private static final int MOST_ENTRIES = 10_000;

    private final String source;
    private final String region;
    private final String target;
    private final KafkaConsumer<byte[], Part<Long, Flow>> consumer;
    private final KafkaProducer<byte[], Part<Long, Flow>> producer;
    private final RegionSums sums;
    private PartPosition position;

    /** Offsets of the first parts that are in no sum yet. */
    private final Map<TopicPartition, Long> begins = new HashMap<>();

    private RegionProcess(
            String bootstrap, String source, String target, String region, boolean isFirst, NextFleetBpf records) {
        this.source = source;
        this.region = region;
        this.target = target;
        String id = "nestmap." + region + ".tenant";
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "transactional.id", id, "transaction.timeout.ms", 10_000),
                new ByteArraySerializer(),
                PartSerializer.of(records.tenant()));
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "group.id",
                        id,
                        "isolation.level",
                        "read_committed",
                        "auto.offset.reset",
                        "none", // a missing part must end this process
                        "metadata.max.age.ms",
                        5000, // the time until it notices new partitions
                        "enable.auto.commit",
                        false),
                new ByteArrayDeserializer(),
                PartDeserializer.of(records.tenant()).withMigration(Migration.fromBtf()));
        producer.initTransactions(); // ends the transaction of a killed process, and with it the offsets in it
        List<TopicPartition> partitions = partitions();
        consumer.assign(partitions);
        Map<TopicPartition, OffsetAndMetadata> done = consumer.committed(new HashSet<>(partitions));
        boolean continues = done.values().stream().anyMatch(Objects::nonNull);
        if (!continues && !isFirst) {
            throw new IllegalStateException(
                    "Kafka has no offsets of group " + id
                            + ". If this region has never sent sums, start it with a further argument: " + FIRST
                            + ". Otherwise Kafka has forgotten them, and all parts would be added again: also give the region another name");
        }
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata offset = done.get(partition);
            long beginning = beginnings.getOrDefault(partition, 0L);
            if (offset == null && continues && beginning > 0) {
                throw new IllegalStateException(partition + " was added, and Kafka has deleted its first parts");
            }
            long begin = offset == null ? beginning : offset.offset();
            if (begin > ends.getOrDefault(partition, 0L)) {
                throw new IllegalStateException(
                        partition + " has lost its end: parts are in the sums that it no longer has");
            }
            begins.put(partition, begin);
            // Parts that are no longer there must end this process.
            consumer.seek(partition, begin < beginning ? begin : Math.max(beginning, begin - READ_AGAIN));
        }
        sums = new RegionSums(continues);
        position = done.values().stream()
                .filter(Objects::nonNull)
                .map(offset -> offset.metadata().split(" ", -1))
                .map(text -> new PartPosition(id, UUID.fromString(text[0]), Long.parseLong(text[1])))
                .max(Comparator.comparingLong(PartPosition::number))
                .orElseGet(() -> new PartPosition(id, UUID.randomUUID(), 0));
    }

    /**
     * Starts the process.
     *
     * @param arguments of {@link #main}
     */
    static Child start(Path directory, String... arguments) throws IOException {
        return new Child("region", directory.resolve("region.log"), List.of(), HEAP, RegionProcess.class, arguments);
    }

    /**
     * It ends with an exception if Kafka is away, or if partitions were added.
     *
     * @param arguments bootstrap servers, topic of the machines, topic of regions, name of the region, and {@link #FIRST} if it has never run
     */
    public static void main(String[] arguments) {
        try (NextFleetBpf records = NextFleetBpf.inMemory()) {
            boolean isFirst = arguments.length > 4 && arguments[4].equals(FIRST);
            RegionProcess process =
                    new RegionProcess(arguments[0], arguments[1], arguments[2], arguments[3], isFirst, records);
            while (!Parent.hasEnded()) {
                process.read(System.nanoTime() + INTERVAL.toNanos());
                process.send();
            }
        }
        System.exit(0); // Kafka's threads
    }

    private void read(long end) {
        while (end - System.nanoTime() > 0) {
            for (ConsumerRecord<byte[], Part<Long, Flow>> message :
                    consumer.poll(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                Part<Long, Flow> part = message.value();
                boolean isEarlier = message.offset() < begin(new TopicPartition(message.topic(), message.partition()));
                if (part != null && isEarlier) {
                    sums.addEarlier(part);
                } else if (part != null) {
                    sums.add(part);
                }
            }
        }
    }

    private long begin(TopicPartition partition) {
        return Objects.requireNonNull(begins.get(partition), "it was assigned");
    }

    private List<TopicPartition> partitions() {
        return consumer.partitionsFor(source).stream()
                .map(partition -> new TopicPartition(source, partition.partition()))
                .toList();
    }

    /** Also without sums, because Kafka forgets offsets. */
    private void send() {
        if (partitions().size() != consumer.assignment().size()) {
            throw new IllegalStateException("partitions were added to " + source + ": start this process again");
        }
        producer.beginTransaction();
        Instant now = Instant.now();
        sums.take().forEach((tenant, sum) -> send(tenant, sum, now));
        String metadata = position.series() + " " + position.number();
        Map<TopicPartition, OffsetAndMetadata> offsets = consumer.assignment().stream()
                .collect(Collectors.toMap(
                        partition -> partition,
                        partition -> new OffsetAndMetadata(
                                Math.max(begin(partition), consumer.position(partition)), metadata)));
        producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        producer.commitTransaction();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a commit throws if a message was not sent
    private void send(long tenant, RegionSums.Tenant sum, Instant now) {
        List<Flow> flows = new ArrayList<>(sum.flows.values());
        int parts = (flows.size() + MOST_ENTRIES - 1) / MOST_ENTRIES;
        MapIdentity map = new MapIdentity(
                region, position.series(), (int) position.number() + 1, now, "tenant", ByteString.of(new byte[0]));
        for (int part = 1; part <= parts; part++) {
            List<Flow> some = flows.subList((part - 1) * MOST_ENTRIES, Math.min(flows.size(), part * MOST_ENTRIES));
            position = new PartPosition(position.shipper(), position.series(), position.number() + 1);
            producer.send(new ProducerRecord<>(
                    target,
                    0,
                    null,
                    new Part<>(map, tenant, Map.of(), position, part, parts, false, sum.lostInserts, some)));
        }
    }
}
