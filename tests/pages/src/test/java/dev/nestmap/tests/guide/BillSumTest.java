/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.tests.ProjectFiles;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jnr.ffi.LibraryLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/**
 * What the service of the page about bills has counted, for customers, for nobody, and as no IP, is what its interface has counted, for each kind
 * of traffic: none is left out.
 */
@KernelTest
@Timeout(120)
class BillSumTest {
    private static final int ETHERNET = 14;
    private static final int TAG = 4;
    private static final int PORT = 9999;
    private static final int CUSTOMER = 2;
    private static final int NOBODY = 0;
    private static final int NOT_IP = 1;

    /** Functions of {@code traffic.c}. JNR needs a public interface. */
    public interface Library {
        int receiver(String address, int port, int isTcp, int join);

        int close_socket(int socket);

        long receive_connection(int listener);

        int send_connection(String address, int port, long bytes, int options);

        int send_datagrams(String address, int port, int size, int segment, int times, int options);

        int send_frames(String device, ByteBuffer frame, int size, int times);
    }

    private static final Library TRAFFIC = LibraryLoader.create(Library.class)
            .load(InstalledClang.newest()
                    .library(ProjectFiles.ROOT.resolve("tests/src/test/resources/c/traffic.c"))
                    .toString());

    /** Packets and bytes, received and sent. */
    private record Sum(long receivedPackets, long receivedBytes, long sentPackets, long sentBytes) {
        static final Sum NONE = new Sum(0, 0, 0, 0);

        Sum minus(Sum other) {
            return new Sum(
                    receivedPackets - other.receivedPackets,
                    receivedBytes - other.receivedBytes,
                    sentPackets - other.sentPackets,
                    sentBytes - other.sentBytes);
        }

        Sum plus(Sum other) {
            return minus(NONE.minus(other));
        }

        /** Bytes with the Ethernet header of each packet. */
        Sum framed() {
            return plus(new Sum(0, ETHERNET * receivedPackets, 0, ETHERNET * sentPackets));
        }
    }

    private interface Traffic {
        void send() throws Exception;
    }

    private final ExecutorService machine = Executors.newSingleThreadExecutor();
    private final ExecutorService other = Executors.newSingleThreadExecutor();
    private final SQLiteDataSource database = new SQLiteDataSource();
    private Map<Integer, Sum> billed = new TreeMap<>();
    private Sum seen = Sum.NONE;

    /** The bytes of tags of each kind of traffic from now on, which the interface counts, and the program does not. */
    private long tags;

    private Path bpffs = Path.of("");

    @TempDir
    Path directory;

    @BeforeEach
    void connect() throws Exception {
        KernelAssumptions.assume(KernelFeature.TCX);
        InstalledCommand.needInstalled("ethtool");
        database.setUrl("jdbc:sqlite:" + directory.resolve("bill.db"));
        for (ExecutorService host : List.of(machine, other)) {
            call(host, () -> {
                NetworkNamespace.enter();
                for (String setting :
                        List.of("ipv6/conf/default/accept_dad", "ipv6/conf/default/router_solicitations")) {
                    Files.writeString(Path.of("/proc/sys/net", setting), "0");
                }
                return null;
            });
        }
        int id = call(other, Descriptors::threadId);
        run(machine, "ip link add eth0 type veth peer name c0", "ip link set c0 netns " + id);
        run(machine, "ethtool -K eth0 tso off gro off tx-udp-segmentation off", "ip addr add 10.9.1.1/24 dev eth0");
        run(machine, "ip -6 addr add fd09:1::1/64 dev eth0 nodad", "ip link set eth0 address 02:00:00:00:00:11");
        run(other, "ethtool -K c0 tso off gro off tx-udp-segmentation off", "ip addr add 10.9.1.2/24 dev c0");
        run(
                other,
                "ip -6 addr add fd09:1::2/64 dev c0 nodad",
                "ip link set c0 address 02:00:00:00:00:12",
                "ip link set c0 up");
    }

    @AfterEach
    void disconnect() {
        machine.shutdownNow();
        other.shutdownNow();
    }

    private static <T> T call(ExecutorService host, Callable<T> action) throws Exception {
        return host.submit(action).get();
    }

    private static void run(ExecutorService host, String... commands) throws Exception {
        for (String command : commands) {
            call(host, () -> {
                InstalledCommand.line(command);
                return null;
            });
        }
    }

    @Test
    void theSumOfAllRowsIsWhatTheInterfaceHasSeen() throws Exception {
        Page.all().stream()
                .filter(page -> page.path().endsWith("docs/bill.md"))
                .findFirst()
                .orElseThrow()
                .compile(directory);
        Path customers = Files.writeString(
                directory.resolve("customers.txt"), "10.9.1.1/32 " + CUSTOMER + "\nfd09:1::1/128 " + CUSTOMER + "\n");
        try (BpfFs fs = BpfFs.mount();
                URLClassLoader classes = Page.classes(directory)) {
            bpffs = fs.path("bill");
            try (PageBilling billing =
                    call(machine, () -> PageBilling.at(classes, "eth0", bpffs, customers, database))) {
                run(machine, "ip link set eth0 up");
                sendAll(billing);
            }
        }
    }

    private void sendAll(PageBilling billing) throws Exception {
        check(billing, "neighbours and multicast", 0, () -> {}, NOBODY);
        check(
                billing,
                "datagrams over IPv4, refused by ICMP, and ARP",
                20,
                () -> datagrams(other, "10.9.1.1", 100, 0),
                CUSTOMER,
                NOT_IP);
        check(
                billing,
                "datagrams over IPv6, refused by ICMPv6",
                20,
                () -> datagrams(other, "fd09:1::1", 100, 0),
                CUSTOMER);
        check(billing, "fragments", 3 * 20, () -> datagrams(other, "10.9.1.1", 4000, 0), CUSTOMER);
        check(billing, "TCP over IPv4", 2_000, () -> connection("10.9.1.1"), CUSTOMER);
        check(billing, "TCP over IPv6", 2_000, () -> connection("fd09:1::1"), CUSTOMER);
        check(
                billing,
                "a larger buffer that the kernel cuts (UDP segmentation)",
                20,
                () -> sent(other, () -> TRAFFIC.send_datagrams("10.9.1.1", PORT, 20_000, 1_000, 1, 0)),
                CUSTOMER);
        check(billing, "IP options", 20, () -> datagrams(other, "10.9.1.1", 100, 1), CUSTOMER);
        run(machine, "ip addr add 10.9.1.3/24 dev eth0");
        check(billing, "an address without a customer", 20, () -> datagrams(other, "10.9.1.3", 100, 0), NOBODY);
        run(other, "ip addr add 10.9.9.9/32 dev lo");
        run(machine, "ip route add 10.9.9.9/32 via 10.9.1.2");
        check(billing, "what this machine sends", 20, () -> datagrams(machine, "10.9.9.9", 100, 0), CUSTOMER);
        check(billing, "PPPoE", 20, () -> frames("8864" + "110000010016" + "0021" + "4500"), NOT_IP);
        check(billing, "MPLS", 20, () -> frames("8847" + "00010140" + "4500"), NOT_IP);
        check(billing, "frames with a length", 20, () -> frames("0026" + "aaaa03000000"), NOT_IP);
        check(billing, "IP in IP", 20, () -> frames("0800" + ipv4(86, 4) + ipv4(66, 17)), CUSTOMER);
        check(
                billing,
                "an IP header of another version",
                20,
                () -> frames("0800" + "65" + ipv4(86, 17).substring(2)),
                NOT_IP);
        tags = 20L * TAG; // the kernel takes the outer tag out of a frame before the program sees it
        check(billing, "VLAN", 20, () -> frames("8100" + "0005" + "0800" + ipv4(82, 17)), CUSTOMER);
        check(
                billing,
                "VLAN in VLAN (QinQ)",
                20,
                () -> frames("88a8" + "0006" + "8100" + "0007" + "0800" + ipv4(78, 17)),
                NOT_IP);
        checkShown(billing);
    }

    /** The service shows both sums, which only the tags of two kinds of traffic tell apart. */
    private void checkShown(PageBilling billing) throws Exception {
        String expected;
        String shown;
        boolean isEqual;
        int tries = 0;
        do { // neighbours may send at any time
            Thread.sleep(20L * tries);
            billing.collect();
            Sum framed = total(billed()).framed();
            seen = seen();
            expected = "received and sent, packets/bytes: " + text(framed) + " in the bill, " + text(seen) + " at eth0";
            shown = call(machine, () -> billing.sums("eth0"));
            assertThat(++tries).as("%s, and not %s", shown, expected).isLessThan(50);
            isEqual = framed.plus(new Sum(0, 2 * tags, 0, 0)).equals(seen);
        } while (!isEqual || !shown.equals(expected));
    }

    private static String text(Sum sum) {
        return sum.receivedPackets + "/" + sum.receivedBytes + " and " + sum.sentPackets + "/" + sum.sentBytes;
    }

    /** An IPv4 header of a packet to the customer. */
    private static String ipv4(int length, int protocol) {
        return "4500%04x00010000%04x0000".formatted(length, 0x4000 + protocol) + "0a090102" + "0a090101";
    }

    private static void datagrams(ExecutorService from, String to, int size, int options) throws Exception {
        for (int i = 0; i < 20; i++) { // a connected socket gets the refusal at its next datagram
            sent(from, () -> TRAFFIC.send_datagrams(to, PORT, size, 0, 1, options));
        }
    }

    private void connection(String to) throws Exception {
        int receiver = call(machine, () -> TRAFFIC.receiver(to, PORT, 1, 0));
        assertThat(receiver).isPositive();
        Future<Long> received = machine.submit(() -> TRAFFIC.receive_connection(receiver));
        sent(other, () -> TRAFFIC.send_connection(to, PORT, 3_000_000, 0));
        assertThat(received.get()).isEqualTo(3_000_000);
        TRAFFIC.close_socket(receiver);
    }

    /** Sends frames to the machine that begin like this after the addresses. */
    private void frames(String start) throws Exception {
        ByteBuffer frame = ByteBuffer.allocateDirect(100);
        String hex = "020000000011" + "020000000012" + start;
        for (int i = 0; i < hex.length() / 2; i++) {
            frame.put(i, (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16));
        }
        sent(other, () -> TRAFFIC.send_frames("c0", frame, frame.capacity(), 20));
    }

    private static void sent(ExecutorService from, Callable<Integer> send) throws Exception {
        assertThat(call(from, send)).as("-errno").isZero();
    }

    /** Sends, and requires that all rows together have what the interface has seen, and that these rows have got something. */
    private void check(PageBilling billing, String kind, long least, Traffic traffic, int... rows) throws Exception {
        Map<Integer, Sum> before = billed;
        Sum seenBefore = seen;
        traffic.send();

        int tries = 0;
        do { // neighbours may send at any time
            Thread.sleep(20L * tries);
            billing.collect();
            billed = billed();
            seen = seen();
        } while (!framed(before).equals(seen.minus(seenBefore)) && ++tries < 50);
        System.out.println(kind + ": " + seen.minus(seenBefore) + ", in the rows " + difference(before));

        assertThat(framed(before)).as(kind).isEqualTo(seen.minus(seenBefore));
        assertThat(seen.minus(seenBefore).receivedPackets()
                        + seen.minus(seenBefore).sentPackets())
                .as(kind)
                .isGreaterThanOrEqualTo(least);
        for (int row : rows) {
            assertThat(difference(before)).as(kind).containsKey(row);
        }
    }

    /** What all rows have got, with what the program does not see. */
    private Sum framed(Map<Integer, Sum> before) {
        return total(billed).minus(total(before)).framed().plus(new Sum(0, tags, 0, 0));
    }

    /** What each row has got. */
    private Map<Integer, Sum> difference(Map<Integer, Sum> before) {
        Map<Integer, Sum> added = new TreeMap<>();
        billed.forEach((row, sum) -> added.put(row, sum.minus(before.getOrDefault(row, Sum.NONE))));
        added.values().removeIf(Sum.NONE::equals);
        return added;
    }

    private static Sum total(Map<Integer, Sum> rows) {
        return rows.values().stream().reduce(Sum.NONE, Sum::plus);
    }

    private Map<Integer, Sum> billed() throws SQLException {
        Map<Integer, Sum> rows = new TreeMap<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select customer, sum(received_packets), sum(received_bytes),"
                        + " sum(sent_packets), sum(sent_bytes) from bill group by customer")) {
            while (row.next()) {
                rows.put(row.getInt(1), new Sum(row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)));
            }
        }
        return rows;
    }

    private Sum seen() throws Exception {
        return call(
                machine,
                () -> Files.readAllLines(Path.of("/proc/thread-self/net/dev")).stream()
                        .map(line -> line.strip().split("[:\\s]+"))
                        .filter(columns -> columns[0].equals("eth0"))
                        .map(columns -> new Sum(
                                Long.parseLong(columns[2]),
                                Long.parseLong(columns[1]),
                                Long.parseLong(columns[10]),
                                Long.parseLong(columns[9])))
                        .findFirst()
                        .orElseThrow());
    }
}
