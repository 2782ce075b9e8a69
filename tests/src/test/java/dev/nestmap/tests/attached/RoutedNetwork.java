/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * A client and a server, with a router between them, each in its own network namespace: {@code c0 - r0} and {@code r1 - s0}. The devices send
 * nothing by themselves, and {@code r1} cuts everything into packets, so its counters count what is on the network.
 */
final class RoutedNetwork implements AutoCloseable {
    static final String CLIENT = "10.9.1.2";
    static final String SERVER = "10.9.2.2";
    static final String SERVER_IN_TUNNEL = "10.8.2.2";
    static final String SERVER_V6 = "fd09:2::202";

    private static final Path DEVICES = Path.of("/proc/thread-self/net/dev");
    private static final String[] CUTS = {
        "tso", "tx-udp-segmentation", "tx-udp_tnl-segmentation", "tx-udp_tnl-csum-segmentation", "tx-gso-list"
    };

    /** A thread in a network namespace of its own. */
    static final class Host implements AutoCloseable {
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final int id;

        private Host() throws Exception {
            id = thread.submit(() -> {
                        NetworkNamespace.enter();
                        return Descriptors.threadId();
                    })
                    .get();
        }

        <T> T call(Callable<T> action) throws Exception {
            return thread.submit(action).get();
        }

        <T> Future<T> start(Callable<T> action) {
            return thread.submit(action);
        }

        void run(String command) throws Exception {
            thread.submit(() -> InstalledCommand.line(command)).get();
        }

        private void set(String setting, int value) throws Exception {
            thread.submit(() -> Files.writeString(Path.of("/proc/sys/net", setting), Integer.toString(value)))
                    .get();
        }

        /** What a device has sent since it exists. */
        Traffic traffic(String device) throws Exception {
            return call(() -> Traffic.of(device));
        }

        @Override
        public void close() {
            thread.shutdownNow();
        }
    }

    /** What a device has sent. */
    record Traffic(long packets, long bytes) {
        private static Traffic of(String device) throws IOException {
            String[] columns = Files.readAllLines(DEVICES).stream()
                    .map(String::strip)
                    .filter(line -> line.startsWith(device + ":"))
                    .map(line -> line.substring(device.length() + 1).strip().split("\\s+"))
                    .findFirst()
                    .orElseThrow();
            return new Traffic(Long.parseLong(columns[9]), Long.parseLong(columns[8]));
        }

        Traffic minus(Traffic other) {
            return new Traffic(packets - other.packets, bytes - other.bytes);
        }
    }

    private final Host client = new Host();
    private final Host router = new Host();
    private final Host server = new Host();

    private RoutedNetwork() throws Exception {}

    static RoutedNetwork open() throws Exception {
        RoutedNetwork network = new RoutedNetwork();
        try {
            network.connect();
        } catch (Exception | Error e) {
            network.close();
            throw e;
        }
        return network;
    }

    private void connect() throws Exception {
        for (Host host : new Host[] {client, router, server}) {
            host.set("ipv4/ip_forward", 1);
            host.set("ipv6/conf/all/forwarding", 1);
            host.set("ipv6/conf/default/accept_dad", 0);
            host.set("ipv6/conf/default/router_solicitations", 0);
        }
        router.run("ip link add r0 type veth peer name c0");
        router.run("ip link add r1 type veth peer name s0");
        router.run("ip link set c0 netns " + client.id);
        router.run("ip link set s0 netns " + server.id);
        up(client, "c0", 12);
        up(router, "r0", 11);
        up(router, "r1", 21);
        up(server, "s0", 22);
        neighbours(client, "c0", "11", "1::1");
        neighbours(router, "r0", "12", "1::2");
        neighbours(router, "r1", "22", "2::202");
        neighbours(server, "s0", "21", "2::1");
        client.run("ip route add 10.9.2.0/24 via 10.9.1.1");
        client.run("ip -6 route add fd09:2::/64 via fd09:1::1");
        server.run("ip route add 10.9.1.0/24 via 10.9.2.1");
        server.run("ip -6 route add fd09:1::/64 via fd09:2::1");
        cut(router, "r1");
    }

    private static void up(Host host, String device, int number) throws Exception {
        String network = device.equals("c0") || device.equals("r0") ? "1" : "2";
        int last = number % 10;
        host.run("ip link set " + device + " address 02:00:00:00:00:" + number);
        host.run("ip addr add 10.9." + network + "." + last + "/24 dev " + device);
        host.run("ip -6 addr add fd09:" + network + "::" + (number == 22 ? "202" : last) + "/64 dev " + device
                + " nodad");
        host.run("ip link set " + device + " up");
    }

    private static void neighbours(Host host, String device, String number, String v6) throws Exception {
        String address = " lladdr 02:00:00:00:00:" + number + " dev " + device + " nud permanent";
        host.run("ip neigh replace 10.9." + v6.charAt(0) + "." + number.charAt(1) + address);
        host.run("ip -6 neigh replace fd09:" + v6 + address);
    }

    /** Connects client and server by a VXLAN tunnel that sends nothing by itself. Returns whether the kernel has VXLAN. */
    boolean tunnel() throws Exception {
        return tunnel(client, CLIENT, SERVER, "c0", 1, 2) && tunnel(server, SERVER, CLIENT, "s0", 2, 1);
    }

    private static boolean tunnel(Host host, String local, String remote, String device, int number, int other)
            throws Exception {
        String add = "ip link add t0 address 02:00:00:00:03:0" + number + " type vxlan id 5 dev " + device + " local "
                + local + " remote " + remote + " dstport 4789";
        if (!host.call(() -> InstalledCommand.run((Object[]) add.split(" ")).status() == 0)) {
            return false;
        }
        host.set("ipv6/conf/t0/disable_ipv6", 1);
        host.run("ip addr add 10.8.2." + number + "/24 dev t0");
        host.run("ip link set t0 up");
        host.run("ip neigh replace 10.8.2." + other + " lladdr 02:00:00:00:03:0" + other + " dev t0 nud permanent");
        return true;
    }

    /** Makes the kernel cut buffers into packets before it gives them to this device. */
    static void cut(Host host, String device) throws Exception {
        set(host, device, "off", CUTS);
    }

    /** Turns offloads of a device on or off. */
    static void set(Host host, String device, String value, String... offloads) throws Exception {
        host.run("ethtool -K " + device
                + Arrays.stream(offloads).map(name -> " " + name + " " + value).reduce("", String::concat));
    }

    Host client() {
        return client;
    }

    Host router() {
        return router;
    }

    Host server() {
        return server;
    }

    @Override
    public void close() {
        Stream.of(client, router, server).forEach(Host::close);
    }
}
