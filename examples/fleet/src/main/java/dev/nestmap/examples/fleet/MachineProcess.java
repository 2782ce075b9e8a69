/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What a machine has besides its agent, in a network namespace of its own: the way to Kafka, and the traffic that is counted. It sends
 * while the file {@link #TRAFFIC} exists.
 */
final class MachineProcess {
    static final int FIRST_PORT = 20_000;

    /** The Unix socket that leads to the broker. */
    static final String UPLINK = "broker.sock";

    /** The file that makes all machines send. */
    static final String TRAFFIC = "traffic";

    /** Suffix of the file that exists when the machine's network is up. */
    static final String UP = ".up";

    /** Suffix of the file with the numbers of datagrams and bytes sent. */
    static final String SENT = ".sent";

    /** Suffix of the file that exists when the machine has sent its last datagram. */
    static final String SILENT = ".silent";

    /** Bytes of the UDP header. UDP includes it in the length of a datagram. */
    private static final int HEADER = 8;

    private static final int LONGEST_PAYLOAD = 400;
    private static final int BURST = 100;
    private static final long POLL_MILLIS = 20;

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

    /** Arguments: the broker's port, number of tenants, datagrams per second, directory for files, name of the machine. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int tenants = Integer.parseInt(arguments[1]);
        Path directory = Path.of(arguments[3]);
        String name = arguments[4];
        Uplink.fromMachine(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])),
                directory.resolve(UPLINK));
        List<DatagramSocket> receivers = new ArrayList<>();
        try (FileChannel report =
                FileChannel.open(directory.resolve(name + SENT), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            MachineProcess machine = new MachineProcess(tenants, report);
            for (int port = FIRST_PORT; port < FIRST_PORT + tenants; port++) {
                receivers.add(
                        machine.socket(port)); // nobody reads it; without it, the kernel would answer with ICMP errors
            }
            machine.report();
            Files.writeString(directory.resolve(name + UP), "");
            machine.run(Integer.parseInt(arguments[2]), directory.resolve(TRAFFIC));
            Files.writeString(directory.resolve(name + SILENT), "");
            Parent.awaitEnd(); // until then, the agent needs the way to Kafka
        } finally {
            receivers.forEach(DatagramSocket::close);
        }
    }

    private DatagramSocket socket(int port) throws IOException {
        return new DatagramSocket(new InetSocketAddress(loopback, port));
    }

    private void run(int perSecond, Path traffic) throws IOException, InterruptedException {
        while (!Files.exists(traffic) && !Parent.hasEnded()) {
            Thread.sleep(POLL_MILLIS);
        }
        try (DatagramSocket first = socket(0);
                DatagramSocket second = socket(0)) {
            List<DatagramSocket> senders = List.of(first, second);
            Random random = new Random();
            while (Files.exists(traffic) && !Parent.hasEnded()) {
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

    private void report() throws IOException {
        report.write(
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(datagrams)
                        .putLong(bytes)
                        .flip(),
                0);
    }
}
