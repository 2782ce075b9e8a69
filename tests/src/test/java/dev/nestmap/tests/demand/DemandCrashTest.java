/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.demand;

import static dev.nestmap.runtime.ServedByHand.serve;
import static dev.nestmap.runtime.ServedByHand.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.jdbc.JdbcStore;
import dev.nestmap.jdbc.MapStore;
import dev.nestmap.jdbc.ReportStore;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.tests.demand.Demand.Visit;
import dev.nestmap.tests.demand.DemandBpf.VisitMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.NativeBytes;
import dev.nestmap.untyped.UntypedMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/**
 * No packet is lost when a process that creates and removes inner maps on demand is killed at random moments and started again, while
 * programs keep counting and missing. Every request is served eventually, and no leftover remains.
 */
@KernelTest
@Timeout(600)
@Tag("long")
class DemandCrashTest {
    private static final int KILLS = Integer.getInteger("nestmap.kills", 2);
    private static final long BETWEEN_PACKETS_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

    private static final int MOST_ROWS = 200;
    private static final int MOST_MICROS = 25_000;

    /** So few that a process soon serves all of them, and then takes maps, which causes requests again. */
    private static final int GUESTS = 128;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong sent = new AtomicLong();

    @TempDir
    private Path directory;

    @Test
    void losesNothing() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        String database = "jdbc:sqlite:" + directory.resolve("counts.db");
        Path object = BpfObjects.of("demand");
        try (BpfFs fs = BpfFs.mount();
                Connection connection = DriverManager.getConnection(database);
                DemandBpf bpf =
                        DemandBpf.open(object).pins(PinOptions.in(fs.path(""))).load()) {
            store(database).createTables();
            try (Statement statement = connection.createStatement()) {
                statement.execute("create table counts (packets bigint)");
            }
            Thread load = new Thread(() -> send(bpf, new Random(seed + 1)), "load");
            load.start();
            try {
                for (int i = 0; i < KILLS; i++) {
                    Process server = new ChildVm()
                            .start(
                                    Server.class,
                                    object.toAbsolutePath().toString(),
                                    fs.path("").toString(),
                                    database);
                    killAfter(random.nextInt(MOST_ROWS), random.nextInt(MOST_MICROS), connection, server);
                }
            } finally {
                over.set(true);
                load.join();
            }
            finish(bpf, store(database));

            AtomicLong left = new AtomicLong();
            List<String> pinned = new ArrayList<>();
            bpf.guest().forEach((guest, visits) -> {
                pinned.add("acme/guest-inner/" + guest);
                visits.forEach(visit -> left.addAndGet(visit.packets()));
            });
            long stored = number(connection, "select sum(packets) from counts");
            System.out.printf(
                    "%d kills, %d packets: %d drained or reported, %d lost, %d in maps%n",
                    KILLS, sent.get(), stored, lost(bpf), left.get());
            assertThat(stored + lost(bpf) + left.get()).as("seed %s", seed).isEqualTo(sent.get());
            assertThat(bpf.guest().pending()).as("seed %s", seed).isZero();
            assertThat(fs.content())
                    .as("seed %s", seed)
                    .filteredOn(path -> path.startsWith("acme/guest-inner/")
                            || path.startsWith("acme/guest-draining/")
                            || path.startsWith("acme/guest-requests-draining/"))
                    .containsExactlyInAnyOrderElementsOf(pinned);
        }
    }

    private static JdbcStore store(String database) {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl(database);
        return JdbcStore.of(source);
    }

    private static long number(Connection database, String sql) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static long lost(DemandBpf bpf) {
        long lost = 0;
        for (UntypedMap.Entry entry : UntypedMap.of(bpf, "guest_uncounted")) {
            ByteBuffer key = ByteBuffer.wrap(entry.key().toBytes()).order(ByteOrder.nativeOrder());
            ByteBuffer ofCpus = ByteBuffer.wrap(entry.value().toBytes()).order(ByteOrder.nativeOrder());
            boolean isUnrequested = key.getInt() == UncountedMap.Counter.UNREQUESTED.index();
            while (isUnrequested && ofCpus.hasRemaining()) {
                lost += ofCpus.getLong();
            }
        }
        return lost;
    }

    private static MapStore<Long, VisitMap, Visit> maps(DemandBpf bpf, JdbcStore store) {
        return store.maps(bpf.guest())
                .insert("insert into counts values (?)", (rows, guest, visit) -> rows.add(visit.packets()));
    }

    private static ReportStore<Long, VisitMap> reports(DemandBpf bpf, JdbcStore store) {
        return store.reports(bpf.guest()).insert("insert into counts values (?)", (rows, report) -> {
            report.missed().values().forEach(rows::add);
            rows.add(report.refused() + report.waiting());
        });
    }

    /** Completes the work that killed processes left unfinished. */
    private static void finish(DemandBpf bpf, JdbcStore store) {
        bpf.guest().drainWaiting(maps(bpf, store));
        OnDemandServer<Long> server = stopped(bpf.guest().serveRequests(reports(bpf, store)));
        while (bpf.guest().pending() > 0) {
            serve(server);
        }
    }

    /** Sends a packet for a new guest, or for a known one. */
    private void send(DemandBpf bpf, Random random) {
        int guests = 1;
        while (!over.get()) {
            int guest = random.nextInt(4) == 0 && guests < GUESTS ? guests++ : random.nextInt(guests);
            bpf.program("count_guest").testRun(TestRun.Input.packet(NativeBytes.packet(guest, 1)));
            sent.incrementAndGet();
            LockSupport.parkNanos(BETWEEN_PACKETS_NANOS);
        }
    }

    /** Kills a process a random time after it has stored so many rows. */
    private static void killAfter(long rows, long micros, Connection database, Process server) throws Exception {
        String counted = "select count(*) from counts";
        long before = number(database, counted);
        try {
            Await.until(
                    "the process has stored, or has ended",
                    () -> number(database, counted) >= before + rows || !server.isAlive());
            TimeUnit.MICROSECONDS.sleep(micros);
            assertThat(server.isAlive())
                    .as(() -> "the process ended: " + ChildVm.output(server))
                    .isTrue();
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    /**
     * Drains the maps that earlier processes left, completes their requests, and then serves requests and removes
     * maps until it is killed.
     */
    static final class Server {
        public static void main(String[] arguments) throws Exception {
            JdbcStore store = store(arguments[2]);
            try (DemandBpf bpf = DemandBpf.open(Path.of(arguments[0]))
                    .pins(PinOptions.in(Path.of(arguments[1])))
                    .load()) {
                finish(bpf, store);
                MapStore<Long, VisitMap, Visit> maps = maps(bpf, store);
                try (OnDemandServer<Long> server = bpf.guest().serveRequests(reports(bpf, store))) {
                    for (Random random = new Random(); server.statistics().missed() >= 0; ) {
                        List<Long> guests = bpf.guest().keys();
                        if (!guests.isEmpty()) {
                            bpf.guest()
                                    .drainLast(
                                            guests.get(random.nextInt(guests.size()))
                                                    .longValue(),
                                            maps);
                        }
                    }
                }
            }
        }
    }
}
