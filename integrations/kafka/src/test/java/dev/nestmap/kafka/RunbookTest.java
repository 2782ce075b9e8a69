/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.kafka.Counts.Count;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rehearses what docs/fleet/operate.md says to do. For the commands of Kafka, it makes the same calls of Kafka's client. */
@Tag("long")
class RunbookTest extends CountsTest {
    private long counted;

    private void count() {
        counted++;
        tenants.getOrCreate(counted % 8).put(new Count(counted % Counts.MOST, 1));
    }

    private static long total(String topic, Broker from) throws Exception {
        return rows(topic, from).stream().mapToLong(Row::packets).sum();
    }

    /** Each broker loses its disk once, while the shipper ships. */
    @Test
    @Tag("kafka")
    @Tag("night")
    void theDisksOfBrokersAreLost() throws Exception {
        Broker cluster = Broker.startCluster("cluster", 3);
        try {
            cluster.admin()
                    .createTopics(List.of(new NewTopic("flows", 3, (short) 3)
                            .configs(Map.of(
                                    "min.insync.replicas", "2",
                                    "unclean.leader.election.enable", "false",
                                    "message.timestamp.type", "LogAppendTime"))))
                    .all()
                    .get();
            ShipperOptions options = options("flows").withMachine("machine").withInterval(Duration.ofDays(1));
            try (Shipper<Long> shipper = Shipper.start(tenants, cluster.config(), options)) {
                countAndShip(shipper);
                for (int id = 1; id <= 3; id++) {
                    cluster.kill(id);
                    countAndShip(shipper); // two of three replicas are enough
                    cluster.replaceDisk(id);
                    cluster.start(id);
                    countAndShip(shipper);
                    await("replicas", () -> underReplicated(cluster.admin()) == 0);
                }
                countAndShip(shipper);
            }
            assertThat(total("flows", cluster)).isEqualTo(counted);
        } finally {
            cluster.close();
        }
    }

    private void countAndShip(Shipper<Long> shipper) throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            count();
        }
        ship(shipper);
    }

    /** Like {@code kafka-topics.sh --describe --under-replicated-partitions}. */
    private static long underReplicated(Admin admin) throws InterruptedException {
        try {
            return admin.describeTopics(admin.listTopics().names().get()).allTopicNames().get().values().stream()
                    .flatMap(found -> found.partitions().stream())
                    .filter(partition ->
                            partition.isr().size() < partition.replicas().size())
                    .count();
        } catch (ExecutionException e) {
            return 1; // the brokers are busy
        }
    }

    /** The coordinator forgets a transaction that has written to both topics of a shipper. */
    @Test
    void aTransactionHangs() throws Exception {
        String flows = topic + "-of-one-partition";
        String machine = "machine-of-" + topic; // the broker has what an earlier run has left
        String markers = "nestmap-markers-" + machine;
        broker().create(flows, 1, Map.of());
        ShipperOptions options = options(flows).withMachine(machine).withInterval(Duration.ofDays(1));
        Map<String, Object> impatient = new HashMap<>(broker().config());
        impatient.put("default.api.timeout.ms", 3000);
        impatient.put("request.timeout.ms", 3000);
        try (Shipper<Long> shipper = Shipper.start(tenants, impatient, options)) {
            countAndShip(shipper);
        }
        hang(broker(), "nestmap." + machine + ".tenant", flows, markers);

        count();
        try (Shipper<Long> next = Shipper.start(tenants, impatient, options)) {
            awaitProblem(next, "find-hanging --topic " + markers);
            assertThat(next.statistics().problem())
                    .contains("a transaction of topic " + markers + ", which began at offset ", ", has not ended");
            assertThat(next.statistics().waitingMaps()).isZero();
            abort(broker().admin(), new TopicPartition(flows, 0));
            abort(broker().admin(), new TopicPartition(markers, 0));
            countAndShip(next);
        }
        assertThat(total(flows, broker())).isEqualTo(counted);
    }

    private static void hang(Broker broker, String shipper, String... topics) throws Exception {
        Map<String, Object> config = new HashMap<>(broker.config());
        config.put("transactional.id", shipper);
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        for (String topic : topics) {
            producer.send(new ProducerRecord<>(topic, bytes(shipper), bytes("not committed")))
                    .get();
        }
        broker.kill();
        producer.close(Duration.ZERO);
        broker.deletePartition(1, "__transaction_state-0");
        broker.restart();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Like {@code kafka-transactions.sh find-hanging} and {@code abort}. */
    private static void abort(Admin admin, TopicPartition partition) throws Exception {
        for (ProducerState state : Objects.requireNonNull(
                        admin.describeProducers(List.of(partition)).all().get().get(partition))
                .activeProducers()) {
            if (state.currentTransactionStartOffset().isPresent()) {
                admin.abortTransaction(new AbortTransactionSpec(
                                partition,
                                state.producerId(),
                                (short) state.producerEpoch(),
                                state.coordinatorEpoch().orElse(0)))
                        .all()
                        .get();
            }
        }
    }

    private ShipperOptions withMarkersOf(String machine) {
        return options().withMachine(machine).withMarkerTopic(CommitMarker.TOPIC_PREFIX + machine);
    }

    /** The new machine runs before the old one has gone, and the old topic of markers is deleted. */
    @Test
    void aMachineIsReplaced() throws Exception {
        try (CountsBpf others = CountsBpf.inMemory();
                Shipper<Long> successor =
                        Shipper.start(others.tenant(), broker().config(), withMarkersOf("successor"))) {
            try (Shipper<Long> old = start(withMarkersOf("old"))) {
                countAndShip(old);
                others.tenant().create(1L).put(new Count(1, 1000));
                ship(successor);
                countAndShip(old);
            }
            broker().admin().deleteTopics(List.of("nestmap-markers-old")).all().get();
            others.tenant().getOrCreate(1L).put(new Count(1, 1000));
            ship(successor);
        }
        assertThat(total(topic, broker())).isEqualTo(counted + 2000);
    }
}
