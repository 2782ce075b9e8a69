/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.SocketFilter;
import dev.nestmap.runtime.attach.Tc;
import dev.nestmap.runtime.attach.Tcx;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.attached.RoutedNetwork.Host;
import dev.nestmap.tests.attached.RoutedNetwork.Traffic;
import dev.nestmap.tests.attached.Segmented.Counted;
import dev.nestmap.tests.maptypes.ControlGroups;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import jnr.ffi.LibraryLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Programs that call {@code nestmap_segments} count the packets and bytes that are on the network, at each hook, wherever the kernel or the
 * network card joins and cuts packets. The counters of an interface that sends no joined packet say how many there are.
 */
@KernelTest
@Timeout(120)
class SegmentsTest {
    /** An address of the server's network that no host has. */
    private static final String NOBODY = RoutedNetwork.SERVER.replaceAll("2$", "9");

    private static final int PORT = 9999;
    private static final int OTHERS = 16;
    private static final int XDP = 12;
    private static final int ETHERNET = 14;

    /** Where the packets to the server are counted, in the order of their way. */
    enum Place {
        CGROUP_EGRESS(0, false),
        TC_EGRESS(1, true),
        SENDER_EGRESS(2, true),
        ROUTER_INGRESS(3, true),
        ROUTER_EGRESS(4, true),
        RECEIVER_INGRESS(5, true),
        PACKET_SOCKET(6, true),
        SOCKET_FILTER(7, false),
        CGROUP_INGRESS(8, false);

        /** The index of its counts. */
        private final int hook;

        /** Whether programs at this place see the link header. */
        private final boolean seesLink;

        Place(int hook, boolean seesLink) {
            this.hook = hook;
            this.seesLink = seesLink;
        }
    }

    /** Who joins and cuts packets. */
    enum Offload {
        /** The sender gives joined packets to the device, as to a network card with TSO, and the receiver joins them again. */
        TSO_AND_GRO("on", "on"),
        /** The sender's kernel cuts packets after the last program. */
        GSO_AND_GRO("off", "on"),
        /** The receiver sees each packet. */
        GSO("off", "off"),
        TSO("on", "off");

        private final String sender;
        private final String receiver;

        Offload(String sender, String receiver) {
            this.sender = sender;
            this.receiver = receiver;
        }
    }

    /** What is sent. */
    enum Sent {
        TCP,
        TCP_WITH_OPTIONS,
        DATAGRAMS,
        DATAGRAMS_WITH_OPTIONS,
        CUT_DATAGRAMS,
        CUT_DATAGRAMS_WITH_OPTIONS;

        boolean hasOptions() {
            return name().endsWith("_WITH_OPTIONS");
        }

        boolean isTcp() {
            return name().startsWith("TCP");
        }

        boolean isCut() {
            return name().startsWith("CUT");
        }
    }

    /** Functions of {@code traffic.c}. JNR needs a public interface. */
    public interface Library {
        int receiver(String address, int port, int isTcp, int join);

        int packet_socket(String device);

        int close_socket(int socket);

        long receive_connection(int listener);

        long receive_datagrams(int socket, long bytes);

        int send_connection(String address, int port, long bytes, int options);

        int send_datagrams(String address, int port, int size, int segment, int times, int options);
    }

    private static final Library TRAFFIC = LibraryLoader.create(Library.class)
            .load(BpfObjects.library("traffic").toString());

    private final RoutedNetwork network = Objects.requireNonNull(opened);

    private final SegmentedBpf bpf =
            SegmentedBpf.load(BpfObjects.of("segmented", "-iquote", BpfObjects.SHIPPED_HEADERS));
    private final List<Integer> sockets = new ArrayList<>();

    /** A control group for this process alone: the programs count the packets of all its processes, so also those of the same test in another build. */
    private static final Path OUTER = ControlGroups.ofThisProcess();

    private static final Path GROUP =
            OUTER.resolve("nestmap-segments-" + ProcessHandle.current().pid());

    private static @Nullable RoutedNetwork opened;
    private static boolean hasTunnel;

    @BeforeAll
    static void openNetwork() throws Exception {
        KernelAssumptions.assume(KernelFeature.TCX);
        InstalledCommand.needInstalled("ethtool");
        Files.createDirectory(GROUP);
        enter(GROUP);
        opened = RoutedNetwork.open();
        hasTunnel = opened.tunnel();
    }

    @AfterAll
    static void closeNetwork() throws IOException {
        if (opened != null) {
            opened.close();
        }
        if (Files.exists(GROUP)) {
            enter(OUTER);
            Files.delete(GROUP);
        }
    }

    private static void enter(Path group) throws IOException {
        Files.writeString(group.resolve("cgroup.procs"), "0"); // the process that writes
    }

    @AfterEach
    void close() {
        bpf.close();
        sockets.forEach(TRAFFIC::close_socket);
    }

    static Stream<Arguments> cases() {
        return Stream.of(Offload.values())
                .flatMap(offload -> Stream.of(Sent.values())
                        .filter(sent -> !sent.hasOptions() || offload == Offload.GSO_AND_GRO)
                        .flatMap(sent -> Stream.of(RoutedNetwork.SERVER, RoutedNetwork.SERVER_V6)
                                // Connections with an extension header stall now and then over these devices (Linux
                                // 6.18).
                                .filter(server -> sent != Sent.TCP_WITH_OPTIONS || server.equals(RoutedNetwork.SERVER))
                                .map(server -> Arguments.of(offload, sent, server))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyHookCountsThePacketsOnTheNetwork(Offload offload, Sent sent, String server) throws Exception {
        offload(offload);
        int receiver = socket(() -> TRAFFIC.receiver(server, PORT, sent.isTcp() ? 1 : 0, sent.isCut() ? 1 : 0));
        attach(receiver);
        // An ARP request: others send at any time, also between an attachment and the first look at the interface.
        network.router().call(() -> TRAFFIC.send_datagrams(NOBODY, PORT, 100, 0, 1, 0));
        Egress before = egress();

        send(sent, server, receiver);

        requireAsOnTheNetwork(offload, before, EnumSet.allOf(Place.class));
    }

    static Stream<Arguments> tunneled() {
        return Stream.of(Offload.values())
                .flatMap(offload -> Stream.of(Sent.TCP, Sent.CUT_DATAGRAMS).map(sent -> Arguments.of(offload, sent)));
    }

    /** Each packet in a VXLAN tunnel has the headers of the tunnel, too, where the devices below the tunnel send it. */
    @ParameterizedTest
    @MethodSource("tunneled")
    void devicesBelowATunnelCountItsHeaders(Offload offload, Sent sent) throws Exception {
        assumeTrue(hasTunnel, "no VXLAN");
        offload(offload);
        String server = RoutedNetwork.SERVER_IN_TUNNEL;
        int receiver = socket(() -> TRAFFIC.receiver(server, PORT, sent.isTcp() ? 1 : 0, sent.isCut() ? 1 : 0));
        attach(receiver);
        network.router().call(() -> TRAFFIC.send_datagrams(NOBODY, PORT, 100, 0, 1, 0));
        Egress before = egress();

        send(sent, server, receiver);

        requireAsOnTheNetwork(offload, before, EnumSet.range(Place.TC_EGRESS, Place.PACKET_SOCKET));
        Counted outer = count(Place.SENDER_EGRESS.hook);
        Counted inner = count(Place.CGROUP_EGRESS.hook); // without headers of IP, UDP, VXLAN and Ethernet
        assertThat(inner.packets()).isEqualTo(outer.packets());
        assertThat(inner.ipBytes()).isEqualTo(outer.ipBytes() - (20 + 8 + 8 + 14) * outer.packets());
    }

    private void requireAsOnTheNetwork(Offload offload, Egress before, Set<Place> places) throws Exception {
        Map<Place, Counted> counted = settled(places);
        Egress after = egress();
        Traffic onTheNetwork = after.all().minus(before.all());
        Traffic others = after.others().minus(before.others());
        long packets = onTheNetwork.packets() - others.packets();
        // While the peer of a veth joins packets, the counters of the veth leave out the Ethernet header (veth_xdp_rcv
        // counts after it).
        int header = offload.receiver.equals("on") ? 0 : ETHERNET;
        long bytes = onTheNetwork.bytes() - others.bytes() + (ETHERNET - header) * (packets + others.packets());
        assertThat(packets).isPositive();
        counted.forEach((place, count) -> {
            assertThat(count.packets()).as("packets, %s", place).isEqualTo(packets);
            assertThat(count.ipBytes()).as("ipBytes, %s", place).isEqualTo(bytes - ETHERNET * packets);
            assertThat(count.frameBytes())
                    .as("frameBytes, %s", place)
                    .isEqualTo(place.seesLink ? bytes : bytes - ETHERNET * packets);
        });
    }

    /** The kernel cuts a large datagram into fragments behind the programs of the sender's group, and joins them before the receiver's. */
    @Test
    void aGroupSeesAFragmentedDatagramOnce() throws Exception {
        offload(Offload.GSO);
        int receiver = socket(() -> TRAFFIC.receiver(RoutedNetwork.SERVER, PORT, 0, 0));
        attach(receiver);
        int datagrams = 10;
        int size = 4_000;

        assertThat(network.client()
                        .call(() -> TRAFFIC.send_datagrams(RoutedNetwork.SERVER, PORT, size, 0, datagrams, 0)))
                .isZero();
        assertThat(network.server().call(() -> TRAFFIC.receive_datagrams(receiver, (long) size * datagrams)))
                .isEqualTo((long) size * datagrams);

        for (Place place : Place.values()) {
            boolean seesFragments = place.seesLink;
            assertThat(count(place.hook).packets())
                    .as("%s", place)
                    .isEqualTo(seesFragments ? 3 * datagrams : datagrams);
        }
    }

    /**
     * XDP has no count of segments. A veth sends each packet to a program in the driver. To a program in the network stack it sends joined
     * packets, as a network card with LRO does.
     */
    @ParameterizedTest
    @EnumSource(names = {"GENERIC", "NATIVE"})
    void xdpSeesPacketsOnlyInTheDriver(Xdp.Mode mode) throws Exception {
        offload(Offload.TSO);
        int receiver = socket(() -> TRAFFIC.receiver(RoutedNetwork.SERVER, PORT, 1, 0));
        attach(network.router(), Place.ROUTER_EGRESS, Tcx.egress("r1"));
        network.router().call(() -> bpf.program("xdp_multi").attach(Xdp.on("r0").withMode(mode)));

        send(Sent.TCP, RoutedNetwork.SERVER, receiver);

        long packets = count(Place.ROUTER_EGRESS.hook).packets();
        Counted seen = count(XDP);
        assertThat(packets).isGreaterThan(2_000);
        if (mode == Xdp.Mode.NATIVE) {
            assertThat(seen.packets()).isEqualTo(packets);
            assertThat(seen.frameBytes())
                    .isEqualTo(count(Place.ROUTER_EGRESS.hook).frameBytes());
        } else {
            assertThat(seen.packets()).isLessThan(packets / 10);
        }
    }

    private void offload(Offload offload) throws Exception {
        RoutedNetwork.set(network.client(), "c0", offload.sender, "tso", "tx-udp-segmentation");
        RoutedNetwork.set(network.router(), "r0", offload.receiver, "gro");
        RoutedNetwork.set(network.server(), "s0", offload.receiver, "gro");
    }

    private void attach(int receiver) throws Exception {
        attach(network.client(), Place.CGROUP_EGRESS, Cgroup.of(GROUP));
        attach(network.client(), Place.TC_EGRESS, Tc.egress("c0"));
        attach(network.client(), Place.SENDER_EGRESS, Tcx.egress("c0"));
        attach(network.router(), Place.ROUTER_INGRESS, Tcx.ingress("r0"));
        attach(network.router(), Place.ROUTER_EGRESS, Tcx.egress("r1"));
        attach(network.server(), Place.RECEIVER_INGRESS, Tcx.ingress("s0"));
        attach(network.server(), Place.PACKET_SOCKET, SocketFilter.of(socket(() -> TRAFFIC.packet_socket("s0"))));
        attach(network.server(), Place.SOCKET_FILTER, SocketFilter.of(receiver));
        attach(network.server(), Place.CGROUP_INGRESS, Cgroup.of(GROUP));
    }

    private void attach(Host host, Place place, Hook<? super Hook.AnyKind, ?> hook) throws Exception {
        host.call(() -> bpf.program(place.name().toLowerCase(Locale.ROOT)).attach(hook));
    }

    /** A socket of the server, which the test closes. */
    private int socket(Callable<Integer> opens) throws Exception {
        int socket = network.server().call(opens);
        assertThat(socket).as("-errno").isPositive();
        sockets.add(socket);
        return socket;
    }

    private void send(Sent sent, String server, int receiver) throws Exception {
        int options = sent.hasOptions() ? 1 : 0;
        if (sent.isTcp()) {
            long bytes = 3_000_000;
            Future<Long> received = network.server().start(() -> TRAFFIC.receive_connection(receiver));
            assertThat(network.client().call(() -> TRAFFIC.send_connection(server, PORT, bytes, options)))
                    .isZero();
            assertThat(received.get()).isEqualTo(bytes);
            return;
        }
        int times = sent.isCut() ? 50 : 500;
        int size = sent.isCut() ? 20_500 : 1_000;
        Future<Long> received = network.server().start(() -> TRAFFIC.receive_datagrams(receiver, (long) size * times));
        assertThat(network.client()
                        .call(() ->
                                TRAFFIC.send_datagrams(server, PORT, size, sent.isCut() ? 1_000 : 0, times, options)))
                .isZero();
        assertThat(received.get()).isEqualTo((long) size * times);
    }

    /** What all programs have counted, when the last one has seen the last packet. */
    private Map<Place, Counted> settled(Set<Place> places) throws InterruptedException {
        Map<Place, Counted> counted = new EnumMap<>(Place.class);
        for (int i = 0; i < 500; i++) {
            for (Place place : places) {
                counted.put(place, count(place.hook));
            }
            if (counted.values().stream().map(Counted::packets).distinct().count() == 1) {
                break;
            }
            Thread.sleep(10);
        }
        return counted;
    }

    /**
     * What the router has sent to the server's network.
     *
     * @param all what the interface has counted
     * @param others what the program there has counted that is not for the server
     */
    private record Egress(Traffic all, Traffic others) {}

    /** Both counts without a packet between program and interface: when they stay the same. */
    private Egress egress() throws Exception {
        Egress last = null;
        for (int i = 0; i < 500; i++) {
            Counted others = count(Place.ROUTER_EGRESS.hook + OTHERS);
            Egress now =
                    new Egress(network.router().traffic("r1"), new Traffic(others.buffers(), others.bufferBytes()));
            if (now.equals(last)) {
                return now;
            }
            last = now;
            Thread.sleep(10);
        }
        throw new AssertionError("the router does not stop to send: " + last);
    }

    private Counted count(int index) {
        return Objects.requireNonNull(bpf.counted().get(index));
    }
}
