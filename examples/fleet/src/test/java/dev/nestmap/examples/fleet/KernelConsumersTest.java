/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.PostgresServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * PostgreSQL, DuckDB and Flink SQL read the topic without a class of Nestmap, while agents, the broker and loaders are killed: each has what was sent. The
 * tables are those of the page totals.md.
 */
@Tag("jdk-independent")
@Tag("kernel")
@Tag("server")
@Timeout(900)
@Tag("long")
class KernelConsumersTest {
    private static final int KILLS = Integer.getInteger("nestmap.kills", 12);
    private static final double MINUTES = Double.parseDouble(System.getProperty("nestmap.minutes", "0.7"));

    private final Path pins =
            Path.of("/sys/fs/bpf/nestmap-consumers-" + ProcessHandle.current().pid());

    @BeforeAll
    static void requireKernel() {
        KernelFleetTest.requireKernel();
    }

    @AfterEach
    void removePins() throws IOException {
        if (Files.exists(pins)) {
            try (Stream<Path> all = Files.walk(pins)) {
                for (Path pin : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(pin);
                }
            }
        }
    }

    @Test
    void eachHasWhatWasSent() throws Exception {
        Path run = Files.createTempDirectory(Path.of("/tmp"), "nestmap-consumers-"); // a Unix socket has a short path
        List<String> output = new ArrayList<>();
        FleetDemo[] demo = new FleetDemo[1];
        demo[0] = new FleetDemo(
                Options.parse("--machines", "2", "--kills", "" + KILLS, "--minutes", "" + MINUTES, "--rollout"),
                run,
                pins,
                output::add,
                (bootstrap, topic) -> List.of(new Postgres(demo[0], bootstrap), new Flink(bootstrap, topic)));

        boolean isEqual = demo[0].run();

        System.out.println(String.join("\n", output));
        assertThat(isEqual).as("%s", output).isTrue();
        try (Stream<Path> all = Files.walk(run)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static final class Postgres implements FleetDemo.Total {
        private final PostgresServer server = PostgresServer.start();
        private final Child loader;

        Postgres(FleetDemo demo, String bootstrap) throws IOException {
            loader = demo.startLoader(bootstrap, "postgres", server.url(), "postgresql.sql");
        }

        @Override
        public String name() {
            return "PostgreSQL";
        }

        @Override
        public List<Victim> victims() {
            return List.of(loader);
        }

        @Override
        public Sum await(Sum expected, Duration timeout) throws InterruptedException {
            long end = System.nanoTime() + timeout.toNanos();
            try (Connection database = DriverManager.getConnection(server.url())) {
                Sum sum = Loader.sum(database);
                while (!sum.counts(expected) && end - System.nanoTime() > 0) {
                    Thread.sleep(100);
                    sum = Loader.sum(database);
                }
                assertThat(byPage(database).counts(sum)).isTrue();
                return sum;
            } catch (IOException | SQLException e) {
                throw new AssertionError(e);
            }
        }

        /** The totals of all tenants, with the query of the page. */
        private static Sum byPage(Connection database) throws IOException, SQLException {
            String page = Files.readString(Path.of("../../docs/fleet/totals.md"));
            String query =
                    page.substring(page.indexOf("SELECT outer_key AS tenant")).split("\n```", 2)[0];
            Sum sum = Sum.ZERO;
            try (Statement statement = database.createStatement();
                    ResultSet tenants = statement.executeQuery(query)) {
                while (tenants.next()) {
                    sum = sum.plus(new Sum(
                            0,
                            tenants.getBigDecimal(2).longValueExact(),
                            tenants.getBigDecimal(3).longValueExact(),
                            tenants.getBoolean(4)));
                }
            }
            return sum;
        }

        @Override
        public void close() {
            loader.kill();
            try {
                server.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** A cluster in this process, with the table of flink.sql. */
    private static final class Flink implements FleetDemo.Total {
        private final List<TableResult> queries = new ArrayList<>();
        private volatile Sum sum = Sum.ZERO;
        private volatile boolean isGap;

        Flink(String bootstrap, String topic) throws IOException {
            Configuration config = new Configuration();
            config.setString("restart-strategy.type", "fixed-delay");
            config.setString("restart-strategy.fixed-delay.attempts", "1000");
            config.setString("restart-strategy.fixed-delay.delay", "1 s");
            config.setString("execution.checkpointing.interval", "1 s");
            config.setString("parallelism.default", "1");
            StreamTableEnvironment tables =
                    StreamTableEnvironment.create(StreamExecutionEnvironment.getExecutionEnvironment(config));
            String sql = FleetDemo.resource("flink.sql")
                    .replace("'kafka:9092'", "'" + bootstrap + "'")
                    .replace("'flows'", "'" + topic + "'");
            for (String statement : sql.split(";\n", -1)) {
                tables.executeSql(statement);
            }
            query(
                    tables,
                    "SELECT SUM(value_packets), SUM(value_bytes), SUM(CASE WHEN exact THEN 0 ELSE 1 END) FROM flow",
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

        @Override
        public String name() {
            return "Flink SQL";
        }

        @Override
        public List<Victim> victims() {
            return List.of();
        }

        @Override
        public Sum await(Sum expected, Duration timeout) throws InterruptedException {
            long end = System.nanoTime() + timeout.toNanos();
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
