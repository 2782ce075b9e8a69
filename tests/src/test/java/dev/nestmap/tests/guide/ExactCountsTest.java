/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.schema.PinNames;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The database of the page about exact counts has each packet once: after kills and stops of the service while packets arrive, and after a
 * row that the database refuses.
 */
@KernelTest
@Tag("long")
@Timeout(600)
class ExactCountsTest {
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
                .filter(any -> any.path().endsWith("programs/exact-counts.md"))
                .findFirst()
                .orElseThrow();
        page.compile(directory);
    }

    /** A row that the database refuses, as if the partition of a new customer were missing. */
    @Test
    void aRowThatIsRefusedHoldsUpNoOtherCustomer() throws Throwable {
        compilePage();
        NetworkNamespace.run(this::refuseOneCustomer);
    }

    private void refuseOneCustomer() throws Exception {
        String database = "jdbc:h2:file:" + directory.resolve("usage") + ";WRITE_DELAY=0;AUTO_SERVER=TRUE";
        try (BpfFs fs = BpfFs.mount();
                URLClassLoader classes = Page.classes(directory);
                Connection connection = DriverManager.getConnection(database)) {
            Path pins = fs.path("usage");
            counter(classes, pins, source(database)).close(); // creates the tables
            execute(connection, "alter table sent add constraint missing check (customer <> '" + customer(0) + "')");
            for (int run = 1; run <= 3; run++) {
                Process service = start(classes, pins, database);
                CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> ChildVm.output(service));
                try {
                    awaitMaps(service, fs);
                    for (int packets = 0; packets < 2; packets++) { // the second after a drain that has failed
                        sendOneToEach();
                        sent.addAndGet(CUSTOMERS - 1);
                        while (packets(connection) < sent.get()) {
                            assertThat(service.isAlive()).as("run %s", run).isTrue();
                            Thread.sleep(10);
                        }
                    }
                } finally {
                    service.toHandle().destroyForcibly(); // keeps the output, unlike that of Process
                    service.waitFor();
                }
                assertThat(output.get()).contains("DrainException", "MISSING");
            }
            execute(connection, "alter table sent drop constraint missing");
            collect(classes, pins, database);
            assertThat(packets(connection)).isEqualTo(sent.get() + 6);
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
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(url);
        return source;
    }

    private static long packets(Connection database) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery("select coalesce(sum(packets), 0) from sent")) {
            row.next();
            return row.getLong(1);
        }
    }

    private void killUnderTraffic() throws Exception {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        String database = "jdbc:h2:file:" + directory.resolve("usage") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
        try (BpfFs fs = BpfFs.mount();
                URLClassLoader classes = Page.classes(directory)) {
            Path pins = fs.path("usage");
            Process service = start(classes, pins, database);
            Thread traffic = new Thread(() -> send(new Random(seed + 1)), "traffic");
            try {
                awaitMaps(service, fs);
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
                    ResultSet row = statement.executeQuery("select sum(packets), sum(bytes) from sent")) {
                row.next();
                System.out.printf(
                        "%d kills, %d packets, %d of them counted, seed %d%n", KILLS, sent.get(), row.getLong(1), seed);
                assertThat(row.getLong(1)).as("packets, seed %s", seed).isEqualTo(sent.get());
                assertThat(row.getLong(2)).as("bytes, seed %s", seed).isEqualTo(sent.get() * (BYTES + HEADER_BYTES));
            }
        }
    }

    private Process start(URLClassLoader classes, Path pins, String database) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("lo", pins.toString(), database));
        for (int i = 0; i < CUSTOMERS; i++) {
            arguments.add(customer(i));
        }
        return new ChildVm()
                .with("-Dusage.pause=0")
                .withClassPath(directory + File.pathSeparator + System.getProperty("java.class.path"))
                .start(classes.loadClass("com.acme.Main"), arguments.toArray(String[]::new));
    }

    private static Process stop(Process service) {
        service.destroy();
        return service;
    }

    /** Before the maps are in their slots, the program does not count. */
    private static void awaitMaps(Process service, BpfFs fs) throws IOException, InterruptedException {
        while (!Files.exists(fs.path("usage/count")) || files(fs.path("usage/customer-inner")) < CUSTOMERS) {
            if (!service.isAlive()) {
                throw new AssertionError(ChildVm.output(service));
            }
            Thread.sleep(10);
        }
    }

    private static long files(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(directory)) {
            // A map is in its slot when its pin has lost this ending.
            return files.filter(pin -> !pin.toString().endsWith(PinNames.NEXT)).count();
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
    private static void collect(URLClassLoader classes, Path pins, String database) throws Exception {
        try (AutoCloseable counter = counter(classes, pins, source(database))) {
            method(counter, "collect").invoke(counter);
        }
    }

    private static AutoCloseable counter(ClassLoader classes, Path pins, DataSource database)
            throws ReflectiveOperationException {
        Constructor<?> constructor = classes.loadClass("com.acme.UsageCounter")
                .getDeclaredConstructor(Path.class, Xdp.class, DataSource.class);
        constructor.setAccessible(true);
        return (AutoCloseable) constructor.newInstance(pins, Xdp.on("lo"), database);
    }

    private static Method method(Object counter, String name, Class<?>... parameters) throws NoSuchMethodException {
        Method method = counter.getClass().getDeclaredMethod(name, parameters);
        method.setAccessible(true);
        return method;
    }
}
