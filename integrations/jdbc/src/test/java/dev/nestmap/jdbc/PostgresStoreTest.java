/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.jdbc.Usage.Sender;
import dev.nestmap.memory.MemoryFaults;
import dev.nestmap.runtime.testing.Mount;
import dev.nestmap.runtime.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGPoolingDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Proves {@link JdbcStoreContract} for PostgreSQL, and what its server can do to a service. */
@Tag("server")
@Timeout(240)
class PostgresStoreTest extends JdbcStoreContract {
    @SuppressWarnings("NullAway.Init") // set by BeforeAll
    private static PostgresServer server;

    /** A new connection takes a process of the server, so the transactions of a test share a few. */
    @SuppressWarnings("deprecation") // its warning is of services: no time limit, no check of connections
    private final PGPoolingDataSource pool = new PGPoolingDataSource();

    private boolean isPooled = true;
    private String options = "";

    PostgresStoreTest() {
        pool.setUrl(server.url());
        pool.setDataSourceName("pool"); // close requires a name
    }

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) { // PostgreSQL is not installed
            server.close();
        }
    }

    @AfterEach
    void closePool() {
        pool.close();
    }

    @Override
    DataSource source() {
        if (isPooled) {
            return pool;
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(server.url());
        source.setOptions(options);
        return source;
    }

    @ParameterizedTest
    @ValueSource(strings = {"serializable", "repeatable\\ read"})
    void transactionsThatMeetAreTriedAgainAtHigherLevels(String level) throws Exception {
        isPooled = false;
        options = "-c default_transaction_isolation=" + level;
        checkTransactionsThatMeet();
    }

    /** Otherwise, the first drain would fail, and each one after it. */
    @Test
    void aKeyThatIsNotUniqueIsRefusedAtOnce() throws Exception {
        Map<String, KeyColumn<Long, Sender>> customer = Map.of("customer", (map, key, sender) -> key);
        for (String unique : List.of("unique (customer, packets)", "check (packets > 0)")) {
            execute(
                    "drop table if exists loose",
                    "create table loose (customer bigint, packets bigint, bytes bigint, " + unique + ")");
            assertThatThrownBy(() -> store.maps(bpf.customer()).add("loose", customer, NUMBERS))
                    .as(unique)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the columns (customer) are no unique key of loose");
        }
        execute("alter table loose add unique (customer)"); // as the message says
        count(1, 1, 5);
        bpf.customer().drainAll(store.maps(bpf.customer()).add("loose", customer, NUMBERS));
        assertThat(number("select packets from loose")).isEqualTo(5);
    }

    @Test
    void aServerThatStopsAndComesBackHasEachCountOnce() throws Exception {
        long sent = 0;
        for (int round = 0; round < 3; round++) {
            isPooled = round != 1; // a pool keeps a connection that has ended with its server
            store = JdbcStore.of(source());
            for (long customer = 0; customer < 200; customer++) {
                count(customer, round, 1);
                sent++;
            }
            readColumns();
            server.stop();
            long before = System.nanoTime();
            assertThat(failure().isDatabaseAway()).isTrue();
            assertThat(System.nanoTime() - before)
                    .as("time of a drain of 200 maps")
                    .isLessThan(20_000_000_000L);
            server.restart();
            drainUntilAvailable();
            assertThat(packets()).isEqualTo(sent);
        }
    }

    /** Makes the bill of a store, perhaps over a connection that has ended with the server. */
    private void readColumns() throws InterruptedException {
        while (true) {
            try {
                bill();
                return;
            } catch (IllegalStateException e) {
                assertThat(e).hasStackTraceContaining("the database is away");
                Thread.sleep(1);
            }
        }
    }

    /** The driver joins the rows of a batch, and does not say which of them were left out. */
    @Test
    void aRowThatMayBeLeftOutIsAnErrorEvenInAJoinedBatch() throws Exception {
        PGSimpleDataSource joins = new PGSimpleDataSource();
        joins.setUrl(server.url());
        joins.setReWriteBatchedInserts(true);
        execute("insert into sent values (1, '10.0.0.1', 0, 0)");
        for (int sender = 0; sender < 8; sender++) {
            count(1, sender, 5);
        }
        JdbcStore other = JdbcStore.of(joins);
        String insert = "insert into sent (packets, bytes, customer, sender) values (?, ?, ?, ?)";

        for (String skips : List.of("nothing", "update set packets = excluded.packets where sent.packets > 0")) {
            assertThatThrownBy(() -> bpf.customer()
                            .drainAll(other.maps(bpf.customer())
                                    .insert(
                                            insert + " on conflict (customer, sender) do " + skips,
                                            JdbcStoreContract::add)))
                    .as(skips)
                    .hasStackTraceContaining("could be lost unnoticed");
            assertThat(packets()).isZero();
        }

        bpf.customer()
                .drainAll(other.maps(bpf.customer())
                        .insert(
                                insert + " on conflict (customer, sender) do update set packets = excluded.packets",
                                JdbcStoreContract::add));
        assertThat(packets()).isEqualTo(8 * 5);
    }

    /** With the hand-written program, this map held up all others at each restart. */
    @Test
    void aMissingPartitionConcernsItsCustomerOnly() throws Exception {
        execute("drop table sent");
        execute(
                "create table sent (customer bigint, sender varchar(15), packets bigint, bytes bigint, primary key (customer, sender)) partition by list (customer)");
        execute("create table sent_2 partition of sent for values in (2)");
        for (int restart = 0; restart < 3; restart++) {
            store = JdbcStore.of(source());
            count(1, restart, 5);
            count(2, restart, 7);
            assertThat(failure()).hasStackTraceContaining("no partition of relation \"sent\" found for row");
            assertThat(number("select sum(packets) from sent where customer = 2"))
                    .as("the other customer after start %s", restart)
                    .isEqualTo(7L * (restart + 1));
            MemoryFaults.of(bpf).crash();
        }
        execute("create table sent_1 partition of sent for values in (1)");
        store = JdbcStore.of(source());
        drainUntilAvailable();
        assertThat(number("select sum(packets) from sent where customer = 1")).isEqualTo(15);
    }

    @Test
    @EnabledIf("isRoot")
    void aFullDiskKeepsAllMapsWaiting() throws Exception {
        Path disk = Files.createTempDirectory(Path.of("/tmp"), "nestmap-disk-");
        try (Mount mounted = Mount.disk(disk, "1m")) {
            PostgresServer.giveAway(disk);
            execute("create tablespace small location '" + disk + "'");
            execute("drop table sent");
            execute("create table sent (customer bigint, sender varchar(15), packets bigint, bytes bigint,"
                    + " primary key (customer, sender) using index tablespace small) tablespace small");
            requireThatAFullDiskLosesNothing("No space left on device", mounted);
            execute("drop table sent");
            execute("drop tablespace small");
        }
        Files.delete(disk);
    }

    /**
     * Another transaction has added the identity and not ended, like that of a process that was killed at its commit, or of an import of the same map under another name
     * of its machine.
     */
    @Test
    void aMapWhoseFirstTransactionMayStillCommitIsNotStoredTwice() throws Exception {
        try (Connection killed = source().getConnection()) {
            killed.setAutoCommit(false);
            count(1, 1, 5);
            Thread commit = new Thread(() -> {
                try {
                    while (number("select count(*) from pg_stat_activity where wait_event_type = 'Lock'") == 0) {
                        Thread.sleep(1);
                    }
                    killed.commit();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            bpf.customer().drainAll(drained -> {
                try (var insert = killed.prepareStatement(
                                "insert into nestmap_stored values (?, 'another', 'x', now())");
                        var sent = killed.createStatement()) {
                    String machine = drained.identity().machine();
                    insert.setString(1, drained.identity().text().substring(machine.length() + 1));
                    insert.executeUpdate();
                    sent.executeUpdate("insert into sent values (1, '10.0.0.1', 5, 500)");
                }
                commit.start();
                bill().drain(drained);
            });
            commit.join();
            assertThat(packets()).isEqualTo(5);
        }
    }
}
