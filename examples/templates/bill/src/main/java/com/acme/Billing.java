package com.acme;

import com.acme.Bill.Network;
import com.acme.Bill.Traffic;
import com.acme.BillBpf.TrafficMap;
import dev.nestmap.jdbc.JdbcStore;
import dev.nestmap.jdbc.MapStore;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Tcx;
import dev.nestmap.runtime.pin.PinOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

final class Billing implements AutoCloseable {
    static final String TABLE = """
            create table if not exists bill (
                on_day date, customer bigint,
                received_packets bigint not null, received_bytes bigint not null,
                sent_packets bigint not null, sent_bytes bigint not null,
                primary key (on_day, customer))
            """;

    /** With the Ethernet header of each packet, which the interface counts, too. */
    private static final String SUMS = """
            select sum(received_packets), sum(received_bytes) + 14 * sum(received_packets),
                sum(sent_packets), sum(sent_bytes) + 14 * sum(sent_packets) from bill
            """;

    private final BillBpf bpf;
    private final DataSource database;
    private final ZoneId zone;
    private final MapStore<Long, TrafficMap, Traffic> bill;

    /** Counts at an interface: from now on, and even while the service is down. */
    static Billing at(String device, Path pins, List<Network> networks, DataSource database, ZoneId zone) throws Exception {
        return new Billing(BillBpf.open()
                .rows(new Bill.Rows(Bill.ROWS))
                .pins(PinOptions.in(pins))
                .prepare(loaded -> { // before the first packet
                    loaded.network().putAll(networks);
                    loaded.current().getOrCreate(0);
                })
                .attach(BillBpf.COUNT_RECEIVED, Tcx.ingress(device), LinkPin.at(Path.of("received-" + device)))
                .attach(BillBpf.COUNT_SENT, Tcx.egress(device), LinkPin.at(Path.of("sent-" + device)))
                .load(), database, zone);
    }

    Billing(BillBpf bpf, DataSource database, ZoneId zone) throws Exception {
        this.bpf = bpf;
        this.database = database;
        this.zone = zone;
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute(TABLE);
        }
        JdbcStore store = JdbcStore.of(database);
        store.createTables(); // for the identities of maps
        bill = store.maps(bpf.current()).add(
                "bill",
                Map.of("on_day", (map, slot, traffic) -> day(map.takenOut()),
                        "customer", (map, slot, traffic) -> traffic.customer()),
                Map.of("received_packets", Traffic::receivedPackets, "received_bytes", Traffic::receivedBytes,
                        "sent_packets", Traffic::sentPackets, "sent_bytes", Traffic::sentBytes));
    }

    /** Adds to the database what was counted since the last call, and what earlier runs left, even after a kill. */
    void collect() {
        bpf.current().drainAll(bill);
    }

    /** From now on, exactly these networks are customers'. */
    void assign(List<Network> networks) {
        bpf.network().replaceAll(networks);
    }

    /** Gives the next day a table of its own, even if the database is away. The old table waits for {@link #collect}. */
    void endDay() {
        try (Displaced<Long, TrafficMap> ended = bpf.current().rotate(0)) { // not acknowledged, so it waits
        }
    }

    Instant midnightAfter(Instant now) {
        return LocalDate.ofInstant(now, zone).plusDays(1).atStartOfDay(zone).toInstant();
    }

    /** The day of a map's counts: that of the second before the map was taken out, because endDay runs just after midnight. */
    LocalDate day(Instant takenOut) {
        return LocalDate.ofInstant(takenOut.minusSeconds(1), zone);
    }

    /** What all rows of the bill have, and what the interface has counted: they differ by what it counted before the first start. */
    String sums(String device) throws SQLException, IOException {
        String[] seen = Files.readAllLines(Path.of("/proc/thread-self/net/dev")).stream()
                .map(line -> line.strip().split("[:\\s]+"))
                .filter(columns -> columns[0].equals(device))
                .findFirst()
                .orElseThrow(() -> new IOException(device + " was removed"));
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet sum = statement.executeQuery(SUMS)) {
            sum.next();
            return "received and sent, packets/bytes: %d/%d and %d/%d in the bill, %s/%s and %s/%s at %s".formatted(
                    sum.getLong(1), sum.getLong(2), sum.getLong(3), sum.getLong(4), seen[2], seen[1], seen[10], seen[9], device);
        }
    }

    /** The tables that the database has not stored yet. */
    long waiting() {
        return bpf.current().waitingCount();
    }

    /** Closes the maps of this process. The programs keep counting. */
    @Override
    public void close() {
        bpf.close();
    }
}
