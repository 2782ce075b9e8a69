/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.CountMap;
import dev.nestmap.kafka.CountsBpf.TenantMap;
import dev.nestmap.memory.MemoryFaults;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.binding.Bindings;
import dev.nestmap.runtime.testing.LogRecords;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka is away, refuses, or is not what the shipper needs: it says so, and no count is lost. */
@Tag("jdk-independent")
@Tag("long")
class ShipperFailureTest extends BrokerTest {
    private static final Duration SHORT = Duration.ofMillis(20);

    private final CountsBpf bpf = CountsBpf.inMemory();
    private final TenantMap tenants = bpf.tenant();

    @AfterEach
    void close() {
        tenants.drainWaiting(displaced -> {}); // what a shipper that was stopped has left
        bpf.close();
    }

    /** The broker ends at a random moment, perhaps between the commit and the answer, and comes back later. */
    @Test
    void countsOnAndLosesNothingWhileTheBrokerIsAway() throws Exception {
        long seed = System.nanoTime();
        long written = 0;
        try (Shipper<Long> shipper = Shipper.start(
                tenants, Broker.impatient(broker().bootstrap()), options().withInterval(SHORT))) {
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

        assertThat(totals(topic).values().stream().mapToLong(Long::longValue).sum())
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
    void saysWhatToCorrectIfNoBrokerIsThere() throws Exception {
        try (Shipper<Long> closedPort = Shipper.start(tenants, Broker.impatient("127.0.0.1:1"), options());
                Shipper<Long> unknownName =
                        Shipper.start(tenants, Broker.impatient("broker.invalid:9092"), options())) {
            awaitProblem(closedPort, "Kafka at 127.0.0.1:1 does not answer");
            awaitProblem(
                    unknownName, "No resolvable bootstrap urls given in bootstrap.servers. Programs continue to count");
        }
    }

    /** Somebody creates the topic of markers at the same moment, and otherwise than a shipper does. */
    @Test
    void checksATopicOfMarkersThatSomebodyElseCreates() {
        ShipperOptions options = options().withMarkerTopic(markers + "-other");
        Admin slower = (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("createTopics")) {
                        broker().create(options.markerTopic(), 3, Map.of("cleanup.policy", "compact"));
                    }
                    return method.invoke(broker().admin(), arguments);
                });

        ClientConfig config = new ClientConfig(Broker.impatient(broker().bootstrap()), "nestmap.machine.tenant");
        assertThatThrownBy(() -> new TopicCheck(config, options).check(slower))
                .isInstanceOf(ShippingException.class)
                .hasMessageContaining("has 3 partitions, and must have one");
    }

    /** A tenant that is taken out, and comes back while Kafka is away, keeps its new inner map. */
    @Test
    void shipsAMapThatAUserHasTakenOut() throws Exception {
        tenants.create(1L).put(new Count(1, 1));
        try (Shipper<Long> shipper = Shipper.start(tenants, Broker.impatient(broker().bootstrap()), options())) {
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
            Objects.requireNonNull(tenants.get(1L)).put(new Count(2, 1));
            broker().kill();
            try {
                Objects.requireNonNull(tenants.take(1L)).close();
                tenants.create(1L).put(new Count(3, 1));
                assertThat(shipper.ship(Duration.ofMillis(1))).isFalse();
                awaitProblem(shipper, "Programs continue to count");
            } finally {
                broker().restart();
            }
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();

            assertThat(tenants.contains(1L)).isTrue();
            assertThat(totals(topic)).isEqualTo(Map.of(1L, 3L));
        }
    }

    /** As clones of a machine: each ends the transactions of the other, and both have their counts. */
    @Test
    void twoShippersWithOneNameTakeTurns() throws Exception {
        try (CountsBpf other = CountsBpf.inMemory();
                Shipper<Long> first = Shipper.start(tenants, broker().config(), options());
                Shipper<Long> second = Shipper.start(other.tenant(), broker().config(), options())) {
            for (int round = 1; round <= 3; round++) {
                tenants.getOrCreate(1L).put(new Count(round, 1));
                other.tenant().getOrCreate(2L).put(new Count(round, 1));
                assertThat(first.ship(PATIENCE)).as("%s", first.statistics()).isTrue();
                assertThat(second.ship(PATIENCE)).as("%s", second.statistics()).isTrue();
            }
        }

        assertThat(totals(topic)).isEqualTo(Map.of(1L, 3L, 2L, 3L));
    }

    @Test
    void saysHowToCreateTheTopics() throws Exception {
        tenants.create(1L).put(new Count(1, 1));
        try (Shipper<Long> shipper = Shipper.start(
                tenants, broker().config(), options(topic + "-absent").withMachine("machine"))) {
            awaitProblem(
                    shipper,
                    "kafka-topics.sh --bootstrap-server HOST:PORT --create --topic " + topic + "-absent --part");

            broker().create(topic + "-absent", 1, Map.of());
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
        }

        assertThat(totals(topic + "-absent")).isEqualTo(Map.of(1L, 1L));
    }

    @Test
    void rejectsAMarkerTopicInWhichMarkersCouldBeMissed() throws Exception {
        broker().create(markers + "-many", 3, Map.of("cleanup.policy", "compact"));
        broker().create(markers + "-deleted", 1, Map.of());
        tenants.create(1L).put(new Count(1, 1));

        try (Shipper<Long> many =
                Shipper.start(tenants, broker().config(), options().withMarkerTopic(markers + "-many"))) {
            awaitProblem(many, "has 3 partitions, and must have one");
            assertThat(many.statistics().problem())
                    .contains("withMarkerTopic", "--delete")
                    .doesNotContain("--create");
        }
        try (Shipper<Long> deleted =
                Shipper.start(tenants, broker().config(), options().withMarkerTopic(markers + "-deleted"))) {
            awaitProblem(deleted, "cleanup.policy=delete");
        }

        assertThat(Objects.requireNonNull(tenants.get(1L))).containsExactly(new Count(1, 1));
        assertThat(committed(topic)).isEmpty();
    }

    /** Then the files of its series would be sent again, with the same numbers. */
    @Test
    void warnsOfAMarkerThatItCanNotRead() throws Exception {
        send("junk".getBytes(StandardCharsets.UTF_8));
        tenants.create(1L).put(new Count(1, 1));

        try (LogRecords warnings = LogRecords.of("dev.nestmap.kafka");
                Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
            assertThat(warnings.messages())
                    .anyMatch(it -> it.contains("the marker at offset 0 of topic " + markers + " can't be read"));
        }

        assertThat(totals(topic)).isEqualTo(Map.of(1L, 1L));
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
            other.send(new ProducerRecord<>(markers, "other".getBytes(StandardCharsets.UTF_8), new byte[1]))
                    .get();
            try (Shipper<Long> shipper = Shipper.start(tenants, Broker.impatient(broker().bootstrap()), options())) {
                awaitProblem(shipper, "a transaction of topic " + markers + ", which began at offset 0, has not ended");
                assertThat(shipper.statistics().problem()).contains("find-hanging --topic " + markers);
                assertThat(shipper.statistics().waitingMaps()).isZero();

                other.abortTransaction();
                assertThat(shipper.ship(PATIENCE))
                        .as("%s", shipper.statistics())
                        .isTrue();
                assertThat(shipper.statistics().problem()).isNull();
            }
        }

        assertThat(totals(topic)).isEqualTo(Map.of(1L, 1L));
    }

    @Test
    void saysWhichMessageIsTooLarge() throws Exception {
        broker().set(topic, "max.message.bytes", "100");
        tenants.create(1L).put(new Count(1, 200));
        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) { // whose batches have 16 kB
            awaitProblem(shipper, "--topic " + topic + " --add-config max.message.bytes=1048588");
        }
        Map<String, Object> config = new HashMap<>(broker().config());
        config.put("batch.size", 2_000_000);
        try (Shipper<Long> shipper = Shipper.start(tenants, config, options())) {
            awaitProblem(shipper, "--topic " + topic + " --add-config max.message.bytes=2000000");
        }
        config.put("batch.size", 1);

        try (Shipper<Long> shipper = Shipper.start(tenants, config, options())) {
            assertThat(shipper.ship(Duration.ofMillis(1))).isFalse();
            awaitProblem(shipper, "max.message.bytes of topic " + topic);
            assertThat(shipper.statistics().spooledBytes()).isPositive();
            assertThat(shipper.statistics().transactions()).isZero();

            broker().set(topic, "max.message.bytes", "100000");
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
        }

        assertThat(totals(topic)).isEqualTo(Map.of(1L, 200L));
    }

    /** The problem names one of them, and the log each, but not again in each round. */
    @Test
    void theLogNamesEachMapThatCanNotBeRead() throws Exception {
        try (LogRecords warnings = LogRecords.of("dev.nestmap.kafka");
                Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            for (long key = 1; key <= 3; key++) {
                tenants.create(key).put(new Count(1, 1));
                Objects.requireNonNull(tenants.take(key)).close();
            }
            MemoryFaults.of(bpf).failAlways("count_map", MemoryFaults.Call.ITERATE, Errno.ENOMEM);
            for (int round = 0; round < 3; round++) {
                assertThat(shipper.ship(Duration.ofMillis(500))).isFalse();
            }
            await("three rounds", () -> shipper.statistics().failingMaps() == 3);
            for (int key = 1; key <= 3; key++) {
                String name = "of tenant, key " + key + ", can't be read: ";
                assertThat(warnings.messages().stream().filter(text -> text.startsWith("map ") && text.contains(name)))
                        .hasSize(1);
            }
        }
    }

    /** One map can't be read. The other keys are shipped, and nothing is lost. */
    @Test
    void aMapThatCanNotBeReadHoldsUpNobodyElse() throws Exception {
        try (LogRecords warnings = LogRecords.of("dev.nestmap.kafka");
                Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
            tenants.create(1L).put(new Count(1, 1));
            Objects.requireNonNull(tenants.take(1L)).close();
            MemoryFaults.of(bpf).failNext("count_map", MemoryFaults.Call.ITERATE, Errno.ENOMEM);
            tenants.create(2L).put(new Count(2, 1));
            assertThat(shipper.ship(Duration.ofSeconds(1))).isFalse(); // because one is not in Kafka
            assertThat(shipper.statistics().failingMaps()).isEqualTo(1);
            assertThat(shipper.statistics().problem()).contains(" of tenant, key 1, can't be read: ");
            assertThat(totals(topic)).isEqualTo(Map.of(2L, 1L));
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
            assertThat(shipper.statistics().failingMaps()).isZero();
            assertThat(warnings.messages()).anyMatch(text -> text.contains("key 1, can't be read"));
            assertThat(warnings.messages()).doesNotHaveDuplicates();
        }

        assertThat(totals(topic)).isEqualTo(Map.of(1L, 1L, 2L, 1L));
    }

    @Test
    void namesTheOptionThatIsWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(Map.of("acks", "0")))
                .withMessageContaining("acks");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(Map.of("security.protocol", "TSL")))
                .withMessageContaining("security.protocol");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(Map.of("security.protocol", "SSL", "ssl.truststore.location", "/absent.p12")))
                .withMessageContaining("/absent.p12");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(Map.of("bootstrap.servers", "no-port")))
                .withMessageContaining("bootstrap.servers");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Shipper.start(tenants, broker().config(), options(topic).withMachine("a machine")))
                .withMessageContaining("withMachine");
    }

    /** Consumers find the rows of a machine by its name, and the audit expects a series on one machine. */
    @Test
    void aShipperThatDoesNotStartRenamesNoRows() throws Exception {
        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            Shipper.start(tenants, Map.of(), options(topic).withMachine("other")));
            tenants.create(1L).put(new Count(1, 1));
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
        }

        assertThat(rows(topic))
                .singleElement()
                .satisfies(
                        row -> assertThat(row.json().get("machine").textValue()).isEqualTo("machine"));
    }

    private void start(Map<String, ?> wrong) {
        Map<String, Object> config = new HashMap<>(broker().config());
        config.putAll(wrong);
        Shipper.start(tenants, config, options()).close();
    }

    @Test
    void namesTheOptionThatTheShipperSetsOrNeeds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(Map.of("transactional.id", "mine")))
                .withMessageContainingAll("transactional.id", "nestmap.machine.tenant", "withName");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shipper.start(tenants, Map.of(), options()))
                .withMessageContaining("bootstrap.servers");
    }

    @Test
    void saysThatThePortExpectsAnotherProtocol() throws Exception {
        Map<String, Object> config = Broker.impatient(broker().bootstrap());
        config.put("security.protocol", "SSL");

        try (Shipper<Long> shipper = Shipper.start(tenants, config, options())) {
            awaitProblem(shipper, "expects another protocol than security.protocol=SSL");
        }
    }

    @Test
    void shipsWithAClockThatIsTenYearsAhead() throws Exception {
        broker().create(topic + "-late", 1, Map.of("message.timestamp.type", "LogAppendTime"));
        Map<String, Object> config = new HashMap<>(broker().config());
        config.put("interceptor.classes", TenYearsAhead.class.getName());
        tenants.create(1L).put(new Count(1, 1));

        try (Shipper<Long> shipper =
                Shipper.start(tenants, config, options(topic + "-late").withMachine("machine"))) {
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
        }

        assertThat(totals(topic + "-late")).isEqualTo(Map.of(1L, 1L));
    }

    /** In place of a clock that is wrong. */
    public static final class TenYearsAhead implements ProducerInterceptor<byte[], byte[]> {
        @Override
        public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> message) {
            long later = System.currentTimeMillis() + Duration.ofDays(3650).toMillis();
            return new ProducerRecord<>(message.topic(), message.partition(), later, message.key(), message.value());
        }

        @Override
        public void onAcknowledgement(RecordMetadata message, Exception failure) {}

        @Override
        public void configure(Map<String, ?> config) {}

        @Override
        public void close() {}
    }

    @Test
    void warnsOfTopicsThatDependOnAClockOrOnOneDisk() throws Exception {
        String risky = topic + "-risky";
        broker().create(risky, 1, Map.of("unclean.leader.election.enable", "true"));
        broker().create("nestmap-markers-risky", 1, Map.of("cleanup.policy", "compact"));
        try (LogRecords warnings = LogRecords.of("dev.nestmap.kafka");
                Shipper<Long> shipper =
                        Shipper.start(tenants, broker().config(), options(risky).withMachine("risky"))) {
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();

            for (String of : List.of(risky, "nestmap-markers-risky")) {
                assertThat(warnings.messages())
                        .anyMatch(it -> it.contains("--topic " + of + " --add-config message.timestamp.type=LogAppend"))
                        .anyMatch(it -> it.contains("--topic " + of + " --add-config min.insync.replicas=2"));
            }
            assertThat(warnings.messages())
                    .anyMatch(it -> it.contains("--topic " + risky + " --add-config unclean.leader.election.enable"))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void saysWhatItMayNotCheck() throws Exception {
        AclBinding blind = new AclBinding( // and nothing else
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:ANONYMOUS", "*", AclOperation.WRITE, AclPermissionType.ALLOW));
        tenants.create(1L).put(new Count(1, 1));
        broker().admin().createAcls(List.of(blind)).all().get();
        while (!isBlind()) { // the broker learns its rules a little later
            Thread.sleep(10);
        }
        try (LogRecords warnings = LogRecords.of("dev.nestmap.kafka");
                Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
            assertThat(warnings.messages())
                    .anyMatch(it ->
                            it.contains("retention and min.insync.replicas of topic " + topic + " are not checked"));
        } finally {
            broker().admin().deleteAcls(List.of(blind.toFilter())).all().get();
        }

        assertThat(totals(topic)).isEqualTo(Map.of(1L, 1L));
    }

    private boolean isBlind() throws InterruptedException {
        try {
            broker().admin()
                    .describeConfigs(List.of(new ConfigResource(ConfigResource.Type.TOPIC, topic)))
                    .all()
                    .get();
            return false;
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(TopicAuthorizationException.class);
            return true;
        }
    }

    @Test
    void rejectsATopicOfEntriesThatIsNotKeptForLong() throws Exception {
        broker().set(topic, "retention.ms", "3600000");
        broker().set(topic, "retention.bytes", "100000000");
        tenants.create(1L).put(new Count(1, 1));

        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            awaitProblem(shipper, "topic " + topic + " has retention.ms=3600000");
            assertThat(shipper.statistics().problem()).contains("withLeastRetention, now PT24H");
        }
        try (LogRecords warnings = LogRecords.of("dev.nestmap.kafka");
                Shipper<Long> shipper =
                        Shipper.start(tenants, broker().config(), options().withLeastRetention(Duration.ofHours(1)))) {
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
            assertThat(warnings.messages()).anyMatch(it -> it.contains("--add-config retention.bytes=-1"));
        }
    }

    @Test
    void rejectsTopicsOfWhichABrokerCouldLoseOne() throws Exception {
        tenants.create(1L).put(new Count(1, 1));
        for (String weak : List.of(topic, markers)) {
            broker().set(topic, "min.insync.replicas", weak.equals(topic) ? "1" : "2");
            broker().set(markers, "min.insync.replicas", weak.equals(topic) ? "2" : "1");
            try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
                awaitProblem(shipper, "--topic " + weak + " --add-config min.insync.replicas=2");
            }
        }
    }

    /** A machine that freezes in a transaction keeps consumers from what comes after it for that long. */
    @Test
    void brokersEndATransactionAfterTenSeconds() throws Exception {
        assertThat(transactionMillis(Map.of())).isEqualTo(10_000);
        assertThat(transactionMillis(Map.of("transaction.timeout.ms", 5000))).isEqualTo(5000);
    }

    private long transactionMillis(Map<String, ?> more) throws Exception {
        Map<String, Object> config = new HashMap<>(broker().config());
        config.putAll(more);
        tenants.getOrCreate(1L).put(new Count(1, 1));
        try (Shipper<Long> shipper = Shipper.start(tenants, config, options())) {
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
        }
        String id = "nestmap.machine.tenant";
        return broker().admin()
                .describeTransactions(List.of(id))
                .description(id)
                .get()
                .transactionTimeoutMs();
    }

    @Test
    void eachMachineHasItsOwnTopicOfMarkers() throws Exception {
        tenants.create(1L).put(new Count(1, 1));

        try (LogRecords logged = LogRecords.of("dev.nestmap.kafka");
                Shipper<Long> shipper =
                        Shipper.start(tenants, broker().config(), options(topic).withMachine("node-17"))) {
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
            assertThat(logged.messages()).noneMatch(it -> it.contains("Programs continue to count")); // no problem
        }

        assertThat(committed("nestmap-markers-node-17")).hasSize(1);
        assertThat(committed(markers)).isEmpty();
        assertThat(broker().config("nestmap-markers-node-17"))
                .containsEntry("cleanup.policy", "compact")
                .containsEntry("message.timestamp.type", "LogAppendTime");
    }

    @Test
    void closesSoonWhileTheBrokerIsAway() throws Exception {
        Shipper<Long> shipper = Shipper.start(tenants, Broker.impatient("127.0.0.1:1"), options());
        tenants.create(1L).put(new Count(1, 1));

        long start = System.nanoTime();
        shipper.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThat(shipper.statistics().stopped()).isTrue();
        assertThat(Objects.requireNonNull(tenants.get(1L))).containsExactly(new Count(1, 1));
    }

    /** While the shipper waits for work, and while it waits after a failure or for Kafka. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptOfItsThreadDoesNotStopIt(boolean fails) throws Exception {
        Map<String, Object> config = fails ? Broker.impatient("127.0.0.1:1") : broker().config();
        try (LogRecords warnings = LogRecords.of("dev.nestmap.kafka");
                Shipper<Long> shipper = Shipper.start(tenants, config, options())) {
            if (fails) {
                awaitProblem(shipper, "does not answer");
            } else {
                assertThat(shipper.ship(PATIENCE))
                        .as("%s", shipper.statistics())
                        .isTrue();
            }
            thread().interrupt();

            await(
                    "report",
                    () -> warnings.messages().stream().anyMatch(text -> text.contains("interrupted the shipper's")));
            if (fails) {
                awaitProblem(shipper, "does not answer");
            } else {
                tenants.create(1L).put(new Count(1, 5));
                assertThat(shipper.ship(PATIENCE))
                        .as("%s", shipper.statistics())
                        .isTrue();
            }
            assertThat(shipper.statistics().stopped()).isFalse();
            assertThat(thread().isInterrupted()).isFalse();
        }
    }

    /** The thread of the shipper; fails if none runs. */
    private static Thread thread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("nestmap-shipper-tenant"))
                .findFirst()
                .orElseThrow();
    }

    /** An error such as a full stack loses no count. */
    @Test
    void rotatesAfterAnError() throws Exception {
        FailingKeys failing = new FailingKeys(tenants);
        tenants.create(1L).put(new Count(1, 5));
        try (Shipper<Long> shipper = Shipper.start(failing, broker().config(), options())) {
            failing.fails = true;

            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
            assertThat(failing.fails).isFalse();
        }
        assertThat(totals(topic)).isEqualTo(Map.of(1L, 5L));
    }

    /** An outer map whose keys can't be encoded once, on the thread of the shipper. */
    private static final class FailingKeys extends OuterAccessor<Long, CountMap, CountMap.Owned> {
        private volatile boolean fails;

        FailingKeys(TenantMap tenants) {
            this(tenants, new AtomicReference<>());
        }

        private FailingKeys(TenantMap tenants, AtomicReference<FailingKeys> self) {
            super(
                    Bindings.ofOuterMap(tenants),
                    Codec.of(
                            Integer.BYTES,
                            (key, to, at) -> {
                                FailingKeys map = Objects.requireNonNull(self.get());
                                if (map.fails
                                        && Thread.currentThread().getName().startsWith("nestmap-shipper-")) {
                                    map.fails = false;
                                    throw new StackOverflowError();
                                }
                                to.putInt(at, key.intValue());
                            },
                            (from, at) -> Integer.toUnsignedLong(from.getInt(at))),
                    CountMap::new,
                    CountMap.Owned::new);
            self.set(this);
        }
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
