package com.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.acme.Bill.Network;
import com.acme.Bill.Traffic;
import dev.nestmap.runtime.error.DrainException;
import dev.nestmap.types.Ipv6Prefix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** Needs no kernel and no privileges: the maps are in the Java heap. */
class BillingTest {
    private final SQLiteDataSource database = new SQLiteDataSource();
    private BillBpf bpf;

    @BeforeEach
    void open(@TempDir Path directory) {
        database.setUrl("jdbc:sqlite:" + directory.resolve("bill.db"));
        bpf = BillBpf.inMemory(new Bill.Rows(Bill.ROWS));
        bpf.current().create(0);
    }

    @AfterEach
    void close() {
        bpf.close();
    }

    @Test
    void addsEachDrainToTheRowOfTheCustomerAndTheDay() throws Exception {
        Billing billing = new Billing(bpf, database, ZoneOffset.UTC);
        for (int drain = 0; drain < 2; drain++) {
            bpf.current().get(0).put(new Traffic(2, 3, 300, 1, 100));
            bpf.current().get(0).put(new Traffic(Bill.NOBODY, 1, 40, 0, 0));
            billing.collect();
        }

        try (Connection connection = database.getConnection();
                ResultSet row = connection.createStatement().executeQuery(
                        "select sum(received_packets), sum(sent_bytes), max(on_day) from bill where customer = 2")) {
            row.next();
            assertEquals(6, row.getLong(1));
            assertEquals(200, row.getLong(2));
            long days = Math.abs(LocalDate.now(ZoneOffset.UTC).toEpochDay() - LocalDate.parse(row.getString(3)).toEpochDay());
            assertEquals(0, days / 2); // it may be midnight
        }
    }

    @Test
    void aDayEndsAtMidnightOfTheZone() throws Exception {
        Billing billing = new Billing(bpf, database, ZoneId.of("Pacific/Pago_Pago")); // UTC-11

        Instant midnight = Instant.parse("2026-11-30T11:00:00Z");
        assertEquals(midnight, billing.midnightAfter(Instant.parse("2026-11-30T10:59:57Z")));
        assertEquals(midnight.plus(Duration.ofDays(1)), billing.midnightAfter(midnight));
        assertEquals(LocalDate.parse("2026-11-29"), billing.day(Instant.parse("2026-11-30T11:00:00.004Z")));
        assertEquals(LocalDate.parse("2026-11-30"), billing.day(Instant.parse("2026-11-30T11:00:10Z")));
    }

    @Test
    void eachDayHasItsTableWhileTheDatabaseIsAway() throws Exception {
        Billing billing = new Billing(bpf, database, ZoneOffset.UTC);
        try (Connection connection = database.getConnection()) {
            connection.createStatement().execute("alter table bill rename to elsewhere");
            for (int day = 1; day <= 3; day++) {
                bpf.current().get(0).put(new Traffic(3, day, 100 * day, 0, 0));
                assertThrows(DrainException.class, billing::collect);
                billing.endDay();
                assertEquals(day + 1, billing.waiting());
            }
            connection.createStatement().execute("alter table elsewhere rename to bill");
            billing.collect();
            try (ResultSet row = connection.createStatement().executeQuery(
                    "select received_packets, received_bytes from bill where customer = 3")) {
                row.next();
                assertEquals(1 + 2 + 3, row.getLong(1));
                assertEquals(600, row.getLong(2));
            }
        }
    }

    @Test
    void readsTheCustomers(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("customers.txt");
        Files.writeString(file, "# ours\n192.0.2.0/24 2\n2001:db8::/32  3 # later\n");
        assertEquals(
                List.of(new Network(Ipv6Prefix.parse("::ffff:192.0.2.0/120"), 2), new Network(Ipv6Prefix.parse("2001:db8::/32"), 3)),
                Customers.read(file));

        for (String wrong : List.of(
                "192.0.2.0/24", "192.0.2.1/24 2", "192.0.2.0/24 1", "192.0.2.0/24 10000", "web 2", "192.0.2.0/24 2\n192.0.2.0/24 3")) {
            Files.writeString(file, wrong);
            assertThrows(IllegalArgumentException.class, () -> Customers.read(file), wrong);
        }
    }

    @Test
    void aCustomerWhoLeavesIsBilledNoMore() throws Exception {
        Billing billing = new Billing(bpf, database, ZoneOffset.UTC);
        Network first = new Network(Ipv6Prefix.parse("2001:db8:2::/48"), 2);
        Network second = new Network(Ipv6Prefix.parse("2001:db8:3::/48"), 3);
        billing.assign(List.of(first));

        billing.assign(List.of(second));

        assertEquals(1, bpf.network().count());
        assertEquals(second, bpf.network().iterator().next());
    }
}
