/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** TCP connections over loopback in the network namespace of the calling thread, and their congestion control. */
final class TcpConnections implements AutoCloseable {
    private static final Path SYSCTL = Path.of("/proc/sys/net/ipv4");
    private static final int BYTES = 50_000;

    private final ServerSocket server;

    private TcpConnections(ServerSocket server) {
        this.server = server;
    }

    static TcpConnections listen() throws IOException {
        return new TcpConnections(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    }

    /** The names of the congestion controls that the kernel has. */
    static List<String> available() throws IOException {
        return List.of(Files.readString(SYSCTL.resolve("tcp_available_congestion_control"))
                .strip()
                .split(" "));
    }

    /** Chooses the congestion control of new connections in this network namespace. */
    static void choose(String name) throws IOException {
        Files.writeString(SYSCTL.resolve("tcp_congestion_control"), name);
    }

    /** The local port of the accepted connections. */
    int port() {
        return server.getLocalPort();
    }

    /** Connects, sends some bytes and closes the connection, a number of times. */
    void open(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                    Socket accepted = server.accept()) {
                client.getOutputStream().write(new byte[BYTES]);
                accepted.getInputStream().readNBytes(BYTES);
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
