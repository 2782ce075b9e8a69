/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.examples.fleet.Fleet.Flow;
import dev.nestmap.examples.fleet.Fleet.FlowKey;
import dev.nestmap.kafka.MessageFormat;
import dev.nestmap.kafka.Shipper;
import dev.nestmap.kafka.ShipperOptions;
import dev.nestmap.runtime.testing.PostgresServer;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL reads JSON with flows.sql, without a class of Nestmap. */
@Tag("jdk-independent")
@Tag("server")
@Timeout(300)
@Tag("long")
class PostgresTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set by BeforeEach
    private PostgresServer postgres;

    @BeforeEach
    void start() throws Exception {
        postgres = PostgresServer.start();
        postgres.psql(Files.readString(Path.of("flows.sql")), "-f", "-");
    }

    @AfterEach
    void stop() throws Exception {
        postgres.close();
    }

    @Test
    void totalsInSqlAreExactThoughMessagesArriveTwice() throws Exception {
        Broker broker = new Broker(directory);
        try {
            Topics.create(broker.bootstrap(), "flows", Topics.STARTING);
            ship(broker, "node-1", Long.MAX_VALUE, 3);
            ship(broker, "node\"2\\", -2, 4);
            List<String> messages = messages(broker);
            assertThat(messages).hasSize(4);

            load(messages.subList(0, 3));
            load(messages); // after a loader that was killed

            assertThat(
                            postgres.psql(
                                    "",
                                    "-c",
                                    "SELECT tenant, sum(packets), sum(bytes), bool_and(exact) FROM flow GROUP BY tenant ORDER BY tenant"))
                    .isEqualTo("""
                            443|7|70|t
                            5353|27670116110564327421|20|t""");
            assertThat(postgres.psql("", "-c", "SELECT * FROM gap")).isEmpty();
            postgres.psql(
                    "", "-c", "DELETE FROM part WHERE message ->> 'number' = '1' AND message ->> 'machine' = 'node-1'");
            assertThat(postgres.psql("", "-c", "SELECT shipper, missing FROM gap"))
                    .isEqualTo("nestmap.node-1.tenant|1");
            load(messages);
            assertThat(postgres.psql(
                            "", "-c", "SELECT DISTINCT machine, source, source_port FROM flow ORDER BY machine"))
                    .isEqualTo("""
                            node"2\\|10.0.0.1|65535
                            node-1|10.0.0.1|65535""");
        } finally {
            broker.stop();
        }
    }

    /** Ships one flow of each of two tenants. */
    private static void ship(Broker broker, String machine, long ofFirst, long ofSecond) throws Exception {
        Inet4Address address = (Inet4Address) InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
        FlowKey key = new FlowKey(address, address, 65_535, 53);
        try (FleetBpf bpf = FleetBpf.inMemory()) {
            bpf.tenant().create(5353).put(new Flow(key, ofFirst, 10));
            bpf.tenant().create(443).put(new Flow(key, ofSecond, 10 * ofSecond));
            try (Shipper<Long> shipper = Shipper.start(
                    bpf.tenant(),
                    Map.of("bootstrap.servers", broker.bootstrap()),
                    ShipperOptions.to("flows")
                            .withMachine(machine)
                            .withMarkerTopic("nestmap-markers-postgres")
                            .withFormat(MessageFormat.JSON)
                            .withUnpinnedMap())) {
                assertThat(shipper.ship(PATIENCE))
                        .as("%s", shipper.statistics())
                        .isTrue();
            }
        }
    }

    /** As kafka-console-consumer.sh prints them. */
    private static List<String> messages(Broker broker) {
        List<String> messages = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", broker.bootstrap(),
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("flows").stream()
                    .map(partition -> new TopicPartition("flows", partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.endOffsets(partitions).forEach((partition, end) -> {
                while (consumer.position(partition) < end) {
                    consumer.poll(Duration.ofMillis(100)).forEach(message -> messages.add(message.value()));
                }
            });
        }
        return messages;
    }

    /** Each line is one column, because JSON has neither of the two control characters. */
    private void load(List<String> messages) throws Exception {
        postgres.psql(
                String.join("\n", messages) + "\n",
                "-1",
                "-c",
                "\\copy incoming FROM pstdin WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')",
                "-c",
                "INSERT INTO part SELECT message FROM incoming ON CONFLICT DO NOTHING",
                "-c",
                "TRUNCATE incoming");
    }
}
