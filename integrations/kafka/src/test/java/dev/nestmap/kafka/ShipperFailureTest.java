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
import dev.nestmap.runtime.internal.load.Bindings;
import dev.nestmap.runtime.testing.LogRecords;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka is away, refuses, or is not what the shipper needs: it says so, and no count is lost. */
@Tag("long")
class ShipperFailureTest extends CountsTest {
    @Test
    void saysWhatToCorrectIfNoBrokerIsThere() throws Exception {
        requireProblem(start(Broker.impatient("127.0.0.1:1")), "Kafka at 127.0.0.1:1 does not answer");
        requireProblem(
                start(Broker.impatient("broker.invalid:9092")),
                "No resolvable bootstrap urls given in bootstrap.servers. Programs continue to count");
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
                .hasMessageContaining("has 3 partitions, but must have one");
    }

    /** A tenant that is taken out, and comes back while Kafka is away, keeps its new inner map. */
    @Test
    void shipsAMapThatAUserHasTakenOut() throws Exception {
        tenants.create(1L).put(new Count(1, 1));
        try (Shipper<Long> shipper = start(network().impatient())) {
            ship(shipper);
            Objects.requireNonNull(tenants.get(1L)).put(new Count(2, 1));
            network().cut();
            Objects.requireNonNull(tenants.take(1L)).close();
            tenants.create(1L).put(new Count(3, 1));
            assertThat(shipper.ship(Duration.ofMillis(1))).isFalse();
            awaitProblem(shipper, "Programs continue to count");
            network().restore();
            ship(shipper);

            assertThat(tenants.waitingCount()).isZero();
            assertThat(tenants.contains(1L)).isTrue();
            assertThat(totals(topic)).isEqualTo(Map.of(1L, 3L));
        }
    }

    /** A consumer finds no gap, and needs no order between partitions. */
    @Test
    void staysInItsPartitionWhenPartitionsAreAdded() throws Exception {
        try (Shipper<Long> shipper = start(network().impatient())) {
            for (int partitions : List.of(3, 5, 50)) {
                tenants.getOrCreate(1L).put(new Count(1, 1));
                if (partitions > 3) {
                    broker().addPartitions(topic, partitions);
                    network().cut(); // the shipper opens a new producer, which knows the partitions
                    assertThat(shipper.ship(Duration.ofMillis(1))).isFalse();
                    awaitProblem(shipper, "does not answer");
                    network().restore();
                }
                ship(shipper);
            }
            assertThat(committed(topic))
                    .hasSizeGreaterThan(5)
                    .extracting(ConsumerRecord::partition)
                    .containsOnly(committed(topic).get(0).partition());
            assertThat(losses(topic, broker())).isEmpty();
        }
    }

    @Test
    void saysHowToCreateTheTopics() throws Exception {
        tenants.create(1L).put(new Count(1, 1));
        try (Shipper<Long> shipper = start(options(topic + "-absent").withMachine("machine"))) {
            awaitProblem(
                    shipper,
                    "kafka-topics.sh --bootstrap-server HOST:PORT --create --topic " + topic + "-absent --part");

            broker().create(topic + "-absent", 1, Map.of());
            ship(shipper);
        }

        assertThat(totals(topic + "-absent")).isEqualTo(Map.of(1L, 1L));
    }

    @Test
    void rejectsAMarkerTopicInWhichMarkersCouldBeMissed() throws Exception {
        broker().create(markers + "-many", 3, Map.of("cleanup.policy", "compact"));
        broker().create(markers + "-deleted", 1, Map.of());
        tenants.create(1L).put(new Count(1, 1));

        try (Shipper<Long> many = start(options().withMarkerTopic(markers + "-many"))) {
            awaitProblem(many, "has 3 partitions, but must have one");
            assertThat(many.statistics().problem())
                    .contains("withMarkerTopic", "--delete")
                    .doesNotContain("--create");
        }
        requireProblem(start(options().withMarkerTopic(markers + "-deleted")), "cleanup.policy=delete");

        assertThat(Objects.requireNonNull(tenants.get(1L))).containsExactly(new Count(1, 1));
        assertThat(committed(topic)).isEmpty();
    }

    /** Then the files of its series would be sent again, with the same numbers. */
    @Test
    void warnsOfAMarkerThatItCanNotRead() throws Exception {
        send("junk".getBytes(StandardCharsets.UTF_8));
        tenants.create(1L).put(new Count(1, 1));

        assertThat(logOf(options()))
                .anyMatch(it -> it.contains("the marker at offset 0 of topic " + markers + " can't be read"));
        assertThat(totals(topic)).isEqualTo(Map.of(1L, 1L));
    }

    @Test
    void saysWhichMessageIsTooLarge() throws Exception {
        broker().set(topic, "max.message.bytes", "100");
        tenants.create(1L).put(new Count(1, 200));
        requireProblem(
                start(), // whose batches have 16 kB
                "--topic " + topic + " --add-config max.message.bytes=1048588");
        Map<String, Object> config = new HashMap<>(broker().config());
        config.put("batch.size", 2_000_000);
        requireProblem(start(config), "--topic " + topic + " --add-config max.message.bytes=2000000");
        config.put("batch.size", 1);

        try (Shipper<Long> shipper = start(config)) {
            assertThat(shipper.ship(Duration.ofMillis(1))).isFalse();
            awaitProblem(shipper, "max.message.bytes of topic " + topic);
            assertThat(shipper.statistics().spooledBytes()).isPositive();
            assertThat(shipper.statistics().transactions()).isZero();

            broker().set(topic, "max.message.bytes", "100000");
            ship(shipper);
        }

        assertThat(totals(topic)).isEqualTo(Map.of(1L, 200L));
    }

    /** The problem names one of them, and the log each, but not again in each round. */
    @Test
    void theLogNamesEachMapThatCanNotBeRead() throws Exception {
        try (LogRecords warnings = LogRecords.of("dev.nestmap.kafka");
                Shipper<Long> shipper = start()) {
            MemoryFaults.of(bpf).failAlways("count_map", MemoryFaults.Call.ITERATE, Errno.ENOMEM);
            for (long key = 1; key <= 3; key++) {
                tenants.create(key).put(new Count(1, 1));
                Objects.requireNonNull(tenants.take(key)).close();
            }
            for (int round = 0; round < 3; round++) {
                assertThat(shipper.ship(Duration.ofMillis(500))).isFalse();
            }
            await(
                    "each map failed",
                    () -> { // a round may take longer than half a second
                        assertThat(shipper.ship(Duration.ofMillis(500))).isFalse();
                        return shipper.statistics().failingMaps() == 3;
                    });
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
                Shipper<Long> shipper = start()) {
            ship(shipper);
            tenants.create(1L).put(new Count(1, 1));
            Objects.requireNonNull(tenants.take(1L)).close();
            MemoryFaults.of(bpf).failNext("count_map", MemoryFaults.Call.ITERATE, Errno.ENOMEM);
            tenants.create(2L).put(new Count(2, 1));
            assertThat(shipper.ship(Duration.ofSeconds(1))).isFalse(); // because one is not in Kafka
            await("the other key", () -> {
                ShipperStatistics now = shipper.statistics();
                return now.failingMaps() == 1 && now.entries() == 1;
            });
            assertThat(shipper.statistics().problem()).contains(" of tenant, key 1, can't be read: ");
            assertThat(totals(topic)).isEqualTo(Map.of(2L, 1L));
            ship(shipper);
            assertThat(shipper.statistics().failingMaps()).isZero();
            assertThat(warnings.messages()).anyMatch(text -> text.contains("key 1, can't be read"));
            assertThat(warnings.messages()).doesNotHaveDuplicates();
        }

        assertThat(totals(topic)).isEqualTo(Map.of(1L, 1L, 2L, 1L));
    }

    @ParameterizedTest
    @CsvSource({
        "acks, 0, acks",
        "security.protocol, TSL, security.protocol",
        "ssl.truststore.location, /absent.p12, /absent.p12",
        "bootstrap.servers, no-port, bootstrap.servers",
        "transactional.id, mine, transactional.id",
        "transactional.id, mine, nestmap.machine.tenant",
        "transactional.id, mine, withName"
    })
    void namesTheOptionThatIsWrong(String option, String value, String named) {
        Map<String, Object> config = new HashMap<>(broker().config());
        if (option.startsWith("ssl.")) {
            config.put("security.protocol", "SSL");
        }
        config.put(option, value);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(config).close())
                .withMessageContaining(named);
    }

    @Test
    void namesWhatIsMissingOrIsNoName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(Map.of()))
                .withMessageContaining("bootstrap.servers");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(options(topic).withMachine("a machine")))
                .withMessageContaining("withMachine");
    }

    /** Consumers find the rows of a machine by its name, and the tables expect a series on one machine. */
    @Test
    void aShipperThatDoesNotStartRenamesNoRows() throws Exception {
        try (Shipper<Long> shipper = start()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            Shipper.start(tenants, Map.of(), options(topic).withMachine("other")));
            tenants.create(1L).put(new Count(1, 1));
            ship(shipper);
        }

        assertThat(rows(topic))
                .singleElement()
                .satisfies(
                        row -> assertThat(row.json().get("machine").textValue()).isEqualTo("machine"));
    }

    @Test
    void saysThatThePortExpectsAnotherProtocol() throws Exception {
        Map<String, Object> config = Broker.impatient(broker().bootstrap());
        config.put("security.protocol", "SSL");

        requireProblem(start(config), "expects another protocol than security.protocol=SSL");
    }

    @Test
    void shipsWithAClockThatIsTenYearsAhead() throws Exception {
        broker().create(topic + "-late", 1, Map.of("message.timestamp.type", "LogAppendTime"));
        Map<String, Object> config = new HashMap<>(broker().config());
        config.put("interceptor.classes", TenYearsAhead.class.getName());
        tenants.create(1L).put(new Count(1, 1));

        try (Shipper<Long> shipper =
                Shipper.start(tenants, config, options(topic + "-late").withMachine("machine"))) {
            ship(shipper);
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
        List<String> warnings = logOf(options(risky).withMachine("risky"));
        for (String of : List.of(risky, "nestmap-markers-risky")) {
            assertThat(warnings)
                    .anyMatch(it -> it.contains("--topic " + of + " --add-config message.timestamp.type=LogAppend"))
                    .anyMatch(it -> it.contains("--topic " + of + " --add-config min.insync.replicas=2"));
        }
        assertThat(warnings)
                .anyMatch(it -> it.contains("--topic " + risky + " --add-config unclean.leader.election.enable"))
                .doesNotHaveDuplicates();
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
        try {
            assertThat(logOf(options()))
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

        try (Shipper<Long> shipper = start()) {
            awaitProblem(shipper, "topic " + topic + " has retention.ms=3600000");
            assertThat(shipper.statistics().problem()).contains("withLeastRetention, now PT24H");
        }
        assertThat(logOf(options().withLeastRetention(Duration.ofHours(1))))
                .anyMatch(it -> it.contains("--add-config retention.bytes=-1"));
    }

    @Test
    void rejectsTopicsOfWhichABrokerCouldLoseOne() throws Exception {
        tenants.create(1L).put(new Count(1, 1));
        for (String weak : List.of(topic, markers)) {
            broker().set(topic, "min.insync.replicas", weak.equals(topic) ? "1" : "2");
            broker().set(markers, "min.insync.replicas", weak.equals(topic) ? "2" : "1");
            requireProblem(start(), "--topic " + weak + " --add-config min.insync.replicas=2");
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
        try (Shipper<Long> shipper = start(config)) {
            ship(shipper);
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

        assertThat(logOf(options(topic).withMachine("node-17")))
                .noneMatch(it -> it.contains("Programs continue to count")); // no problem
        assertThat(committed("nestmap-markers-node-17")).isNotEmpty();
        assertThat(committed(markers)).isEmpty();
        assertThat(broker().config("nestmap-markers-node-17"))
                .containsEntry("cleanup.policy", "compact")
                .containsEntry("message.timestamp.type", "LogAppendTime");
    }

    @Test
    void closesSoonWhileTheBrokerIsAway() throws Exception {
        Shipper<Long> shipper = start(Broker.impatient("127.0.0.1:1"));
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
                Shipper<Long> shipper = start(config)) {
            if (fails) {
                awaitProblem(shipper, "does not answer");
            } else {
                ship(shipper);
            }
            thread().interrupt();

            await(
                    "report",
                    () -> warnings.messages().stream().anyMatch(text -> text.contains("interrupted the shipper's")));
            if (fails) {
                awaitProblem(shipper, "does not answer");
            } else {
                tenants.create(1L).put(new Count(1, 5));
                ship(shipper);
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

    /** Nobody knows how far the shipper came. The next one continues, as after a kill. */
    @Test
    void anErrorEndsTheShipper() throws Exception {
        FailingKeys failing = new FailingKeys(tenants);
        tenants.create(1L).put(new Count(1, 5));
        try (Shipper<Long> shipper = Shipper.start(failing, broker().config(), options())) {
            failing.fails = true;

            assertThat(shipper.ship(PATIENCE)).isFalse();
            assertThat(failing.fails).isFalse();
            assertThat(shipper.statistics().stopped()).isTrue();
            assertThat(shipper.statistics().problem()).contains("AssertionError: a test");
        }
        try (Shipper<Long> next = start()) {
            ship(next);
        }
        assertThat(totals(topic)).isEqualTo(Map.of(1L, 5L));
    }

    /** An outer map whose keys can't be encoded once, on the thread of the shipper. */
    private static final class FailingKeys extends OuterAccessor<Long, CountMap> {
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
                                    throw new AssertionError("a test");
                                }
                                to.putInt(at, key.intValue());
                            },
                            (from, at) -> Integer.toUnsignedLong(from.getInt(at))),
                    CountMap::new);
            self.set(this);
        }
    }

    @Test
    void stopsWhenTheOuterMapIsClosed() throws Exception {
        try (Shipper<Long> shipper = start()) {
            ship(shipper);
            bpf.close();

            assertThat(shipper.ship(PATIENCE)).isFalse();
            assertThat(shipper.statistics().problem()).contains("tenant", "closed");
        }
    }
}
