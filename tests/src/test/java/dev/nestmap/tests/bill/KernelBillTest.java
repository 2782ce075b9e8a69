/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.bill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.jdbc.JdbcStore;
import dev.nestmap.jdbc.MapStore;
import dev.nestmap.jdbc.ReportStore;
import dev.nestmap.jdbc.StoreException;
import dev.nestmap.runtime.MissReport;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.DrainException;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.PostgresServer;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A day of a bill in fast motion: packets and bytes in the database are those that were sent, for each of 20 customers, although the service is
 * killed and upgraded, the database stops, and refuses one customer until the evening.
 */
@KernelTest
@Timeout(900)
@Tag("server")
@Tag("long")
class KernelBillTest extends PinningTest {
    /** Customers whose maps the service creates. */
    private static final List<Long> CONTRACTS = numbers(1, 16);

    /** Those of them that send nothing from noon to the evening. */
    private static final List<Long> IDLE = List.of(12L, 13L);

    /** Customers who come at noon, and get their maps on demand. */
    private static final List<Long> NEW = numbers(17, 20);

    /** Numbers that somebody invents. */
    private static final List<Long> INVENTED = numbers(200, 219);

    /** The customer whose row the database refuses. */
    private static final long REFUSED_ROW = 7;

    /** The rows of the table of misses for all keys that have no map. */
    private static final long REFUSED = 0;

    private static final long WAITING = -1;

    /** The size of a datagram for a new customer, because reports of misses have no bytes. */
    private static final int FIXED_SIZE = 100;

    private static final int HEADERS = 28;
    private static final LinkPin PIN = LinkPin.at(Path.of("count"));

    private final long seed = Long.getLong("nestmap.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Path object = BpfObjects.of("bill");
    private final Path later = BpfObjects.of("bill", "-DLATER");
    private final Map<Long, long[]> sent = new TreeMap<>();
    private final FutureTask<Long> traffic = new FutureTask<>(this::send);
    private volatile Time time = Time.MORNING;
    private volatile long packets;

    private enum Time {
        MORNING,
        NOON,
        EVENING,
        MIDNIGHT
    }

    private static List<Long> numbers(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void eachCustomerPaysForWhatWasSent() throws Throwable {
        NetworkNamespace.run(() -> {
            try (PostgresServer server = PostgresServer.start()) {
                createTables(server);
                try (BillBpf bpf = open(object, pins).load()) {
                    bpf.customer().createAll(CONTRACTS);
                }
                new Thread(traffic, "traffic").start();
                try {
                    spendTheDay(server);
                } finally {
                    time = Time.MIDNIGHT;
                }
                traffic.get();
                storeTheRest(server);
                requireWhatWasSent(server);
            }
        });
    }

    private void spendTheDay(PostgresServer server) throws Exception {
        killOneService(server, object, 300);
        killOneService(server, object, 1);
        time = Time.NOON;
        killOneService(server, object, 1000);
        Process service = start(server, object);
        try {
            awaitStored(server, service, 300);
            server.stop();
            awaitSent(1000);
            server.restart();
            awaitStored(server, service, 300);
        } finally {
            kill(service);
        }
        killOneService(server, later, 300); // the upgrade
        killOneService(server, later, 1);
        time = Time.EVENING;
        killOneService(server, later, 1000);
    }

    /** Kills a service after it has stored some packets more. */
    private void killOneService(PostgresServer server, Path of, int most) throws Exception {
        Process service = start(server, of);
        try {
            awaitStored(server, service, 1 + random.nextInt(most));
        } finally {
            kill(service);
        }
    }

    private Process start(PostgresServer server, Path of) throws IOException {
        return new ChildVm()
                .start(
                        Service.class,
                        fs.path("").toString(),
                        of.toString(),
                        Boolean.toString(of.equals(later)),
                        server.url());
    }

    private static void kill(Process service) throws InterruptedException {
        service.toHandle().destroyForcibly(); // keeps the output, unlike that of Process
        service.waitFor();
    }

    /** Waits until more packets are stored, of the customers that the database does not refuse. */
    private void awaitStored(PostgresServer server, Process service, long more) throws Exception {
        long before = stored(server);
        while (stored(server) < before + more) {
            if (!service.isAlive()) {
                throw new AssertionError("the service has ended, seed " + seed + ": "
                        + new String(service.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            }
            assertThat(traffic).as("traffic, seed %d", seed).isNotDone();
            Thread.sleep(5);
        }
    }

    private void awaitSent(long more) throws InterruptedException {
        long before = packets;
        while (packets < before + more) {
            assertThat(traffic).as("traffic, seed %d", seed).isNotDone();
            Thread.sleep(5);
        }
    }

    private static long stored(PostgresServer server) throws SQLException {
        return Objects.requireNonNull(query(server, "select 0, coalesce(sum(packets), 0), 0 from sent")
                .get(0L))[0];
    }

    /** The database accepts the customer. Then nothing waits, and nothing is pending. */
    private void storeTheRest(PostgresServer server) throws Exception {
        execute(server, "alter table sent drop constraint not_yet");
        try (BillLaterBpf bpf = openLater(later, pins).load()) {
            Store<BillLaterBpf.UsageMap> store = Store.of(bpf, server.url());
            OnDemandServer<Long> requests = bpf.customer().serveRequests(store);
            store.drain();
            while (bpf.customer().pending() > 0 || bpf.customer().waitingCount() > 0) {
                store.drain();
            }
            requests.close();
            store.drain();
        }
    }

    private void requireWhatWasSent(PostgresServer server) throws SQLException {
        Map<Long, long[]> drained = query(server, "select customer, packets, bytes from sent");
        Map<Long, long[]> missed = query(server, "select customer, packets, packets from missed");
        System.out.printf("%d packets sent, seed %d%n", packets, seed);
        for (Map.Entry<Long, long[]> customer : sent.entrySet()) {
            long number = customer.getKey();
            long misses = missed.getOrDefault(number, new long[2])[0];
            long[] counts = drained.getOrDefault(number, new long[2]);
            assertThat(misses > 0)
                    .as("misses of customer %d, seed %d", number, seed)
                    .isEqualTo(NEW.contains(number));
            assertThat(new long[] {counts[0] + misses, counts[1] + misses * (HEADERS + FIXED_SIZE)})
                    .as("packets and bytes of customer %d, seed %d", number, seed)
                    .isEqualTo(customer.getValue());
        }
        assertThat(sent).hasSize(20);
        assertThat(drained.keySet()).isEqualTo(sent.keySet());
        assertThat(missed.getOrDefault(REFUSED, new long[2])[0]
                        + sent.values().stream().mapToLong(counts -> counts[0]).sum())
                .as("with the invented customers, seed %d", seed)
                .isEqualTo(packets);
        assertThat(missed.getOrDefault(WAITING, new long[] {-1})[0]).isZero();
    }

    /** Sends datagrams, and receives each, so that the program has seen it. Returns their number. */
    private Long send() throws IOException {
        Random choices = new Random(seed + 1);
        long number = 0;
        try (DatagramChannel receiver =
                        DatagramChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(0));
                DatagramChannel sender = DatagramChannel.open(StandardProtocolFamily.INET)) {
            int port = ((InetSocketAddress) receiver.getLocalAddress()).getPort();
            ByteBuffer received = ByteBuffer.allocate(2048);
            while (time != Time.MIDNIGHT) {
                long customer = customer(choices);
                int size = NEW.contains(customer) ? FIXED_SIZE : 1 + choices.nextInt(200);
                byte[] address = {127, 0, 0, (byte) customer};
                sender.send(ByteBuffer.allocate(size), new InetSocketAddress(InetAddress.getByAddress(address), port));
                received.clear();
                receiver.receive(received);
                if (!INVENTED.contains(customer)) {
                    long[] counts = sent.computeIfAbsent(customer, none -> new long[2]);
                    counts[0]++;
                    counts[1] += HEADERS + size;
                }
                number++;
                packets = number;
                LockSupport.parkNanos(100_000);
            }
        }
        return number;
    }

    private long customer(Random choices) {
        Time now = time;
        while (true) {
            List<Long> group = switch (choices.nextInt(20)) {
                case 0 -> INVENTED;
                case 1, 2, 3 -> now == Time.MORNING ? CONTRACTS : NEW;
                default -> CONTRACTS;
            };
            long customer = group.get(choices.nextInt(group.size()));
            if (now != Time.NOON || !IDLE.contains(customer)) {
                return customer;
            }
        }
    }

    private static void createTables(PostgresServer server) throws SQLException {
        execute(
                server,
                "create table sent (customer bigint primary key, packets bigint, bytes bigint,"
                        + " constraint not_yet check (customer <> " + REFUSED_ROW + "))");
        execute(server, "create table missed (customer bigint primary key, packets bigint)");
    }

    private static void execute(PostgresServer server, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.url());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The second and third column by the first. */
    private static Map<Long, long[]> query(PostgresServer server, String sql) throws SQLException {
        Map<Long, long[]> found = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(server.url());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.put(rows.getLong(1), new long[] {rows.getLong(2), rows.getLong(3)});
            }
        }
        return found;
    }

    private static BillBpf.Open open(Path object, PinOptions pins) {
        return BillBpf.open(object).pins(pins).attachByName("count", Xdp.on("lo"), PIN);
    }

    private static BillLaterBpf.Open openLater(Path object, PinOptions pins) {
        return BillLaterBpf.open(object).pins(pins).attachByName("count", Xdp.on("lo"), PIN);
    }

    /** Stores maps and reports, and accepts no invented customer. */
    private record Store<M extends ReadableAccessor<?, ?>>(
            OuterAccessor<Long, M> customers, MapStore<Long, M, ?> maps, ReportStore<Long, M> reports)
            implements OnDemandServer.Listener<Long, M> {
        static Store<BillBpf.UsageMap> of(BillBpf bpf, String url) {
            return of(bpf.customer(), url, (Bill.Usage usage) -> new long[] {usage.packets(), usage.bytes()});
        }

        static Store<BillLaterBpf.UsageMap> of(BillLaterBpf bpf, String url) {
            return of(bpf.customer(), url, (BillLater.Usage usage) -> new long[] {usage.packets(), usage.bytes()});
        }

        private static <E, M extends ReadableAccessor<?, E>> Store<M> of(
                OuterAccessor<Long, M> customers, String url, Function<E, long[]> counts) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(url);
            JdbcStore store = JdbcStore.of(source);
            return new Store<>(
                    customers,
                    maps(store, customers, counts),
                    store.reports(customers)
                            .updateOrInsert(
                                    "update missed set packets = packets + ? where customer = ?",
                                    "insert into missed (packets, customer) values (?, ?)",
                                    (rows, report) -> {
                                        report.missed().forEach((customer, packets) -> rows.add(packets, customer));
                                        rows.add(report.refused(), REFUSED);
                                        rows.add(report.waiting(), WAITING);
                                    }));
        }

        private static <E, M extends ReadableAccessor<?, E>> MapStore<Long, M, E> maps(
                JdbcStore store, OuterAccessor<Long, M> customers, Function<E, long[]> counts) {
            while (true) {
                try {
                    store.createTables();
                    return store.<Long, E, M>maps(customers)
                            .add(
                                    "sent",
                                    Map.of("customer", (map, customer, usage) -> customer),
                                    Map.of(
                                            "packets", usage -> counts.apply(usage)[0],
                                            "bytes", usage -> counts.apply(usage)[1]));
                } catch (StoreException e) { // the server has not started again
                    LockSupport.parkNanos(10_000_000);
                }
            }
        }

        void drain() {
            customers.drainAll(maps);
        }

        @Override
        public void missed(MissReport<Long> report) throws Exception {
            reports.missed(report);
        }

        @Override
        public boolean accepts(Long customer) {
            return customer <= 20;
        }
    }

    /** Drains until it is killed. */
    static final class Service {
        private Service() {}

        public static void main(String[] arguments) throws Exception {
            PinOptions pins = PinOptions.in(Path.of(arguments[0]));
            Path object = Path.of(arguments[1]);
            if (Boolean.parseBoolean(arguments[2])) {
                try (BillLaterBpf bpf = openLater(object, pins).load()) {
                    Store<BillLaterBpf.UsageMap> store = Store.of(bpf, arguments[3]);
                    Objects.requireNonNull(bpf.customer().serveRequests(store));
                    drain(store);
                }
            } else {
                try (BillBpf bpf = open(object, pins).load()) {
                    Store<BillBpf.UsageMap> store = Store.of(bpf, arguments[3]);
                    Objects.requireNonNull(bpf.customer().serveRequests(store));
                    drain(store);
                }
            }
        }

        private static void drain(Store<?> store) throws InterruptedException {
            while (true) {
                try {
                    store.drain();
                } catch (DrainException e) {
                    // The database is away, or refuses a customer: its map comes again.
                }
                Thread.sleep(10);
            }
        }
    }
}
