/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.acme.Loader;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PostgresServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
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

/**
 * PostgreSQL, DuckDB and Flink SQL read the topic without a class of Nestmap, while agents, the broker and loaders are killed, the agents get the next
 * version of their records, and somebody writes messages that are no rows: each has what was sent. Agent, loader and tables are those of {@code nestmap
 * new --fleet}. Two loaders share PostgreSQL.
 */
@KernelTest
@Tag("server")
@Timeout(900)
@Tag("kafka")
@Tag("night")
class KernelConsumersTest {
    private static final int MACHINES = 2;
    private static final int KILLS = Integer.getInteger("nestmap.kills", 8);
    private static final Duration TIME =
            Duration.ofMillis((long) (60_000 * Double.parseDouble(System.getProperty("nestmap.minutes", "0.7"))));
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int HEAP = 100;
    private static final int BURST = 100;
    private static final int BURST_MILLIS = 100;
    private static final String TOPIC = "flows";

    /** Has messages that are no rows, and loaders read it, too. Flink would fail. */
    private static final String STRAY_TOPIC = "flows-stray";

    private static final int STRAY = 20;

    @TempDir
    private Path directory;

    @Test
    void eachHasWhatWasSent() throws Exception {
        List<Machine> machines = new ArrayList<>();
        String duckDb = "jdbc:duckdb:" + directory.resolve("totals");
        try (BpfFs pins = BpfFs.mount();
                PostgresServer server = PostgresServer.start();
                Broker broker = new Broker(directory)) {
            broker.create(TOPIC);
            broker.create(STRAY_TOPIC);
            Child duckLoader = startLoader(broker, "duckdb", duckDb);
            Child postgresLoader = startLoader(broker, "postgresql", server.url());
            awaitTables(server.url()); // the second one doesn't create them at the same moment
            Child secondLoader = startLoader(broker, "postgresql", server.url());
            try (Flink flink = new Flink(broker.bootstrap())) {
                for (int i = 1; i <= MACHINES; i++) {
                    machines.add(new Machine("machine-" + i, pins.path(""), directory, broker.bootstrap(), TOPIC));
                }
                Database database = new Database(server, List.of(postgresLoader, secondLoader));
                sendAndKill(machines, broker, database, duckLoader, postgresLoader, secondLoader);
                Sum sent = Sum.ZERO;
                for (Machine machine : machines) {
                    machine.agent().stop();
                    assertThat(machine.agent().output()).contains("everything is shipped");
                    sent = sent.plus(machine.sent());
                }

                assertThat(sent.packets()).isPositive();
                Sum loaded = awaitPostgres(server.url(), sent);
                assertThat(loaded).isEqualTo(new Sum(messages(broker), sent.packets(), sent.bytes(), true));
                assertThat(unreadable(server.url())).isEqualTo(STRAY);
                assertThat(awaitDuckDb(duckLoader, duckDb, sent)).isEqualTo(loaded);
                assertThat(flink.await(sent)).isEqualTo(sent);
                System.out.println(sent + " in " + loaded.rows() + " rows");
            }
        } finally {
            for (Machine machine : machines) {
                machine.close();
            }
        }
    }

    static void awaitTables(String url) throws Exception {
        try (Connection database = DriverManager.getConnection(url)) {
            while (!hasTable(database)) {
                Thread.sleep(100);
            }
        }
    }

    /** How many messages were set aside. */
    private static long unreadable(String url) throws SQLException {
        try (Connection database = DriverManager.getConnection(url);
                Statement statement = database.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM unreadable")) {
            count.next();
            return count.getLong(1);
        }
    }

    /** Writes messages that are no rows. */
    private static void writeStrayMessages(Broker broker) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrap(), "delivery.timeout.ms", 240_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < STRAY; i++) {
                byte[] value = i % 2 == 0 ? null : "hello".getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(STRAY_TOPIC, i % 3, null, value))
                        .get();
                Thread.sleep(BURST_MILLIS);
            }
        }
    }

    /** The tables, and the statements of a file. */
    static String table(String file) throws IOException {
        Path directory = Path.of("../templates/fleet/sql");
        return Files.readString(directory.resolve("tables.sql")) + Files.readString(directory.resolve(file));
    }

    private Child startLoader(Broker broker, String name, String url) throws IOException {
        Path client = Files.writeString(
                directory.resolve(name + ".properties"),
                "bootstrap.servers=" + broker.bootstrap() + "\ngroup.id=" + name
                        // A loader ends if it can't commit in this time, while the broker starts again and again.
                        + "\ndefault.api.timeout.ms=" + PATIENCE.toMillis());
        Path file = Files.writeString(directory.resolve(name + ".sql"), table(name + ".sql"));
        return new Child(
                name + " loader",
                directory.resolve(name + ".log"),
                Map.of("PORT", "0"),
                HEAP,
                Loader.class,
                client.toString(),
                "flows.*",
                url,
                file.toString());
    }

    /** Sends on all machines, and kills agents as often as all other processes together. */
    private static void sendAndKill(List<Machine> machines, Broker broker, Database database, Child... loaders)
            throws Exception {
        List<Victim> victims = new ArrayList<>();
        for (Machine machine : machines) {
            machine.awaitCounting();
            victims.add(machine.agent());
        }
        while (victims.size() < 2 * machines.size()) {
            victims.add(broker);
            victims.add(database);
            victims.addAll(List.of(loaders));
        }
        CountDownLatch end = new CountDownLatch(1);
        FutureTask<Void> traffic = new FutureTask<>(() -> {
            Random random = new Random();
            while (!end.await(BURST_MILLIS, TimeUnit.MILLISECONDS)) {
                for (Machine machine : machines) {
                    machine.send(BURST, random);
                }
            }
            return null;
        });
        new Thread(traffic, "traffic").start();
        FutureTask<Void> stray = new FutureTask<>(() -> {
            writeStrayMessages(broker);
            return null;
        });
        new Thread(stray, "stray").start();
        try {
            kill(victims, machines, broker, loaders);
        } finally {
            end.countDown();
        }
        traffic.get();
        stray.get();
    }

    /** PostgreSQL, which crashes, perhaps while a loader commits. A loader ends then, and its supervisor starts it again. */
    private record Database(PostgresServer server, List<Child> loaders) implements Victim {
        @Override
        public String name() {
            return "PostgreSQL";
        }

        @Override
        public void killAndRestart() throws IOException {
            server.stop();
            server.restart();
            for (Child loader : loaders) {
                loader.killAndRestart();
            }
        }
    }

    private static void kill(List<Victim> victims, List<Machine> machines, Broker broker, Child... loaders)
            throws IOException, InterruptedException {
        long seed = System.nanoTime();
        Killer killer = new Killer(new Random(seed), victims, KILLS, TIME);
        long begin = System.nanoTime();
        long betweenUpdates = TIME.toNanos() / (MACHINES + 1);
        Deque<Machine> outdated = new ArrayDeque<>(machines);
        while (System.nanoTime() - begin < TIME.toNanos()) {
            killer.run();
            int updated = MACHINES - outdated.size();
            if (!outdated.isEmpty() && System.nanoTime() - begin > (updated + 1) * betweenUpdates) {
                outdated.remove().agent().killAndRestartAs(NextAgent.class);
            }
            Thread.sleep(BURST_MILLIS);
            machines.forEach(machine -> machine.agent().check());
            broker.check();
            for (Child loader : loaders) {
                loader.check();
            }
        }
        System.out.println("killed with the seed " + seed + ": " + killer);
    }

    /** The number of committed messages in the topic. */
    private static long messages(Broker broker) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", broker.bootstrap(), "isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                    .map(partition -> new TopicPartition(TOPIC, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long messages = 0;
            while (consumer.endOffsets(partitions).entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                messages += consumer.poll(Duration.ofMillis(100)).count();
            }
            return messages;
        }
    }

    /** Waits until the total is the expected one. Returns the last one after a timeout. */
    private static Sum awaitPostgres(String url, Sum expected) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (Connection database = DriverManager.getConnection(url)) {
            Sum sum = Sum.of(database);
            while (!sum.counts(expected) && end - System.nanoTime() > 0) {
                Thread.sleep(100);
                sum = Sum.of(database);
            }
            assertThat(byPage(database).counts(sum)).isTrue();
            return sum;
        }
    }

    /** As {@link #awaitPostgres}. A database of DuckDB has one process at a time, so the loader ends for each look. */
    static Sum awaitDuckDb(Child loader, String url, Sum expected) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (long pause = 2000; true; pause += 2000) { // a busy machine needs longer until the loader has begun
            Thread.sleep(pause);
            loader.check();
            loader.kill();
            try (Connection database = DriverManager.getConnection(url)) {
                if (hasTable(database)) {
                    Sum sum = Sum.of(database);
                    if (sum.counts(expected) || end - System.nanoTime() < 0) {
                        return sum;
                    }
                }
            }
            loader.start();
        }
    }

    private static boolean hasTable(Connection database) throws SQLException {
        try (ResultSet table = database.getMetaData().getTables(null, null, "problem", null)) {
            return table.next();
        }
    }

    /** The totals of all tenants, with the query of the page. */
    private static Sum byPage(Connection database) throws IOException, SQLException {
        String page = Files.readString(Path.of("../../docs/fleet/totals.md"));
        String query = page.substring(page.indexOf("SELECT tenant, utc_day")).split("\n```", 2)[0];
        Sum sum = Sum.ZERO;
        try (Statement statement = database.createStatement();
                ResultSet tenants = statement.executeQuery(query)) {
            while (tenants.next()) {
                sum = sum.plus(new Sum(
                        0,
                        tenants.getBigDecimal(3).longValueExact(),
                        tenants.getBigDecimal(4).longValueExact(),
                        !tenants.getString(5).equals("at least")));
            }
        }
        return sum;
    }

    /** A cluster in this process, with the table of flink.sql. */
    private static final class Flink implements AutoCloseable {
        private final List<TableResult> queries = new ArrayList<>();
        private volatile Sum sum = Sum.ZERO;
        private volatile boolean isGap;

        Flink(String bootstrap) throws IOException {
            Configuration config = new Configuration();
            config.setString("restart-strategy.type", "fixed-delay");
            config.setString("restart-strategy.fixed-delay.attempts", "1000");
            config.setString("restart-strategy.fixed-delay.delay", "1 s");
            config.setString("execution.checkpointing.interval", "1 s");
            config.setString("parallelism.default", "1");
            StreamTableEnvironment tables =
                    StreamTableEnvironment.create(StreamExecutionEnvironment.getExecutionEnvironment(config));
            String sql = Files.readString(Path.of("../templates/fleet/sql/flink.sql"))
                    .replace("'kafka:9092'", "'" + bootstrap + "'");
            for (String statement : sql.split(";\n", -1)) {
                tables.executeSql(statement);
            }
            query(
                    tables,
                    "SELECT SUM(value_packets), SUM(value_bytes), SUM(CASE WHEN exact THEN 0 ELSE 1 END) FROM flow"
                            + " WHERE status IS NULL",
                    row -> {
                        if (row.getKind() == RowKind.INSERT || row.getKind() == RowKind.UPDATE_AFTER) {
                            sum = new Sum(0, number(row, 0), number(row, 1), number(row, 2) == 0);
                        }
                    });
            query(tables, "SELECT COUNT(*) FROM gap", row -> isGap = number(row, 0) > 0);
        }

        private static long number(Row row, int column) {
            return new BigDecimal(String.valueOf(row.getField(column))).longValueExact();
        }

        private void query(StreamTableEnvironment tables, String sql, java.util.function.Consumer<Row> receiver) {
            TableResult result = tables.executeSql(sql);
            queries.add(result);
            Thread thread = new Thread(() -> result.collect().forEachRemaining(receiver), "query");
            thread.setDaemon(true);
            thread.start();
        }

        /** As {@link #awaitPostgres}. */
        Sum await(Sum expected) throws InterruptedException {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while ((isGap || !sum.counts(expected)) && end - System.nanoTime() > 0) {
                Thread.sleep(100);
            }
            return new Sum(0, sum.packets(), sum.bytes(), sum.exact() && !isGap);
        }

        @Override
        public void close() {
            queries.forEach(query -> query.getJobClient().orElseThrow().cancel().join());
        }
    }
}
