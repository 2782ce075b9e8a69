/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/**
 * The database of the page about bills has each packet once: after kills and stops of the service while packets arrive, and after a
 * row that the database refuses.
 */
@KernelTest
@Tag("long")
@Timeout(600)
class BillPageTest {
    private static final int KILLS = Integer.getInteger("nestmap.kills", 2);
    private static final int CUSTOMERS = 8;
    private static final int BYTES = 100;

    /** The headers of IPv4 and UDP. */
    private static final int HEADER_BYTES = 28;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong sent = new AtomicLong();

    @TempDir
    Path directory;

    @Test
    void theDatabaseHasEachPacketOnce() throws Throwable {
        compilePage();
        NetworkNamespace.run(this::killUnderTraffic);
    }

    private void compilePage() throws IOException {
        Page page = Page.all().stream()
                .filter(any -> any.path().endsWith("docs/bill.md"))
                .findFirst()
                .orElseThrow();
        page.compile(directory);
    }

    /** systemd starts it again, as often as it needs until the interface is there. */
    @Test
    void theServiceEndsWhenItsInterfaceIsRemoved() throws Throwable {
        compilePage();
        NetworkNamespace.run(this::removeTheInterface);
    }

    private void removeTheInterface() throws Exception {
        String database = "jdbc:sqlite:" + directory.resolve("bill.db");
        try (BpfFs fs = BpfFs.mount();
                URLClassLoader classes = Page.classes(directory)) {
            Path pins = fs.path("bill");
            for (String start : List.of(" from now on", ", as an earlier run did", " from now on")) {
                boolean isSecond = start.startsWith(",");
                if (!isSecond) {
                    InstalledCommand.line("ip link add card0 type veth peer name card1");
                }
                Process service = start(classes, pins, database, "card0", "Europe/Berlin");
                try (BufferedReader output = service.inputReader()) {
                    assertThat(output.readLine())
                            .startsWith("counting at card0" + start)
                            .endsWith("0 tables wait for the database");
                    if (isSecond) {
                        InstalledCommand.line("ip link del card0");
                        assertThat(output.lines()).anyMatch(line -> line.contains("nothing counts at card0 any more"));
                        assertThat(service.waitFor()).isEqualTo(1);
                    }
                } finally {
                    service.destroyForcibly().waitFor();
                }
            }
        }
    }

    /** A row that the database refuses holds up the whole table, and no count of it is lost. */
    @Test
    void aRowThatIsRefusedComesAgain() throws Throwable {
        compilePage();
        NetworkNamespace.run(this::refuseOneCustomer);
    }

    private void refuseOneCustomer() throws Exception {
        String database = "jdbc:sqlite:" + directory.resolve("bill.db");
        try (BpfFs fs = BpfFs.mount();
                URLClassLoader classes = Page.classes(directory);
                Connection connection = DriverManager.getConnection(database)) {
            Path pins = fs.path("bill");
            billing(classes, pins, source(database)).close(); // creates the tables
            execute(
                    connection,
                    "create trigger refuse before insert on bill when new.customer = 2 begin select raise(abort, 'MISSING'); end");
            sendOneToEach(); // the programs stay attached
            Process service = start(classes, pins, database);
            try {
                assertThat(service.inputReader()
                                .lines()
                                .filter(line -> line.contains("MISSING"))
                                .findFirst())
                        .as("a drain that the database refuses")
                        .isPresent();
            } finally {
                service.destroyForcibly().waitFor();
            }
            assertThat(packets(connection)).isZero();
            execute(connection, "drop trigger refuse");
            collect(classes, pins, database);
            assertThat(packets(connection)).isEqualTo(CUSTOMERS);
        }
    }

    /** Counts from before midnight belong to the day that ends, even if a drain waits for the database at midnight. */
    @Test
    void aDayEndsWhileTheDatabaseDoesNotAnswer() throws Throwable {
        compilePage();
        NetworkNamespace.run(this::hangAtMidnight);
    }

    private void hangAtMidnight() throws Exception {
        int seconds = 10;
        while (!hangsAtMidnight(seconds)) {
            seconds *= 3;
        }
    }

    /** Returns false if midnight, which is in so many seconds, comes before the database hangs. */
    private boolean hangsAtMidnight(int seconds) throws Exception {
        String database = "jdbc:sqlite:" + directory.resolve("bill" + seconds + ".db") + "?busy_timeout=60000";
        try (BpfFs fs = BpfFs.mount();
                URLClassLoader classes = Page.classes(directory);
                Connection connection = DriverManager.getConnection(database)) {
            Path pins = fs.path("bill");
            billing(classes, pins, source(database)).close(); // creates the tables
            Instant midnight = Instant.now().plusSeconds(seconds).truncatedTo(ChronoUnit.SECONDS);
            int second = LocalTime.ofInstant(midnight, ZoneOffset.UTC).toSecondOfDay();
            ZoneOffset zone = ZoneOffset.ofTotalSeconds(second < 43_200 ? -second : 86_400 - second);
            Process service = start(classes, pins, database, "lo", zone.getId());
            try {
                sendOneToEach();
                await(() -> packets(connection) == CUSTOMERS);
                execute(connection, "begin exclusive");
                sendOneToEach();
                await(() -> isTakenOut(fs)); // the drain waits for the database
                sendOneToEach(); // into the table that takes over
                if (!Instant.now().isBefore(midnight)) {
                    return false;
                }
                await(() -> Instant.now().isAfter(midnight.plusSeconds(2)));
                execute(connection, "rollback");
                await(() -> packets(connection) == 3 * CUSTOMERS);
                assertThat(number(connection, "select count(distinct on_day) from bill"))
                        .isOne();
                return true;
            } finally {
                service.destroyForcibly().waitFor();
            }
        }
    }

    private static boolean isTakenOut(BpfFs fs) throws IOException {
        return fs.content().stream().anyMatch(pin -> pin.startsWith("bill/current-draining/"));
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            Thread.sleep(20);
        }
    }

    private static void execute(Connection database, String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void sendOneToEach() throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < CUSTOMERS; i++) {
                socket.send(new DatagramPacket(new byte[BYTES], BYTES, InetAddress.getByName(customer(i)), 9));
            }
        }
    }

    private static DataSource source(String url) {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl(url);
        return source;
    }

    private static long packets(Connection database) throws SQLException {
        return number(database, "select coalesce(sum(received_packets), 0) from bill where customer > 1");
    }

    private static long number(Connection database, String sql) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void killUnderTraffic() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        String database = "jdbc:sqlite:" + directory.resolve("bill.db");
        try (BpfFs fs = BpfFs.mount();
                URLClassLoader classes = Page.classes(directory)) {
            Path pins = fs.path("bill");
            Process service = start(classes, pins, database);
            Thread traffic = new Thread(() -> send(new Random(seed + 1)), "traffic");
            try {
                awaitPrograms(service, fs);
                traffic.start();
                for (int i = 0; i < KILLS; i++) {
                    Thread.sleep(random.nextInt(3000)); // a random moment: while it starts, or while it collects
                    boolean stops = i % 2 == 1; // as with systemctl stop
                    (stops ? stop(service) : service.destroyForcibly()).waitFor();
                    assertThat(service.exitValue())
                            .as("exit code, seed %s", seed)
                            .isEqualTo(stops ? 128 + 15 : 128 + 9);
                    service = start(classes, pins, database);
                }
            } finally {
                service.destroyForcibly().waitFor();
                over.set(true);
                traffic.join();
            }
            collect(classes, pins, database);
            try (Connection connection = DriverManager.getConnection(database);
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "select sum(received_packets), sum(received_bytes) from bill where customer > 1")) {
                row.next();
                System.out.printf(
                        "%d kills, %d packets, %d of them counted, seed %d%n", KILLS, sent.get(), row.getLong(1), seed);
                assertThat(row.getLong(1)).as("packets, seed %s", seed).isEqualTo(sent.get());
                assertThat(row.getLong(2)).as("bytes, seed %s", seed).isEqualTo(sent.get() * (BYTES + HEADER_BYTES));
            }
        }
    }

    private Process start(URLClassLoader classes, Path pins, String database) throws Exception {
        return start(classes, pins, database, "lo", "Europe/Berlin");
    }

    private Process start(URLClassLoader classes, Path pins, String database, String device, String zone)
            throws Exception {
        return new ChildVm()
                .with("-Dbill.pause=1")
                .withClassPath(directory + File.pathSeparator + System.getProperty("java.class.path"))
                .start(
                        classes.loadClass("com.acme.Main"),
                        device,
                        pins.toString(),
                        customers().toString(),
                        database,
                        zone);
    }

    /** The file of the customers. */
    private Path customers() throws IOException {
        StringBuilder lines = new StringBuilder("# who has which address\n");
        for (int i = 0; i < CUSTOMERS; i++) {
            lines.append(customer(i)).append("/32 ").append(2 + i).append('\n');
        }
        return Files.writeString(directory.resolve("customers.txt"), lines);
    }

    private static Process stop(Process service) {
        service.destroy();
        return service;
    }

    /** The programs are attached one after the other, and the table is in its slot before. */
    private static void awaitPrograms(Process service, BpfFs fs) throws InterruptedException {
        while (!Files.exists(fs.path("bill/sent-lo")) || !Files.exists(fs.path("bill/received-lo"))) {
            if (!service.isAlive()) {
                throw new AssertionError(ChildVm.output(service));
            }
            Thread.sleep(10);
        }
    }

    private void send(Random random) {
        try (DatagramSocket socket = new DatagramSocket()) {
            while (!over.get()) {
                for (int i = 0; i < 100; i++) {
                    InetAddress to = InetAddress.getByName(customer(random.nextInt(CUSTOMERS)));
                    socket.send(new DatagramPacket(new byte[BYTES], BYTES, to, 9));
                    sent.incrementAndGet();
                }
                Thread.sleep(1);
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String customer(int number) {
        return "127.0.0." + (2 + number);
    }

    /** Does what the next start of the service does, and collects once more. */
    private void collect(URLClassLoader classes, Path pins, String database) throws Exception {
        try (PageBilling billing = billing(classes, pins, source(database))) {
            billing.collect();
        }
    }

    private PageBilling billing(ClassLoader classes, Path pins, DataSource database) throws Exception {
        return PageBilling.at(classes, "lo", pins, customers(), database);
    }
}
