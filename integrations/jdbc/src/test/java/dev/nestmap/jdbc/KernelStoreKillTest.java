/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.jdbc.Usage.Sender;
import dev.nestmap.jdbc.UsageBpf.CustomerMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteDataSource;

/**
 * A process that stores pinned maps is killed before or after one of its calls of JDBC, and started again, to be killed at a later call: the database has each
 * count once. The seed chooses the calls, because each kill costs the start of a JVM.
 */
@KernelTest
@Tag("long")
@Timeout(600)
class KernelStoreKillTest {
    private static final int CUSTOMERS = 2;
    /** A run is killed at most so many calls later than the one before it. */
    private static final int STEP = Integer.getInteger("nestmap.step", 12);

    private static final int KILLED = 128 + 9;

    @Test
    @Tag("server")
    void losesAndDoublesNothing() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            killAtEachCall(server.url());
        }
    }

    @Test
    void losesAndDoublesNothingInAFile(@TempDir Path directory) throws Exception {
        killAtEachCall("jdbc:sqlite:" + directory.resolve("usage.db"));
    }

    private static void killAtEachCall(String database) throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        System.out.println("nestmap.seed=" + seed);
        Random random = new Random(seed);
        try (BpfFs fs = BpfFs.mount()) {
            execute(
                    database,
                    "create table sent (customer bigint, sender varchar(15), packets bigint, bytes bigint, primary key (customer, sender))");
            UsageBpf.CUSTOMER_MAP.create(fs.path("customer")).close();
            int run = 0;
            int call = 0;
            int exit;
            do {
                run++;
                call += 1 + random.nextInt(STEP);
                exit = run(database, fs, run, Integer.toString(call), Boolean.toString(random.nextBoolean()));
                assertThat(packets(database)).isLessThanOrEqualTo((long) run * CUSTOMERS);
            } while (exit == KILLED);
            assertThat(exit).isZero();
            assertThat(run).as("runs, each killed at another call").isGreaterThan(40 / STEP);

            assertThat(run(database, fs, run + 1, "-1", "false")).isZero();
            assertThat(packets(database)).isEqualTo((run + 1L) * CUSTOMERS);
            System.out.println(run - 1 + " kills, " + packets(database) + " counts in the database");
            assertThat(fs.content()).noneMatch(pin -> pin.startsWith("customer-draining/"));
        }
    }

    private static int run(String database, BpfFs fs, int number, String call, String isMade) throws Exception {
        Process child = new ChildVm()
                .start(Agent.class, fs.path("customer").toString(), database, Integer.toString(number), call, isMade);
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = child.waitFor();
        assertThat(exit).as(output).isIn(0, KILLED);
        return exit;
    }

    private static void execute(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long packets(String database) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select coalesce(sum(packets), 0) from sent")) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Counts, and is killed while it drains. */
    static final class Agent {
        private Agent() {}

        public static void main(String[] arguments) throws Exception {
            FailingCalls calls = new FailingCalls(() -> Runtime.getRuntime().halt(KILLED));
            try (CustomerMap.Owned customers =
                    UsageBpf.CUSTOMER_MAP.openPinned(Path.of(arguments[0]), MapAccess.READ_WRITE)) {
                for (long customer = 0; customer < CUSTOMERS; customer++) {
                    customers
                            .getOrCreate(customer)
                            .put(new Sender(JdbcStoreContract.address(Integer.parseInt(arguments[2])), 1, 100));
                }
                JdbcStore store = JdbcStore.of(calls.of(source(arguments[1])));
                store.createTables();
                var bill = JdbcStoreContract.bill(store, customers);
                calls.failAt(Integer.parseInt(arguments[3]), Boolean.parseBoolean(arguments[4]));
                customers.drainAll(bill);
            }
        }

        private static DataSource source(String url) {
            if (url.startsWith("jdbc:sqlite:")) {
                SQLiteDataSource file = new SQLiteDataSource();
                file.setUrl(url);
                return file;
            }
            PGSimpleDataSource server = new PGSimpleDataSource();
            server.setUrl(url);
            return server;
        }
    }
}
