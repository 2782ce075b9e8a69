/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nestmap.jdbc.Usage.CpuSender;
import dev.nestmap.jdbc.Usage.Recent;
import dev.nestmap.jdbc.Usage.Sender;
import dev.nestmap.jdbc.UsageBpf.CpuSenderMap;
import dev.nestmap.jdbc.UsageBpf.SenderMap;
import dev.nestmap.jdbc.UsageBpf.VisitMap;
import dev.nestmap.memory.MemoryFaults;
import dev.nestmap.memory.MemoryProgram;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.MissReport;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.ServedByHand;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.error.DrainException;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.Mount;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Ipv4Prefix;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.ToLongFunction;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each database of the tests has each count once. The maps are in memory, where a crash is a call. */
abstract class JdbcStoreContract {
    static final Map<String, KeyColumn<Long, Sender>> KEYS = Map.of(
            "customer", (map, customer, sender) -> customer, "sender", (map, customer, sender) -> sender.address());
    static final Map<String, ToLongFunction<Sender>> NUMBERS =
            Map.of("packets", Sender::packets, "bytes", Sender::bytes);
    /** The table of identities of the first version, 0.1. It stays as it is here. */
    private static final String FIRST_TABLE =
            "create table nestmap_stored (identity varchar(100) primary key, machine varchar(100) not null, source varchar(300) not null,"
                    + " stored_at timestamp with time zone not null)";

    static final String INSERT = "insert into sent (packets, bytes, customer, sender) values (?, ?, ?, ?)";

    @SuppressWarnings("NullAway.Init") // set by BeforeEach
    UsageBpf bpf;

    @SuppressWarnings("NullAway.Init")
    JdbcStore store;

    private @Nullable JdbcStore storeOfBill;
    private @Nullable MapStore<Long, SenderMap, Sender> bill;
    private Instant now = Instant.parse("2026-11-27T12:00:00Z");
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

    /** A file of the command drain. */
    private Path file = Path.of("");

    abstract DataSource source();

    /** What a message has if a constraint refuses a row. */
    String codeOfCheck() {
        return "SQLState 23";
    }

    /** A statement that fails, and ends the transaction. */
    String failureThatEndsTheTransaction() {
        return "insert into sent values (1, 'x', 1000000, 1)";
    }

    /** What a message has if a transaction has ended, and an action has caught the exception. */
    String messageOfEndedTransaction() {
        return "current transaction is aborted";
    }

    /** The expression for so many minutes before a time. */
    String before(String time, long minutes) {
        return time + " - interval '" + minutes + "' minute";
    }

    /** The expression for the seconds of a time since 1970. */
    String seconds(String time) {
        return "extract(epoch from " + time + ")";
    }

    @BeforeEach
    void name(@TempDir Path directory) {
        file = directory.resolve("counts.jsonl");
    }

    @BeforeEach
    void open() throws Exception {
        execute(
                "drop table if exists sent",
                "drop table if exists missed",
                "drop table if exists nestmap_stored",
                "create table sent (customer bigint, sender varchar(15), packets bigint check (packets < 1000000), bytes bigint,"
                        + " primary key (customer, sender))",
                "create table missed (port bigint primary key, packets bigint)");
        bpf = UsageBpf.inMemory();
        store = JdbcStore.of(source());
        store.createTables();
        store.createTables(); // again, as at the next start
    }

    @AfterEach
    void close() {
        bpf.customer().drainWaiting(drained -> {});
        bpf.close();
    }

    static MapStore<Long, SenderMap, Sender> bill(JdbcStore store, OuterAccessor<Long, SenderMap> customers) {
        try {
            return store.<Long, Sender, SenderMap>maps(customers).add("sent", KEYS, NUMBERS);
        } catch (StoreException e) {
            throw new IllegalStateException(e);
        }
    }

    static void add(Rows rows, Long customer, Sender sender) {
        rows.add(sender.packets(), sender.bytes(), customer, sender.address());
    }

    /** The bill of the store, which reads the columns once, as that of a service. */
    final MapStore<Long, SenderMap, Sender> bill() {
        MapStore<Long, SenderMap, Sender> known = bill;
        if (known == null || storeOfBill != store) {
            known = bill(store, bpf.customer());
            bill = known;
            storeOfBill = store;
        }
        return known;
    }

    final void execute(String... sql) throws SQLException {
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : sql) {
                statement.execute(each);
            }
        }
    }

    final long number(String sql) throws SQLException {
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    final long packets() throws SQLException {
        return number("select coalesce(sum(packets), 0) from sent");
    }

    static Inet4Address address(int number) {
        return Ipv4Prefix.parse("10.0." + number / 256 + "." + number % 256 + "/32")
                .address();
    }

    final void count(long customer, int sender, long packets) {
        SenderMap map = bpf.customer().getOrCreate(customer);
        Sender before = map.get(address(sender));
        long sum = packets + (before == null ? 0 : before.packets());
        map.put(new Sender(address(sender), sum, 100 * sum));
    }

    /** Requires that a drain fails for this reason. */
    private void requireFailure(MapStore<Long, SenderMap, ?> to, String reason) {
        assertThatThrownBy(() -> bpf.customer().drainAll(to))
                .isInstanceOf(DrainException.class)
                .hasStackTraceContaining(reason);
    }

    /** A program that misses the key of each byte of a packet. */
    private UntypedProgram misses() {
        return MemoryProgram.define(bpf, "miss", (packet, context) -> {
            for (byte port : packet) {
                bpf.site().request(port);
            }
            return 0;
        });
    }

    @Test
    void addsTheCountsOfEachDrain() throws Exception {
        for (int drain = 0; drain < 3; drain++) {
            for (int sender = 0; sender < 1200; sender++) {
                count(1, sender, 2);
            }
            count(2, 7, 1);
            assertThat(bpf.customer().drainAll(bill())).isEqualTo(2);
        }

        assertThat(packets()).isEqualTo(3 * (2 * 1200 + 1));
        assertThat(number("select sum(bytes) from sent")).isEqualTo(100 * packets());
        assertThat(number("select packets from sent where customer = 2 and sender = '10.0.0.7'"))
                .isEqualTo(3);
    }

    @Test
    void entriesOfOneRowAreAddedUp() throws Exception {
        count(1, 1, 2);
        count(1, 2, 3);

        bpf.customer()
                .drainAll(store.maps(bpf.customer())
                        .add(
                                "sent",
                                Map.of(
                                        "customer",
                                        (map, customer, sender) -> customer,
                                        "sender",
                                        (map, customer, sender) -> "all"),
                                NUMBERS));

        assertThat(packets()).isEqualTo(5);
        assertThat(number("select count(*) from sent")).isEqualTo(1);
    }

    /** The process ends before or after each call of JDBC, and the next one drains; or the call fails, before or after the database has done it. */
    @ParameterizedTest
    @CsvSource({"true, false", "true, true", "false, false", "false, true"})
    void eachCountIsStoredOnceWhicheverCallFails(boolean isKilled, boolean isMade) throws Exception {
        FailingCalls calls = new FailingCalls(() -> {
            if (isKilled) {
                throw new Error("killed");
            }
        });
        DataSource failing = calls.of(source());
        store = JdbcStore.of(failing);
        long sent = 0;
        int call = 0;
        do {
            call++;
            for (int customer = 1; customer <= 3; customer++) {
                count(customer, call, customer);
                count(customer, 0, 1); // a row that exists
                sent += customer + 1;
            }
            MapStore<Long, SenderMap, Sender> adding = bill();
            calls.failAt(call, isMade);
            try {
                bpf.customer().drainAll(adding);
            } catch (DrainException | Error e) {
                assertThat(calls.hasFailed()).isTrue();
            }
            calls.never();
            if (isKilled) {
                MemoryFaults.of(bpf).crash();
            }
            store = JdbcStore.of(failing); // which knows of no outage
            assertThat(packets()).as("after call %s", call).isLessThanOrEqualTo(sent);
            if (call % 2 == 0) { // otherwise maps wait, and more counts come
                drainUntilAvailable();
                assertThat(packets()).as("after call %s", call).isEqualTo(sent);
            }
        } while (calls.hasFailed());
        drainUntilAvailable();
        assertThat(packets()).isEqualTo(sent);
        assertThat(call).isGreaterThan(20);
    }

    /** For a moment after an outage, the store does not try again. */
    final void drainUntilAvailable() throws InterruptedException {
        while (true) {
            try {
                bpf.customer().drainAll(bill());
                return;
            } catch (DrainException e) {
                assertThat(e).hasStackTraceContaining("the database is away");
                Thread.sleep(1);
            }
        }
    }

    static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /** Drains until the disk of the table is full, makes it larger, and drains the rest. */
    final void requireThatAFullDiskLosesNothing(String message, Mount disk) throws Exception {
        long sent = 0;
        StoreException full = null;
        for (int round = 0; full == null; round++) {
            assertThat(round).as("rounds until the disk is full").isLessThan(100);
            for (int sender = 0; sender < 500; sender++) {
                count(round % 50, 500 * round + sender, 1);
                sent++;
            }
            try {
                bpf.customer().drainAll(bill());
            } catch (DrainException e) {
                full = (StoreException) e.getCause();
            }
        }
        assertThat(full).hasMessageContaining(message);
        assertThat(full.isDatabaseAway()).isTrue();
        disk.enlarge("50m");
        drainUntilAvailable();
        assertThat(packets()).isEqualTo(sent);
    }

    /** Drains until it fails. */
    final StoreException failure() {
        DrainException failure =
                catchThrowableOfType(DrainException.class, () -> bpf.customer().drainAll(bill()));
        return (StoreException) Objects.requireNonNull(failure.getCause());
    }

    @Test
    void aRefusedRowConcernsItsMapOnly() throws Exception {
        count(1, 1, 5);
        count(2, 1, 1_000_000); // against the table's constraint
        count(3, 1, 7);

        StoreException failure = failure();
        assertThat(failure.isDatabaseAway()).isFalse();
        assertThat(failure)
                .hasMessageContainingAll(
                        "the database has refused map ", "of customer", codeOfCheck(), "Nothing of it is stored");
        execute("alter table sent drop column packets");
        execute("alter table sent add column packets bigint");
        bpf.customer().drainAll(bill());
        assertThat(number("select count(*) from sent where packets is not null"))
                .isGreaterThan(0);
        assertThat(bpf.customer().waitingCount()).isZero();
    }

    @Test
    void combinesTheCpus() throws Exception {
        CpuSenderMap map = bpf.cpuCustomer().getOrCreate(9L);
        int cpus = map.cpus();
        List<CpuSender> values = new ArrayList<>();
        for (int cpu = 0; cpu < cpus; cpu++) {
            values.add(new CpuSender(1, 10 + cpu, Instant.ofEpochSecond(100 + cpu)));
        }
        map.put(values);
        execute("drop table if exists seen");
        execute("create table seen (customer bigint, packets bigint, last_seen timestamp with time zone)");

        bpf.cpuCustomer()
                .drainAll(store.maps(bpf.cpuCustomer(), CpuSender::plus)
                        .insert(
                                "insert into seen values (?, ?, ?)",
                                (rows, customer, sender) -> rows.add(customer, sender.packets(), sender.lastSeen())));

        assertThat(number("select packets from seen where customer = 9"))
                .isEqualTo(10L * cpus + (long) cpus * (cpus - 1) / 2);
        assertThat(number("select " + seconds("last_seen") + " from seen")).isEqualTo(100 + cpus - 1);
    }

    /** One JDBC connection for both lost a third of the counts: a rollback of one thread took back what the other had not committed. */
    @Test
    void drainsAndReportsOfTwoThreadsDoNotMix() throws Exception {
        long put = 0;
        UntypedProgram miss = misses();
        try (OnDemandServer<Long> server = bpf.site().serveRequests(missed())) {
            for (int round = 0; round < 40; round++) {
                for (int sender = 0; sender < 25; sender++) {
                    count(1, sender, 1);
                    put++;
                }
                miss.testRun(new byte[] {(byte) round});
                bpf.customer().drain(1L, bill());
            }
            assertThat(server.statistics().missed()).isLessThanOrEqualTo(40);
        }
        assertThat(packets()).isEqualTo(put);
        assertThat(number("select sum(packets) from missed")).isEqualTo(40);
    }

    private ReportStore<Long, VisitMap> missed() {
        return store.reports(bpf.site())
                .updateOrInsert(
                        "update missed set packets = packets + ? where port = ?",
                        "insert into missed (packets, port) values (?, ?)",
                        (rows, report) -> {
                            for (var port : report.missed().entrySet()) {
                                rows.add(port.getValue(), port.getKey());
                            }
                            rows.add(report.refused() + report.waiting(), -1);
                        });
    }

    @Test
    void aReportThatComesAgainIsNotStoredAgain() throws Exception {
        misses().testRun(new byte[] {80, 80});
        ReportStore<Long, VisitMap> missed = missed();
        List<MissReport<Long>> reports = new ArrayList<>();
        try (OnDemandServer<Long> server = bpf.site().serveRequests(report -> {
            missed.missed(report);
            reports.add(report);
            if (reports.size() == 1) {
                throw new IllegalStateException("killed");
            }
        })) {
            Await.until("the report has come again", () -> server.statistics().missed() > 0);
        }
        assertThat(reports).hasSizeGreaterThan(1);
        assertThat(number("select packets from missed where port = 80")).isEqualTo(2);
        assertThat(bpf.site().waitingReports()).isEmpty();
    }

    @Test
    void aRefusedRowHoldsUpItsWholeReport() throws Exception {
        execute("alter table missed add constraint low check (port < 80)");
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            OnDemandServer<Long> server = bpf.site().serveRequests(missed());
            server.close();
            misses().testRun(new byte[] {53, 80});

            assertThat(ServedByHand.serve(server)).as("%s", log.messages()).isZero();
            assertThat(bpf.site().keys()).as("with a map").containsExactlyInAnyOrder(53L, 80L);
            assertThat(number("select count(*) from missed")).isZero();
            execute("alter table missed drop constraint low");
            assertThat(ServedByHand.serve(server)).isEqualTo(2);
        }
        assertThat(number("select count(*) from missed where packets = 1 and port in (53, 80)"))
                .isEqualTo(2);
    }

    /** A newer version may add columns to the table of identities, and an older one goes on with it. */
    @Test
    void aColumnOfANewerVersionDisturbsNothing() throws Exception {
        execute("alter table nestmap_stored add column later integer default 7");
        count(1, 2, 3);

        assertThat(bpf.customer().drainAll(bill())).isEqualTo(1);

        assertThat(number("select sum(packets) from sent")).isEqualTo(3);
        assertThat(number("select count(*) from nestmap_stored where later = 7"))
                .isEqualTo(1);
    }

    /** A newer version leaves the table as the first one has created it, and the first one goes on with the table of a newer one. */
    @Test
    void theTableOfTheFirstVersionIsThatOfEachVersion() throws Exception {
        String insert =
                "insert into nestmap_stored (identity, machine, source, stored_at) values ('%s', 'm', 's', current_timestamp)";
        execute(String.format(insert, "of the first version"));
        execute("drop table nestmap_stored", FIRST_TABLE, String.format(insert, "before the upgrade"));
        store.createTables();
        count(1, 2, 3);

        assertThat(bpf.customer().drainAll(bill())).isEqualTo(1);

        assertThat(packets()).isEqualTo(3);
        assertThat(identities()).isEqualTo(2);
    }

    @Test
    void identitiesGoWhenTheirMapsAreAcknowledged() throws Exception {
        store = JdbcStore.of(source(), clock);
        MapStore<Long, SenderMap, Sender> bill = bill();
        for (int drain = 0; drain < 2; drain++) {
            count(1, 1, 1);
            bpf.customer().drainAll(bill);
        }
        List<Displaced<Long, SenderMap>> kept = new ArrayList<>();
        count(2, 1, 1);
        bpf.customer().drainAll(drained -> {
            bill.drain(drained);
            kept.add(drained.keep()); // its acknowledgement takes a year
        });
        assertThat(identities()).isEqualTo(3);

        pass(Duration.ofMinutes(1));
        count(1, 1, 1);
        bpf.customer().drainAll(bill);
        assertThat(identities())
                .as("the first map, which a file may have, the kept map, and the last")
                .isEqualTo(3);

        pass(Duration.ofDays(365));
        store = JdbcStore.of(source(), clock); // of a later process
        countAndDrain(1);
        assertThat(identities()).as("the kept map, and the last").isEqualTo(2);
        kept.get(0).close();
        bpf.customer().drainAll(bill());
        assertThat(packets()).isEqualTo(5);
    }

    @Test
    void whatAnEndedProcessHasLeftStaysForThirtyDays() throws Exception {
        store = JdbcStore.of(source(), clock);
        countAndDrain(1);

        pass(StoredIdentities.KEPT.minusMinutes(1));
        store = JdbcStore.of(source(), clock);
        countAndDrain(1);
        assertThat(identities()).isEqualTo(2);

        pass(Duration.ofMinutes(2));
        store = JdbcStore.of(source(), clock);
        countAndDrain(1);
        assertThat(identities()).isEqualTo(2);
    }

    /** Such as a board without a battery: it begins in 1970, until it knows the time. A file may still have the map. */
    @Test
    void aClockThatIsSetForgetsNothing() throws Exception {
        now = Instant.EPOCH;
        store = JdbcStore.of(source(), clock);
        countAndDrain(1);

        now = Instant.parse("2026-11-27T12:00:00Z");
        store = JdbcStore.of(source(), clock); // of a later process
        countAndDrain(1);
        assertThat(identities()).isEqualTo(2);
    }

    /** Such as two objects of a service whose pins are in different directories. */
    @Test
    void aMapOfAnotherOuterMapWithTheSameNameStaysKnown() throws Exception {
        store = JdbcStore.of(source(), clock);
        List<Displaced<Long, SenderMap>> kept = new ArrayList<>();
        try (UsageBpf other = UsageBpf.inMemory()) {
            MapStore<Long, SenderMap, Sender> otherBill = bill(store, other.customer());
            for (long customer = 1; customer <= 2; customer++) { // the second is displaced after the first is stored
                other.customer().getOrCreate(customer).put(new Sender(address(1), 5, 500));
                other.customer().drain(customer, drained -> {
                    otherBill.drain(drained);
                    kept.add(drained.keep());
                });
            }
            for (Duration pause : List.of(Duration.ZERO, Duration.ofMinutes(1), StoredIdentities.KEPT.plusDays(2))) {
                pass(pause);
                countAndDrain(3);
            }
            store = JdbcStore.of(source(), clock); // of a later process, which has drained the other maps only
            bill(store, other.customer());
            countAndDrain(3);

            kept.forEach(Displaced::close);
            assertThat(other.customer().drainAll(bill(store, other.customer()))).isEqualTo(2);
        }
        assertThat(packets()).isEqualTo(2 * 5 + 4);
    }

    private void countAndDrain(long customer) {
        count(customer, 1, 1);
        bpf.customer().drainAll(bill());
    }

    final long identities() throws SQLException {
        return number("select count(*) from nestmap_stored");
    }

    /** As if this time had passed, for the store and for the database. */
    private void pass(Duration time) throws SQLException {
        now = now.plus(time);
        execute("update nestmap_stored set stored_at = " + before("stored_at", time.toMinutes()));
    }

    /** Like the table of totals whose only row somebody has forgotten. */
    @Test
    void aStatementThatChangesNoRowIsAnError() {
        count(1, 1, 5);

        requireFailure(
                store.maps(bpf.customer())
                        .insert(
                                "update sent set packets = packets + ? where customer = ?",
                                (rows, key, sender) -> rows.add(sender.packets(), key)),
                "the statement changes no row for [5, 1], so these counts would be lost");
        assertThat(bpf.customer().waitingCount()).isEqualTo(1);
    }

    /** A report of this many misses of port 80. */
    private MissReport<Long> report(int map, long misses) {
        MapIdentity identity =
                new MapIdentity("node", new UUID(1, 2), map, Instant.EPOCH, "site_requests", ByteString.of());
        return MissReport.of(identity, Map.of(80L, misses), 0, true);
    }

    private void requireRefused(ReportStore<Long, VisitMap> to, MissReport<Long> report, String reason)
            throws Exception {
        assertThatThrownBy(() -> to.missed(report))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(reason);
    }

    /** A statement that has forgotten a column of the key, with rows of others there. */
    @Test
    void anUpdateThatChangesSeveralRowsIsAnError() throws Exception {
        count(1, 1, 5);
        count(1, 2, 7);
        bpf.customer().drainAll(bill());

        requireRefused(
                store.reports(bpf.site())
                        .updateOrInsert(
                                "update sent set packets = packets + ? where customer = ?",
                                "insert into sent (packets, customer) values (?, ?)",
                                (rows, report) -> rows.add(report.total(), 1)),
                report(1, 2),
                "the statement changes 2 rows for [2, 1], so these counts would be added 2 times: update sent");
        assertThat(packets()).isEqualTo(12);
    }

    /** The misses of port 80 would be 80 misses of another port. */
    @Test
    void anInsertWithItsValuesInAnotherOrderIsAnError() throws Exception {
        requireRefused(
                store.reports(bpf.site())
                        .updateOrInsert(
                                "update missed set packets = packets + ? where port = ?",
                                "insert into missed (port, packets) values (?, ?)",
                                (rows, report) -> rows.add(report.total(), 80)),
                report(1, 2),
                "the insert has written a row that the update does not find, for [2, 80]");
        assertThat(number("select count(*) from missed")).isZero();
    }

    @Test
    void aColumnThatCanNotHoldEachCountIsRefused() throws Exception {
        for (String type : List.of(
                "real", "double precision", "int", "smallint", "numeric(20, 2)", "numeric(18)", "varchar(20)")) {
            execute(
                    "drop table if exists narrow",
                    "create table narrow (customer bigint primary key, packets " + type + ")");
            assertThatThrownBy(() -> store.maps(bpf.customer())
                            .add(
                                    "narrow",
                                    Map.of("customer", (map, customer, sender) -> customer),
                                    Map.of("packets", Sender::packets)))
                    .as(type)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("the column packets of narrow is ", "can't hold each count");
        }
        execute(
                "drop table narrow",
                "create table narrow (customer bigint primary key, packets numeric(20), bytes numeric)");
        count(1, 1, 5);
        bpf.customer()
                .drainAll(store.maps(bpf.customer())
                        .add("narrow", Map.of("customer", (map, customer, sender) -> customer), NUMBERS));
        assertThat(number("select packets * bytes from narrow")).isEqualTo(5 * 500);
        assertThatThrownBy(() -> store.maps(bpf.customer())
                        .add("narrow", Map.of("client", (map, customer, sender) -> customer), NUMBERS))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the database has refused the columns of narrow");
    }

    /** Two keys of one row would be one customer. */
    @Test
    void aKeyThatTheDatabaseWouldRoundIsRefused() throws Exception {
        for (String type : keysThatRound()) {
            execute("drop table if exists rounded", "create table rounded (customer " + type + ", packets bigint)");
            assertThatThrownBy(() -> store.maps(bpf.customer())
                            .add(
                                    "rounded",
                                    Map.of("customer", (map, customer, sender) -> customer),
                                    Map.of("packets", Sender::packets)))
                    .as(type)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("the column customer of the key of rounded is ", "which rounds");
        }
    }

    /** The types of columns that are no key, because the database rounds them. */
    List<String> keysThatRound() {
        return List.of("real", "double precision");
    }

    /** The text 007 is not the number 7. */
    @Test
    void aTextIsNoKeyOfWholeNumbers() throws Exception {
        execute("drop table if exists whole", "create table whole (customer bigint primary key, packets bigint)");
        count(1, 1, 5);
        assertThatThrownBy(() -> bpf.customer()
                        .drainAll(store.maps(bpf.customer())
                                .add(
                                        "whole",
                                        Map.of("customer", (map, customer, sender) -> "007"),
                                        Map.of("packets", Sender::packets))))
                .isInstanceOf(DrainException.class);
        assertThat(number("select count(*) from whole")).isZero();
    }

    /** The day of a point of time is another one in another zone, which a database would choose. */
    @Test
    void aDayNeedsItsZone() throws Exception {
        execute(
                "drop table if exists daily",
                "create table daily (on_day date primary key, packets bigint, bytes bigint)");
        count(1, 1, 5);
        requireFailure(
                store.maps(bpf.customer())
                        .add("daily", Map.of("on_day", (map, customer, sender) -> map.takenOut()), NUMBERS),
                "the column on_day of daily is a date");
        bpf.customer()
                .drainAll(store.maps(bpf.customer())
                        .add(
                                "daily",
                                Map.of(
                                        "on_day",
                                        (map, customer, sender) -> LocalDate.ofInstant(map.takenOut(), ZoneOffset.UTC)),
                                NUMBERS));
        LocalDate today = LocalDate.now(ZoneOffset.UTC); // it may be midnight
        assertThat(number("select sum(packets) from daily where on_day between '" + today.minusDays(1) + "' and '"
                        + today.plusDays(1) + "'"))
                .isEqualTo(5);
    }

    /** So is its hour, which comes twice when a summer ends. */
    @Test
    void anHourNeedsItsZone() throws Exception {
        Map<String, KeyColumn<Long, Sender>> hour =
                Map.of("hour_of_day", (map, customer, sender) -> map.takenOut().truncatedTo(ChronoUnit.HOURS));
        for (String type : List.of("timestamp", "timestamp with time zone")) {
            execute(
                    "drop table if exists hourly",
                    "create table hourly (hour_of_day " + type + " primary key, packets bigint, bytes bigint)");
            MapStore<Long, SenderMap, Sender> hourly =
                    store.<Long, Sender, SenderMap>maps(bpf.customer()).add("hourly", hour, NUMBERS);
            if (type.equals("timestamp")) {
                count(1, 1, 5);
                requireFailure(
                        hourly,
                        "the column hour_of_day of hourly is a timestamp without a time zone, for which the database would choose the time zone: pass"
                                + " LocalDateTime.ofInstant(map.takenOut(), zone)");
            } else {
                assertThat(bpf.customer().drainAll(hourly)).isEqualTo(1);
            }
        }
    }

    @Test
    void aSumThatIsTooLargeNamesItsRow() throws Exception {
        SenderMap senders = bpf.customer().getOrCreate(1);
        senders.put(new Sender(address(1), 1, Long.MAX_VALUE));
        senders.put(new Sender(address(2), 1, Long.MAX_VALUE));
        requireFailure(
                store.maps(bpf.customer())
                        .add(
                                "missed",
                                Map.of("port", (map, customer, sender) -> customer),
                                Map.of("packets", Sender::bytes)),
                "packets is 9223372036854775807 in Sender[address=/10.0.0.");
    }

    /** SQLite would go on with a rounded number. */
    @Test
    void aRowThatWouldExceedItsColumnKeepsItsCounts() throws Exception {
        execute("insert into sent (customer, sender, packets, bytes) values (1, '10.0.0.1', 7, 9223372036854775807)");
        count(1, 1, 5);

        StoreException failure = failure();

        assertThat(failure.isDatabaseAway()).isFalse();
        assertThat(number("select bytes from sent where bytes = 9223372036854775807 and packets = 7"))
                .isEqualTo(Long.MAX_VALUE);
        execute("update sent set bytes = 0");
        drainUntilAvailable();
        assertThat(number("select packets + bytes from sent")).isEqualTo(7 + 5 + 500);
    }

    /** A column that a later version has added, to rows of an earlier one; and a negative number. */
    @Test
    void addsToNullAndTakesNoNegativeCount() throws Exception {
        execute("insert into sent (customer, sender, packets) values (1, '10.0.0.1', 7)");
        count(1, 1, 5);
        count(2, 1, 0);
        bpf.customer().drainAll(bill());
        assertThat(number("select packets + bytes from sent")).isEqualTo(7 + 5 + 500);

        count(1, 1, -1);
        requireFailure(
                bill(), " in Sender[address=/10.0.0.1, packets=-1, bytes=-100]: add takes counts from 0 to 2^63-1");
    }

    @Test
    void twoStoresForOneTicketAreAnError() throws Exception {
        MapStore<Long, SenderMap, Sender> second = store.maps(bpf.customer()).insert(INSERT, JdbcStoreContract::add);
        count(1, 1, 5);
        assertThatThrownBy(() -> bpf.customer().drainAll(drained -> {
                    bill().drain(drained);
                    bill().drain(drained); // the same one may try again
                    assertThatThrownBy(() -> second.drain(drained)).isInstanceOf(IllegalStateException.class);
                    second.drain(drained); // the statements of this one have never run
                }))
                .isInstanceOf(DrainException.class)
                .hasStackTraceContaining("another MapStore has stored the map of this ticket of customer");
    }

    @Test
    void aMapperThatLeavesOutEachEntryIsLoggedOnce() throws Exception {
        MapStore<Long, SenderMap, Sender> nothing =
                store.maps(bpf.customer()).insert(INSERT, (rows, customer, sender) -> {});
        try (LogRecords log = LogRecords.of("dev.nestmap.jdbc")) {
            for (int drain = 0; drain < 2; drain++) {
                count(1, 1, 5);
                bpf.customer().drainAll(nothing);
            }
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains("the mapper has added no row for any of them");
        }
    }

    /** A drain acknowledges a map when its action returns, also if the action has caught the exception of the store. */
    @Test
    void anActionThatCatchesTheExceptionLosesNothing() throws Exception {
        execute("alter table sent rename to elsewhere");
        MapStore<Long, SenderMap, Sender> refused = store.<Long, Sender, SenderMap>maps(bpf.customer())
                .insert(
                        "insert into sent (packets, customer, sender) values (?, ?, 'all')",
                        (rows, customer, sender) -> rows.add(sender.packets(), customer));
        count(1, 1, 5);
        List<Displaced<Long, SenderMap>> tickets = new ArrayList<>();
        assertThat(bpf.customer().drainAll(drained -> {
                    assertThatThrownBy(() -> refused.drain(drained)).isInstanceOf(StoreException.class);
                    tickets.add(drained);
                }))
                .isZero();
        tickets.forEach(Displaced::close); // as the garbage collector
        execute("alter table elsewhere rename to sent");

        assertThat(bpf.customer().drainAll(refused)).isEqualTo(1);
        assertThat(packets()).isEqualTo(5);
    }

    /** An action may try again itself. */
    @Test
    void anActionThatTriesAgainEndsItsTicket() throws Exception {
        execute("alter table sent rename to elsewhere");
        MapStore<Long, SenderMap, Sender> adding = store.<Long, Sender, SenderMap>maps(bpf.customer())
                .insert(
                        "insert into sent (packets, customer, sender) values (?, ?, 'all')",
                        (rows, customer, sender) -> rows.add(sender.packets(), customer));
        count(1, 1, 5);
        bpf.customer().drainAll(drained -> {
            assertThatThrownBy(() -> adding.drain(drained)).isInstanceOf(StoreException.class);
            execute("alter table elsewhere rename to sent");
            adding.drain(drained);
        });
        assertThat(bpf.customer().waitingCount()).isZero();
        assertThat(packets()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    update missed set packets = ? where port = ? | true
                    update missed set packets = packets + ? where port = ? | false
                    insert into missed (packets, port) values (?, ?) on conflict (port) do update set packets = excluded.packets | true
                    insert into missed (packets, port) values (?, ?) | false
                    """)
    void aStatementThatReplacesCountsIsLogged(String sql, boolean isLogged) {
        try (LogRecords log = LogRecords.of("dev.nestmap.jdbc")) {
            store.<Long, Sender, SenderMap>maps(bpf.customer()).insert(sql, (rows, customer, sender) -> {});
            store.reports(bpf.site()).insert(sql, (rows, report) -> {});
            assertThat(log.messages().stream().filter(message -> message.contains("replaces what a row has")))
                    .hasSize(isLogged ? 2 : 0);
        }
    }

    @Test
    void anActionWithAConnectionOfItsOwnIsLogged() throws Exception {
        count(1, 1, 5);
        try (LogRecords log = LogRecords.of("dev.nestmap.jdbc")) {
            bpf.customer().drainAll(bill().execute((connection, drained) -> number("select count(*) from missed")));
            assertThat(log.messages()).singleElement().asString().contains("has not used the connection that it got");
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void theDayOnWhichAMapIsStoredIsLogged(boolean isOfMap) throws Exception {
        execute("drop table if exists daily");
        execute("create table daily (on_day date primary key, packets bigint)");
        count(1, 1, 5);
        try (LogRecords log = LogRecords.of("dev.nestmap.jdbc")) {
            bpf.customer()
                    .drainAll(store.<Long, Sender, SenderMap>maps(bpf.customer())
                            .add(
                                    "daily",
                                    Map.of(
                                            "on_day",
                                            (map, customer, sender) -> isOfMap
                                                    ? LocalDate.ofInstant(map.takenOut(), ZoneOffset.UTC)
                                                    : LocalDate.now(ZoneOffset.UTC)),
                                    Map.of("packets", Sender::packets)));
            assertThat(log.messages()).hasSize(isOfMap ? 0 : 1);
        }
        assertThat(number("select sum(packets) from daily")).isEqualTo(5);
    }

    /** Two outer maps with the same records have the same type of store: the counts of one would be those of the other. */
    @Test
    void aStoreOfAnotherOuterMapStoresNothing() throws Exception {
        bpf.formerCustomer().getOrCreate(1).put(new Sender(address(1), 5, 500));

        assertThatThrownBy(() -> bpf.formerCustomer().drainAll(bill()))
                .isInstanceOf(DrainException.class)
                .hasStackTraceContaining("this store is for customer, and got counts of former_customer");
        assertThat(number("select count(*) from nestmap_stored")).isZero();
        assertThat(packets()).isZero();
        assertThat(bpf.formerCustomer().drainWaiting(drained -> {})).isEqualTo(1);

        MissReport<Long> other = MissReport.of(
                new MapIdentity("node", new UUID(1, 2), 3, Instant.EPOCH, "listener_requests", ByteString.of()),
                Map.of(80L, 5L),
                0,
                true);
        assertThatThrownBy(() -> missed().missed(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("this store is for site_requests, and got counts of listener_requests");
        assertThat(number("select count(*) from missed")).isZero();
    }

    private static String line(int map, String outer, String holds, String key, String entries) {
        return line(
                "node/0b2a1c7e-4f0e-4b7e-9d3c-1f2a3b4c5d6e/" + map + "/2026-11-27T12:00:00.5Z",
                outer,
                holds,
                key,
                entries);
    }

    private static String line(String identity, String outer, String holds, String key, String entries) {
        return "{\"identity\":\"" + identity + "\",\"pin\":\"/sys/fs/bpf/acme\",\"map\":\"" + outer + "\",\"holds\":\""
                + holds + "\",\"key\":" + key + ",\"entries\":[" + entries + "],\"exact\":true,\"doubts\":[]}\n";
    }

    /** An entry of a line. */
    private static String entry(long packets, long bytes) {
        return "{\"key\":\"10.0.0.1\",\"value\":{\"packets\":" + packets + ",\"bytes\":" + bytes + "}}";
    }

    /** The line of a map of customer 1 with five packets. */
    private void write(MapIdentity identity) throws IOException {
        Files.writeString(file, line(identity.text(), "customer", "counts", "1", entry(5, 500)));
    }

    /**
     * The command was killed between writing the line and acknowledging the map, so the service gets the map, too; perhaps under another name of the
     * machine, because somebody has forgotten --machine.
     */
    @ParameterizedTest
    @CsvSource({"true, ", "true, another%", "false, another"})
    void aMapOfAKilledDrainCommandIsStoredOnce(boolean isServiceFirst, @Nullable String machine) throws Exception {
        count(1, 1, 5);
        assertThatThrownBy(() -> bpf.customer().drainAll(drained -> {
                    MapIdentity same = drained.identity();
                    write(
                            machine == null
                                    ? same
                                    : new MapIdentity(
                                            machine,
                                            same.bootId(),
                                            same.mapId(),
                                            same.takenOut(),
                                            same.outerMap(),
                                            same.outerKey()));
                    throw new IllegalStateException("killed");
                }))
                .isInstanceOf(DrainException.class);
        MemoryFaults.of(bpf).crash();

        store = JdbcStore.of(source(), clock);
        try (LogRecords log = LogRecords.of("dev.nestmap.jdbc")) {
            assertThat(isServiceFirst ? 1 : bill().importFile(file)).isOne();
            for (int drain = 0; drain < 4; drain++) {
                bpf.customer().drainAll(bill());
                count(2, 1, 1);
                pass(Duration.ofMinutes(1));
            }
            assertThat(packets()).isEqualTo(5 + 3);
            assertThat(bill().importFile(file)).isZero();
            assertThat(packets()).isEqualTo(5 + 3);
            assertThat(log.messages().stream().anyMatch(message -> message.contains("the machine has another name")))
                    .isEqualTo(machine != null);
        }
    }

    @Test
    void rowsThatSomebodyRemovesAreMissed() throws Exception {
        store = JdbcStore.of(source(), clock);
        countAndDrain(1);
        countAndDrain(2);
        execute("delete from nestmap_stored");
        pass(Duration.ofMinutes(1));
        try (LogRecords log = LogRecords.of("dev.nestmap.jdbc")) {
            countAndDrain(3);
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains("somebody has removed rows of nestmap_stored");
        }
    }

    @Test
    void anImportedMapStaysKnown() throws Exception {
        store = JdbcStore.of(source(), clock);
        countAndDrain(2);
        count(1, 1, 5);
        bpf.customer().drainAll(drained -> {
            write(drained.identity());
            assertThat(bill().importFile(file)).isEqualTo(1);
            bill().drain(drained);
        });
        for (int drain = 0; drain < 3; drain++) {
            pass(Duration.ofMinutes(1));
            countAndDrain(2);
        }
        assertThat(packets()).isEqualTo(5 + 4);
        assertThat(bill().importFile(file)).isZero();
        assertThat(packets()).isEqualTo(5 + 4);
    }

    @Test
    void eachMapOfAFileIsImportedOnce() throws Exception {
        String first = line(1, "customer", "counts", "7", entry(5, 500));
        String refused = line(2, "customer", "counts", "8", entry(1000000, 1));
        String last = line(
                3, "customer", "counts", "9", "{\"key\":\"10.0.0.1\",\"value\":{\"packets\":\"6\",\"bytes\":600}}");
        String others = line(4, "site_requests", "misses", "0", "{\"key\":80,\"value\":3}")
                + line(
                        5,
                        "cpu_customer",
                        "counts",
                        "9",
                        "{\"key\":1,\"values\":[{\"packets\":2,\"last_seen\":7},{\"packets\":3,\"last_seen\":9}]}");
        Files.writeString(file, first + refused + others + last);

        assertThatThrownBy(() -> bill().importFile(file))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        e -> assertThat(e.isDatabaseAway()).isFalse())
                .hasMessageContaining("node/0b2a1c7e-4f0e-4b7e-9d3c-1f2a3b4c5d6e/2/");
        assertThat(packets()).isEqualTo(11);
        Files.writeString(file, first + others + last);
        assertThat(bill().importFile(file)).isZero();
        assertThat(packets()).isEqualTo(11);

        assertThat(store.maps(bpf.cpuCustomer(), CpuSender::plus)
                        .insert(
                                INSERT,
                                (rows, customer, sender) -> rows.add(
                                        sender.packets(),
                                        ChronoUnit.NANOS.between(Instant.EPOCH, sender.lastSeen()),
                                        customer,
                                        "x"))
                        .importFile(file))
                .isEqualTo(1);
        assertThat(number("select packets + bytes from sent where sender = 'x'"))
                .isEqualTo(5 + 9);
    }

    /** More rows than the store adds up at once, each twice. */
    @Test
    void aLargeMapOfAFileIsAddedInParts() throws Exception {
        int senders = 12_000;
        StringBuilder entries = new StringBuilder();
        for (int i = 0; i < 2 * senders; i++) {
            String address = "10." + i % senders / 256 + "." + i % 256 + ".1";
            entries.append(i == 0 ? "" : ",")
                    .append("{\"key\":\"" + address + "\",\"value\":{\"packets\":1,\"bytes\":100}}");
        }
        Files.writeString(file, line(1, "customer", "counts", "7", entries.toString()));

        assertThat(bill().importFile(file)).isEqualTo(1);

        assertThat(packets()).isEqualTo(2L * senders);
        assertThat(number("select sum(bytes) from sent")).isEqualTo(200L * senders);
    }

    /** Also if the service had stored the report, and was killed before it was acknowledged. */
    @Test
    void theMissesOfAFileAreImportedOnce() throws Exception {
        ReportStore<Long, VisitMap> reports = store.reports(bpf.site())
                .insert("insert into sent values (?, ?, ?, ?)", (rows, report) -> {
                    report.missed().forEach((port, packets) -> rows.add(port, "missed", packets, report.lostSoFar()));
                    rows.add(-1, "refused" + report.refused(), report.refused(), report.isExact() ? 1 : 0);
                });
        String misses = line(1, "site_requests", "misses", "0", "{\"key\":80,\"value\":3},{\"key\":9,\"value\":\"4\"}");
        String others = line(2, "customer", "counts", "7", "") + line(3, "other_requests", "misses", "0", "");
        String more = line(4, "site_requests", "misses", "0", "{\"key\":443,\"value\":1}");
        Files.writeString(file, misses + others);

        assertThat(reports.importFile(file, port -> port == 80 || port == 443)).isEqualTo(1);
        Files.writeString(file, misses + others + more);
        assertThat(reports.importFile(file, port -> port == 80 || port == 443)).isEqualTo(1);

        assertThat(number("select sum(packets) from sent where customer = 80")).isEqualTo(3);
        assertThat(number("select sum(packets) from sent where customer = 443")).isEqualTo(1);
        assertThat(number("select sum(packets) from sent where customer = -1")).isEqualTo(4);
        assertThat(number("select count(*) from sent")).isEqualTo(4);
    }

    /** Keys come from packets. The server of requests refuses the same ones. */
    @Test
    void aKeyThatTheRecordRefusesIsNotMissedInAFile() throws Exception {
        ReportStore<Usage.Listener, VisitMap> reports = store.reports(bpf.listener())
                .insert("insert into sent values (?, ?, ?, ?)", (rows, report) -> {
                    report.missed().forEach((key, packets) -> rows.add(key.port(), "missed", packets, 0));
                    rows.add(-1, "refused", report.refused(), 0);
                });
        Files.writeString(
                file,
                line(
                        1,
                        "listener_requests",
                        "misses",
                        "0",
                        "{\"key\":{\"host\":1,\"port\":80},\"value\":3},{\"key\":{\"host\":1,\"port\":0},\"value\":4}"));

        assertThat(reports.importFile(file, key -> true)).isEqualTo(1);

        assertThat(number("select packets from sent where customer = 80")).isEqualTo(3);
        assertThat(number("select packets from sent where customer = -1")).isEqualTo(4);
        assertThat(number("select count(*) from sent")).isEqualTo(2);
    }

    @Test
    void missesOfMapsWithoutKeysAreStored() throws Exception {
        Files.writeString(file, line(1, "login_requests", "misses", "0", "{\"key\":80,\"value\":3}"));
        assertThat(store.reports(bpf.login())
                        .insert(
                                "insert into missed values (?, ?)",
                                (rows, report) -> report.missed().forEach(rows::add))
                        .importFile(file, host -> true))
                .isEqualTo(1);
        assertThat(number("select packets from missed where port = 80")).isEqualTo(3);
    }

    /** Programs take texts from packets, so a file may have any bytes: {@code nestmap drain} writes them in hexadecimal digits. */
    @Test
    void aKeyWithOtherBytesIsNotMissedInAFile() throws Exception {
        ReportStore<String, VisitMap> reports = store.reports(bpf.host())
                .insert("insert into sent values (?, ?, ?, ?)", (rows, report) -> {
                    report.missed().forEach((name, packets) -> rows.add(name.length(), name, packets, 0));
                    rows.add(-1, "refused", report.refused(), 0);
                });
        Files.writeString(
                file,
                line(
                        1,
                        "host_requests",
                        "misses",
                        "0",
                        "{\"key\":\"web\",\"value\":3},{\"key\":{\"(bytes)\":\"ff61000000000000\"},\"value\":4},"
                                + "{\"key\":{\"(bytes)\":\"7765620041000000\"},\"value\":5}"));

        assertThat(reports.importFile(file, name -> true)).isEqualTo(1);
        assertThat(reports.importFile(file, name -> true)).isZero();

        assertThat(number("select packets from sent where customer = 3")).isEqualTo(3);
        assertThat(number("select packets from sent where customer = -1")).isEqualTo(4 + 5);
        assertThat(number("select count(*) from sent")).isEqualTo(2);
    }

    @Test
    void aLineThatCanNotBeReadIsNamed() throws Exception {
        String first = line(1, "customer", "counts", "7", entry(5, 500));
        for (String bad : List.of(
                line(2, "customer", "counts", "7", "{\"key\":\"10.0.0.1\",\"value\":{\"drops\":5}}"),
                line(3, "customer", "counts", "\"x\"", ""),
                "{\"identity\":1,\"pin\":\"/sys/fs/bpf/acme\",\"map\":\"customer\",\"holds\":\"counts\"}\n",
                "no JSON\n",
                "{\"map\":\n")) {
            Files.writeString(file, first + bad);
            assertThatThrownBy(() -> bill().importFile(file))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("line 2 of " + file + " can't be read");
        }
        Files.writeString(file, line(4, "customer", "counts", "8", entry(1000000, 1)) + "no JSON\n");
        assertThatThrownBy(() -> bill().importFile(file))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getSuppressed())
                        .as("the database refuses the line before it")
                        .hasExactlyElementsOfTypes(StoreException.class));
        Files.writeString(file, first + "{\"map\":");
        assertThatThrownBy(() -> bill().importFile(file))
                .hasMessageContaining("line 2 of " + file + " is not complete");
        assertThat(packets()).isEqualTo(5);
    }

    /** PostgreSQL would answer the commit with a rollback. */
    @Test
    void aMapperThatCatchesTheExceptionLosesNothing() throws Exception {
        for (int sender = 0; sender < 600; sender++) { // more than a batch
            count(1, sender, 1_000_000);
        }

        requireFailure(
                store.maps(bpf.customer()).insert(INSERT, (rows, customer, sender) -> {
                    try {
                        add(rows, customer, sender);
                    } catch (RuntimeException e) {
                        // it is only one row
                    }
                }),
                "the database has refused map");
        assertThat(identities()).isZero();
    }

    @Test
    void statementsOfUsersDoNotEndTheTransaction() throws Exception {
        count(1, 1, 5);
        MapStore<Long, SenderMap, Sender> inserting = store.maps(bpf.customer()).execute((connection, drained) -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("insert into sent values (1, 'x', 1, 1)");
            }
        });

        requireFailure(
                inserting.execute((connection, drained) -> connection.commit()),
                "commit of the connection of a JdbcStore: the store commits when the action has returned");
        assertThat(packets()).isZero();

        bpf.customer().drainAll(inserting);
        assertThat(packets()).isEqualTo(1);
    }

    /** Otherwise the database has the counts without the identity, or neither, and the map is acknowledged. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void anActionThatCatchesTheFailureThatEndsTheTransactionStoresNothing(boolean isLast) throws Exception {
        boolean[] fails = {false};
        ConnectionAction<Object> action = (connection, stored) -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(fails[0] ? failureThatEndsTheTransaction() : "select 1");
            } catch (SQLException e) {
                // it is only a statistic
            }
        };
        MapStore<Long, SenderMap, Sender> maps = store.<Long, Sender, SenderMap>maps(bpf.customer());
        MapStore<Long, SenderMap, Sender> counting = isLast
                ? maps.add("sent", KEYS, NUMBERS).execute(action)
                : maps.execute(action).add("sent", KEYS, NUMBERS);
        count(1, 1, 2);
        bpf.customer().drainAll(counting);
        fails[0] = true;
        count(1, 1, 5);

        requireFailure(counting, messageOfEndedTransaction());
        MissReport<Long> report = report(1, 2);
        ReportStore<Long, VisitMap> reports =
                isLast ? missed().execute(action) : store.reports(bpf.site()).execute(action);
        assertThatThrownBy(() -> reports.missed(report)).hasMessageContaining(messageOfEndedTransaction());

        assertThat(packets()).isEqualTo(2);
        assertThat(number("select count(*) from missed")).isZero();
        assertThat(identities()).isEqualTo(1);
        fails[0] = false;
        assertThat(bpf.customer().drainAll(counting)).isEqualTo(1);
        assertThat(packets()).isEqualTo(7);
    }

    @Test
    void oneConnectionForTwoThreadsIsRefused() throws Exception {
        try (Connection only = source().getConnection()) {
            JdbcStore inner = JdbcStore.of(returning(only));
            count(1, 1, 5);
            requireFailure(
                    inner.maps(bpf.customer())
                            .execute((connection, drained) ->
                                    bill(inner, bpf.customer()).drain(drained)),
                    "returns a connection that another thread is using");
        }
    }

    private static DataSource returning(Connection only) {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (self, method, arguments) -> only);
    }

    /** A pool gives the connection to others. */
    @Test
    void leavesTheIsolationOfAConnectionAsItWas() throws Exception {
        try (Connection only = source().getConnection()) {
            only.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
            Connection pooled = (Connection) Proxy.newProxyInstance(
                    Connection.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (self, method, arguments) -> switch (method.getName()) {
                        case "close" -> null;
                        case "hashCode" -> 1;
                        default -> method.invoke(only, arguments);
                    });
            count(1, 1, 5);
            bpf.customer().drainAll(bill(JdbcStore.of(returning(pooled)), bpf.customer()));

            assertThat(only.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_UNCOMMITTED);
            assertThat(only.getAutoCommit()).isTrue();
        }
        assertThat(packets()).isEqualTo(5);
    }

    /** Such as a data source that returns the same connection again. */
    @Test
    void saysWhoHasClosedTheConnection() throws Exception {
        try (Connection only = source().getConnection()) {
            MapStore<Long, SenderMap, Sender> onceBill =
                    JdbcStore.of(returning(only)).maps(bpf.customer()).insert(INSERT, JdbcStoreContract::add);
            count(1, 1, 5);
            bpf.customer().drainAll(onceBill);
            count(1, 1, 7);
            requireFailure(onceBill, "the data source has returned a closed connection. The store closes");
        }
        bpf.customer().drainAll(bill());
        assertThat(packets()).isEqualTo(12);
    }

    @Test
    void saysThatTheTablesAreMissing() throws Exception {
        execute("drop table nestmap_stored");
        count(1, 1, 5);
        requireFailure(bill(), "Call createTables of JdbcStore at the start");
        store.createTables();
        execute("drop table sent");
        assertThatThrownBy(() -> bpf.customer().drainAll(bill()))
                .satisfies(problem -> assertThat(problem.toString()).doesNotContain("createTables"));
    }

    @Test
    void aStoreWithoutAStatementSaysSo() {
        count(1, 1, 5);
        requireFailure(store.maps(bpf.customer()), "no statement says how to store the maps of customer");
    }

    private MapStore<Long, UsageBpf.RecentMap, Recent> recent() {
        return store.maps(bpf.recentCustomer())
                .insert(
                        "insert into sent values (?, 'x', ?, 0)",
                        (rows, customer, recent) -> rows.add(customer, recent.packets()));
    }

    /** A lower bound in a bill must be seen. */
    @Test
    void aMapWithDoubtsIsLogged() throws Exception {
        bpf.recentCustomer().getOrCreate(1).put(new Recent(1, 5));
        try (LogRecords log = LogRecords.of("dev.nestmap.jdbc")) {
            bpf.recentCustomer().drainAll(recent());
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains("the stored counts of recent_customer at key", "EVICTS");
        }
    }

    /** The map is stored, so the drain must not say that it is not. */
    @Test
    void aLogThatFailsAfterTheCommitChangesNothing() throws Exception {
        bpf.recentCustomer().getOrCreate(1).put(new Recent(1, 5));
        try (LogRecords log = LogRecords.failingAt(1, "dev.nestmap.jdbc")) {
            assertThat(bpf.recentCustomer().drainAll(recent())).isEqualTo(1);
            assertThat(log.hasFailed()).isTrue();
        }
        assertThat(bpf.recentCustomer().waitingCount()).isZero();
    }

    /** Two services write the same rows; the database refuses one of two transactions that meet. */
    @Test
    void transactionsThatMeetAreTriedAgain() throws Exception {
        checkTransactionsThatMeet();
    }

    final void checkTransactionsThatMeet() throws Exception {
        List<UsageBpf> services = new ArrayList<>();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            UsageBpf service = UsageBpf.inMemory();
            services.add(service);
            JdbcStore own = JdbcStore.of(source()).withName("service" + i);
            MapStore<Long, SenderMap, Sender> adding = bill(own, service.customer());
            int order = i;
            Runnable work = () -> {
                for (int round = 0; round < 25; round++) {
                    for (int sender = 0; sender < 8; sender++) {
                        int number = order % 2 == 0 ? sender : 7 - sender; // deadlocks
                        service.customer().getOrCreate(1L).put(new Sender(address(number), 1, 100));
                    }
                    while (true) {
                        try {
                            service.customer().drainAll(adding);
                            break;
                        } catch (DrainException e) { // still refused after ten tries
                            assertThat(e.toString() + e.getCause()).containsAnyOf("after 10 tries", "SQLITE_BUSY");
                        }
                    }
                }
            };
            running.add(CompletableFuture.runAsync(work, each -> new Thread(each).start()));
        }
        for (Future<?> one : running) {
            one.get();
        }
        services.forEach(UsageBpf::close);
        assertThat(packets()).isEqualTo(4 * 25L * 8);
    }
}
