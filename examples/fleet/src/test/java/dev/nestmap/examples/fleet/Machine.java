/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import com.acme.Agent;
import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.testing.FreePort;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A machine of the fleet: a control group whose datagrams are counted, and the agent that ships the counts. */
final class Machine implements AutoCloseable {
    private static final int FIRST_PORT = 20_000;
    private static final int TENANTS = 8;
    private static final int LONGEST_PAYLOAD = 400;

    /** Bytes of the headers of IP and UDP. */
    private static final int HEADERS = 28;

    private static final int HEAP = 64;

    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private final int port = FreePort.find();
    private final Path group;
    private final List<DatagramSocket> sockets;
    private final Child agent;
    private long datagrams;
    private long bytes;

    /** Starts the agent. */
    Machine(String name, Path pins, Path directory, String bootstrap, String topic) throws IOException {
        group = Files.createDirectory(Cgroup.root()
                .directory()
                .resolve("nestmap-" + name + "-" + ProcessHandle.current().pid()));
        sockets = socketsIn(group);
        Path client = Files.writeString(directory.resolve(name + ".properties"), "bootstrap.servers=" + bootstrap);
        Map<String, String> environment = Map.of(
                "MACHINE", name,
                "CGROUP", group.toString(),
                "TENANTS",
                        IntStream.range(FIRST_PORT, FIRST_PORT + TENANTS)
                                .mapToObj(Integer::toString)
                                .collect(Collectors.joining(",")),
                "TOPIC", topic,
                "INTERVAL", "PT0.5S",
                "PORT", Integer.toString(port),
                "SPOOL", directory.resolve(name + "-spool").toString());
        agent = new Child(
                "agent",
                directory.resolve(name + ".log"),
                environment,
                HEAP,
                Agent.class,
                pins.resolve(name).toString(),
                client.toString());
    }

    /** Opens two sockets as a process of the group, which they stay in. */
    private static List<DatagramSocket> socketsIn(Path group) throws IOException {
        String own = Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                .filter(line -> line.startsWith("0::/"))
                .map(line -> line.substring("0::/".length()))
                .findFirst()
                .orElseThrow();
        enter(group);
        List<DatagramSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                sockets.add(new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
            }
        } finally {
            enter(Cgroup.root().directory().resolve(own));
        }
        return sockets;
    }

    private static void enter(Path group) throws IOException {
        Files.writeString(
                group.resolve("cgroup.procs"),
                Long.toString(ProcessHandle.current().pid()));
    }

    /** The agent, which may be killed. */
    Child agent() {
        return agent;
    }

    /** Waits until the agent has attached its program and made the maps of the tenants. */
    void awaitCounting() throws InterruptedException {
        while (true) {
            try {
                new Socket(loopback, port).close();
                return;
            } catch (IOException e) {
                agent.check();
                Thread.sleep(20);
            }
        }
    }

    /** Sends some datagrams. */
    void send(int number, Random random) throws IOException {
        for (int i = 0; i < number; i++) {
            int length = random.nextInt(LONGEST_PAYLOAD);
            sockets.get(i % sockets.size())
                    .send(new DatagramPacket(new byte[length], length, loopback, FIRST_PORT + random.nextInt(TENANTS)));
            datagrams++;
            bytes += length + HEADERS;
        }
    }

    /** What was sent. */
    Sum sent() {
        return new Sum(0, datagrams, bytes, true);
    }

    @Override
    public void close() throws IOException {
        agent.kill();
        sockets.forEach(DatagramSocket::close);
        Files.delete(group);
    }
}
