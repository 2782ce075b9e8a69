/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.pin.PinOptions;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A machine: runs in a network namespace of its own, counts with an XDP program, and sends the traffic that is counted. The maps are
 * pinned; the agent drains them.
 */
final class MachineProcess {
    static final int FIRST_PORT = 20_000;

    /** Bytes of the UDP header. UDP includes it in the length of a datagram. */
    private static final int HEADER = 8;

    private static final int LONGEST_PAYLOAD = 400;
    private static final int BURST = 100;

    private final byte[] payload = new byte[LONGEST_PAYLOAD];
    private final InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    private final int tenants;
    private final FileChannel report;
    private long datagrams;
    private long bytes;

    private MachineProcess(int tenants, FileChannel report) throws IOException {
        this.tenants = tenants;
        this.report = report;
    }

    /** Arguments: directory of the pins, number of tenants, datagrams per second, file that gets the number of datagrams and bytes sent. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int tenants = Integer.parseInt(arguments[1]);
        List<DatagramSocket> receivers = new ArrayList<>();
        try (FleetBpf bpf = FleetBpf.open()
                        .pins(PinOptions.in(Path.of(arguments[0])))
                        .load();
                FileChannel report =
                        FileChannel.open(Path.of(arguments[3]), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            bpf.count().attach(Xdp.on("lo"));
            MachineProcess machine = new MachineProcess(tenants, report);
            for (int port = FIRST_PORT; port < FIRST_PORT + tenants; port++) {
                bpf.tenant().create(port);
                receivers.add(
                        machine.socket(port)); // nobody reads it; without it, the kernel would answer with ICMP errors
            }
            machine.run(Integer.parseInt(arguments[2]));
        } finally {
            receivers.forEach(DatagramSocket::close);
        }
    }

    private DatagramSocket socket(int port) throws IOException {
        return new DatagramSocket(new InetSocketAddress(loopback, port));
    }

    /** Sends until the parent closes the standard input. */
    private void run(int perSecond) throws IOException, InterruptedException {
        report();
        try (DatagramSocket first = socket(0);
                DatagramSocket second = socket(0)) {
            List<DatagramSocket> senders = List.of(first, second);
            Random random = new Random();
            while (!Parent.hasEnded()) {
                for (int i = 0; i < BURST; i++) {
                    send(senders.get(i % senders.size()), random);
                }
                report();
                Thread.sleep(1000L * BURST / perSecond);
            }
        }
    }

    private void send(DatagramSocket sender, Random random) throws IOException {
        int length = random.nextInt(LONGEST_PAYLOAD);
        sender.send(new DatagramPacket(payload, length, loopback, FIRST_PORT + random.nextInt(tenants)));
        datagrams++;
        bytes += length + HEADER;
    }

    /** The numbers are complete when this process has ended. */
    private void report() throws IOException {
        report.write(
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(datagrams)
                        .putLong(bytes)
                        .flip(),
                0);
    }
}
