/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.CountMap;
import dev.nestmap.kafka.CountsBpf.TenantMap;
import dev.nestmap.runtime.error.InvalidHandleException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Kafka is away, refuses, or is not what the shipper needs: it says so, and no count is lost. */
@Tag("jdk-independent")
class ShipperFailureTest extends BrokerTest {
    private static final Duration SHORT = Duration.ofMillis(20);

    private final CountsBpf bpf = CountsBpf.inMemory();
    private final TenantMap tenants = bpf.tenant();

    @AfterEach
    void close() {
        bpf.close();
    }

    /** A configuration that does not wait long for the broker. */
    private static Map<String, Object> impatient(String bootstrap) {
        Map<String, Object> config = new HashMap<>(Map.of("bootstrap.servers", bootstrap));
        config.putAll(Map.of("max.block.ms", 2000, "request.timeout.ms", 2000, "default.api.timeout.ms", 2000));
        config.putAll(Map.of("delivery.timeout.ms", 2100, "reconnect.backoff.max.ms", 100));
        return config;
    }

    /** The broker ends at a random moment, perhaps between the commit and the answer, and comes back later. */
    @Test
    void countsOnAndLosesNothingWhileTheBrokerIsAway() throws Exception {
        long seed = System.nanoTime();
        long written = 0;
        try (Shipper<Long> shipper = Shipper.start(
                tenants, impatient(broker().bootstrap()), options().withInterval(SHORT))) {
            for (int i = 0; i < 5; i++) {
                long before = shipper.statistics().transactions();
                count(written++);
                await("commit", () -> shipper.statistics().transactions() > before);
            }
            count(written++);
            Thread.sleep(new Random(seed).nextInt(40)); // the commit may be under way
            broker().kill();
            try {
                while (!hasProblem(shipper, "does not answer")) {
                    count(written++ % Counts.MOST);
                    assertThat(shipper.statistics().waitingMaps()).isLessThanOrEqualTo(3);
                    Thread.sleep(10);
                }
                assertThat(shipper.statistics().problem()).contains(broker().bootstrap(), "Programs continue to count");
            } finally {
                broker().restart();
            }
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
            assertThat(shipper.statistics().problem()).isNull();
        }

        assertThat(totals(tenants, topic).values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .as("seed %s", seed)
                .isEqualTo(written);
    }

    /** Counts once, as a program does: also if the entry exists already. */
    private void count(long id) {
        while (true) {
            try {
                CountMap map = tenants.getOrCreate(id % 3);
                Count old = map.get(id);
                map.put(new Count(id, old == null ? 1 : old.packets() + 1));
                return;
            } catch (InvalidHandleException e) {
                // The shipper has just rotated the map.
            }
        }
    }

    @Test
    void rejectsAKeyThatTheOuterMapCanNotHave() throws Exception {
        tenants.create(1L).put(new Count(1, 1));
        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            assertThatIllegalArgumentException().isThrownBy(() -> shipper.remove(-1L));

            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
        }
    }

    /** A tenant that comes back while Kafka is away keeps its new inner map. */
    @Test
    void removesOneMapForEachRequest() throws Exception {
        tenants.create(1L).put(new Count(1, 1));
        try (Shipper<Long> shipper = Shipper.start(tenants, impatient(broker().bootstrap()), options())) {
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
            Objects.requireNonNull(tenants.get(1L)).put(new Count(2, 1));
            broker().kill();
            try {
                shipper.remove(1L);
                await("removal", () -> !tenants.contains(1L));
                tenants.create(1L).put(new Count(3, 1));
                awaitProblem(shipper, "Programs continue to count");
            } finally {
                broker().restart();
            }
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();

            assertThat(tenants.contains(1L)).isTrue();
            assertThat(totals(tenants, topic)).isEqualTo(Map.of(1L, 3L));
        }
    }

    @Test
    void aShipperThatStartsWithTheSameNameEndsTheOther() throws Exception {
        try (CountsBpf other = CountsBpf.inMemory();
                Shipper<Long> zombie = Shipper.start(tenants, broker().config(), options())) {
            tenants.create(1L).put(new Count(1, 1));
            assertThat(zombie.ship(PATIENCE)).isTrue();
            other.tenant().create(2L).put(new Count(1, 1));
            try (Shipper<Long> next = Shipper.start(other.tenant(), broker().config(), options())) {
                assertThat(next.ship(PATIENCE)).isTrue();

                Objects.requireNonNull(tenants.get(1L)).put(new Count(2, 1));
                assertThat(zombie.ship(PATIENCE)).isFalse();
                assertThat(zombie.statistics().stopped()).isTrue();
                assertThat(zombie.statistics().problem()).contains("another shipper", "nestmap.machine.tenant");
                assertThat(zombie.statistics().waitingMaps()).isEqualTo(1);

                Objects.requireNonNull(other.tenant().get(2L)).put(new Count(2, 1));
                assertThat(next.ship(PATIENCE)).as("%s", next.statistics()).isTrue();
            }
        }

        assertThat(totals(tenants, topic)).isEqualTo(Map.of(1L, 1L, 2L, 2L));
    }

    @Test
    void saysHowToCreateTheTopics() throws Exception {
        tenants.create(1L).put(new Count(1, 1));
        try (Shipper<Long> shipper = Shipper.start(
                tenants, broker().config(), ShipperOptions.to(topic + "-absent").withMachine("machine"))) {
            awaitProblem(
                    shipper,
                    "kafka-topics.sh --bootstrap-server HOST:PORT --create --topic " + topic + "-absent --part");

            broker().create(topic + "-absent", 1, Map.of());
            awaitProblem(
                    shipper, "--topic " + topic + "-absent-markers --partitions 1 --config cleanup.policy=compact");

            broker().create(topic + "-absent-markers", 1, Map.of("cleanup.policy", "compact"));
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
        }

        assertThat(totals(tenants, topic + "-absent")).isEqualTo(Map.of(1L, 1L));
    }

    @Test
    void rejectsAMarkerTopicInWhichMarkersCouldBeMissed() throws Exception {
        broker().create(topic + "-many", 3, Map.of("cleanup.policy", "compact"));
        broker().create(topic + "-deleted", 1, Map.of());
        tenants.create(1L).put(new Count(1, 1));

        try (Shipper<Long> many =
                Shipper.start(tenants, broker().config(), options().withMarkerTopic(topic + "-many"))) {
            awaitProblem(many, "has 3 partitions, and must have one");
            await("stop", () -> many.statistics().stopped());
        }
        try (Shipper<Long> deleted =
                Shipper.start(tenants, broker().config(), options().withMarkerTopic(topic + "-deleted"))) {
            awaitProblem(deleted, "cleanup.policy=delete");
            await("stop", () -> deleted.statistics().stopped());
        }

        assertThat(Objects.requireNonNull(tenants.get(1L))).containsExactly(new Count(1, 1));
        assertThat(committed(topic)).isEmpty();
    }

    @Test
    void rejectsAMarkerThatItCanNotRead() throws Exception {
        send("junk".getBytes(StandardCharsets.UTF_8));
        tenants.create(1L).put(new Count(1, 1));

        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            awaitProblem(shipper, "the marker at offset 0 of topic " + topic + "-markers can't be read");
        }

        assertThat(Objects.requireNonNull(tenants.get(1L))).containsExactly(new Count(1, 1));
    }

    /** What stands after it can't be read yet, and a marker of this shipper may be there. */
    @Test
    void reportsATransactionThatDoesNotEnd() throws Exception {
        Map<String, Object> config = new HashMap<>(broker().config());
        config.putAll(Map.of("transactional.id", topic, "transaction.timeout.ms", 300_000));
        tenants.create(1L).put(new Count(1, 1));
        try (KafkaProducer<byte[], byte[]> other =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            other.initTransactions();
            other.beginTransaction();
            other.send(new ProducerRecord<>(topic + "-markers", "other".getBytes(StandardCharsets.UTF_8), new byte[1]))
                    .get();
            try (Shipper<Long> shipper = Shipper.start(tenants, impatient(broker().bootstrap()), options())) {
                awaitProblem(
                        shipper,
                        "a transaction of topic " + topic + "-markers, which began at offset 0, has not ended");
                assertThat(shipper.statistics().problem()).contains("find-hanging --topic " + topic + "-markers");
                assertThat(shipper.statistics().waitingMaps()).isZero();

                other.abortTransaction();
                assertThat(shipper.ship(PATIENCE))
                        .as("%s", shipper.statistics())
                        .isTrue();
                assertThat(shipper.statistics().problem()).isNull();
            }
        }

        assertThat(totals(tenants, topic)).isEqualTo(Map.of(1L, 1L));
    }

    @Test
    void saysWhichMessageIsTooLarge() throws Exception {
        broker().set(topic, "max.message.bytes", "1000");
        tenants.create(1L)
                .putAll(LongStream.range(0, 200).mapToObj(i -> new Count(i, 1)).toList());

        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            assertThat(shipper.ship(Duration.ofMillis(1))).isFalse();
            awaitProblem(shipper, "max.message.bytes of topic " + topic);
            assertThat(shipper.statistics().waitingMaps()).isEqualTo(1);
            assertThat(shipper.statistics().transactions()).isZero();

            broker().set(topic, "max.message.bytes", "100000");
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
        }

        assertThat(totals(tenants, topic)).isEqualTo(Map.of(1L, 200L));
    }

    @Test
    void saysWhatTheBrokerDoesNotAllow() throws Exception {
        AclBinding noTransactions =
                acl(ResourceType.TRANSACTIONAL_ID, "nestmap.denied.tenant", AclOperation.WRITE, AclPermissionType.DENY);
        AclBinding noWrites = acl(ResourceType.TOPIC, topic, AclOperation.WRITE, AclPermissionType.DENY);
        AclBinding onlyLooking = acl(ResourceType.TOPIC, topic, AclOperation.DESCRIBE, AclPermissionType.ALLOW);
        tenants.create(1L).put(new Count(1, 1));
        Admin admin = broker().admin();
        create(admin, noTransactions);
        try (Shipper<Long> shipper =
                Shipper.start(tenants, broker().config(), options().withMachine("denied"))) {
            awaitProblem(shipper, "transactional id nestmap.denied.tenant");
            create(admin, noWrites);
            awaitProblem(shipper, "does not let this user use the topics [" + topic + "]");
            assertThat(shipper.statistics().waitingMaps()).isZero();
            create(admin, onlyLooking);
            delete(admin, noTransactions);
            await("a map that waits", () -> shipper.statistics().waitingMaps() == 1);
            awaitProblem(shipper, "does not let this user use the topics [" + topic + "]");
            delete(admin, noWrites);
            delete(admin, onlyLooking);
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
        }

        assertThat(totals(tenants, topic)).isEqualTo(Map.of(1L, 1L));
    }

    private static AclBinding acl(
            ResourceType type, String name, AclOperation operation, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
    }

    private static void create(Admin admin, AclBinding acl) throws Exception {
        admin.createAcls(List.of(acl)).all().get();
    }

    private static void delete(Admin admin, AclBinding acl) throws Exception {
        admin.deleteAcls(List.of(acl.toFilter())).all().get();
    }

    @Test
    void closesSoonWhileTheBrokerIsAway() throws Exception {
        Shipper<Long> shipper = Shipper.start(tenants, impatient("127.0.0.1:1"), options());
        tenants.create(1L).put(new Count(1, 1));

        long start = System.nanoTime();
        shipper.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThat(shipper.statistics().stopped()).isTrue();
        assertThat(Objects.requireNonNull(tenants.get(1L))).containsExactly(new Count(1, 1));
    }

    @Test
    void stopsWhenTheOuterMapIsClosed() throws Exception {
        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
            bpf.close();

            assertThat(shipper.ship(PATIENCE)).isFalse();
            assertThat(shipper.statistics().problem()).contains("tenant", "closed");
        }
    }
}
