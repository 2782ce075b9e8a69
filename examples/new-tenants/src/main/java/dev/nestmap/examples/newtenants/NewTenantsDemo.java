/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.newtenants;

import dev.nestmap.examples.newtenants.NewTenants.TenantPorts;
import dev.nestmap.examples.newtenants.NewTenantsBpf.TenantMap;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Sends datagrams over loopback to a thousand new ports per second. The program has no inner maps for them at first. */
public final class NewTenantsDemo {
    /** Each datagram was either counted or missed. */
    static final int EQUAL = 0;

    static final int NOT_EQUAL = 1;
    static final int NOT_RUN = 2;

    /** The ports below are those of system services. */
    private static final int FIRST_PORT = 1024;

    private static final int LAST_PORT = 65_535;

    /** The port of the discard service (RFC 863). */
    private static final int DISCARD_PORT = 9;

    private static final int TENANTS = 1_000;
    private static final int DATAGRAMS_EACH = 50;
    private static final long TENANT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** After so long without another datagram or inner map, the demo stops waiting. */
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private NewTenantsDemo() {}

    /** Exits with 0 if each datagram was counted or missed, with 1 if not, and with 2 if the example could not run. */
    public static void main(String[] args) {
        System.exit(run(System.out::println, args));
    }

    static int run(Consumer<String> out, String... args) {
        if (args.length > 0) {
            out.accept("Could not run: there is no option " + args[0] + ", and this example has none");
            return NOT_RUN;
        }
        try (NewTenantsBpf bpf = NewTenantsBpf.load(new TenantPorts(FIRST_PORT, LAST_PORT))) {
            bpf.count().attach(Xdp.on("lo"));
            try (OnDemandServer<Integer> server = bpf.tenant().serveRequests(report -> {})) {
                boolean equal = demo(bpf.tenant(), server, out);
                long ignored = bpf.ignored().get().datagrams();
                out.accept("ignored  %,7d to a port that is not a tenant".formatted(ignored));
                return equal && ignored == TENANTS ? EQUAL : NOT_EQUAL;
            }
        } catch (BpfException | IOException e) {
            out.accept("Could not run: " + e.getMessage());
            return NOT_RUN;
        }
    }

    private static boolean demo(TenantMap tenants, OnDemandServer<Integer> server, Consumer<String> out)
            throws IOException {
        long sent = send();
        long counted = counted(tenants);
        long progress = 0;
        long end = System.nanoTime() + TIMEOUT_NANOS;
        while (counted + server.statistics().missed() < sent && System.nanoTime() < end) {
            LockSupport.parkNanos(PAUSE_NANOS); // datagrams and requests may still be in flight
            counted = counted(tenants);
            if (counted + server.statistics().missed() + tenants.count() > progress) {
                progress = counted + server.statistics().missed() + tenants.count();
                end = System.nanoTime() + TIMEOUT_NANOS;
            }
        }
        out.accept("sent     %,7d datagrams to %,d ports".formatted(sent, TENANTS));
        out.accept("counted  %,7d in the maps of %,d ports".formatted(counted, tenants.count()));
        out.accept("missed   %,7d before their ports had maps"
                .formatted(server.statistics().missed()));
        return counted + server.statistics().missed() == sent && server.lostRequests() == 0;
    }

    /**
     * Sends the datagrams, and one to another port in each round. Each tenant has a receiver, because loopback would answer with ICMP
     * otherwise. Returns the number of those to tenants.
     */
    private static long send() throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        List<DatagramSocket> receivers = new ArrayList<>();
        try (DatagramSocket sender = new DatagramSocket(new InetSocketAddress(loopback, 0))) {
            for (int i = 0; i < TENANTS; i++) {
                receivers.add(new DatagramSocket(new InetSocketAddress(loopback, 0)));
            }
            long start = System.nanoTime();
            for (int i = 0; i < TENANTS * DATAGRAMS_EACH; i++) {
                // Each millisecond adds a port, and datagrams go to the 50 newest ports in turn.
                int round = i / DATAGRAMS_EACH;
                int tenant = Math.max(0, round - i % DATAGRAMS_EACH);
                sender.send(new DatagramPacket(
                        new byte[1], 1, loopback, receivers.get(tenant).getLocalPort()));
                LockSupport.parkNanos(start + round * TENANT_NANOS - System.nanoTime());
                if (i % DATAGRAMS_EACH == 0) {
                    sender.send(new DatagramPacket(new byte[1], 1, loopback, DISCARD_PORT));
                }
            }
        } finally {
            receivers.forEach(DatagramSocket::close);
        }
        return (long) TENANTS * DATAGRAMS_EACH;
    }

    private static long counted(TenantMap tenants) {
        long[] sum = {0};
        tenants.forEachEntry((port, talker) -> sum[0] += talker.datagrams());
        return sum[0];
    }
}
