/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * Forwards connections from one address to another. The network namespaces of the machines have no network besides loopback. So each
 * forwards connections to a broker's address to a Unix socket in the file system, and the demo forwards them from there to the broker.
 */
final class Uplink implements AutoCloseable {
    private static final int BUFFER = 65_536;

    private final ServerSocketChannel server;
    private final SocketAddress to;

    private Uplink(ServerSocketChannel server, SocketAddress to) {
        this.server = server;
        this.to = to;
        start("uplink to " + to, this::accept);
    }

    /** Forwards connections from a new Unix socket to a broker. */
    static Uplink toBroker(Path socket, InetSocketAddress broker) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        return new Uplink(server.bind(UnixDomainSocketAddress.of(socket)), broker);
    }

    /** Forwards connections from an address of this network namespace to a Unix socket. */
    static Uplink fromMachine(InetSocketAddress address, Path socket) throws IOException {
        return new Uplink(ServerSocketChannel.open().bind(address), UnixDomainSocketAddress.of(socket));
    }

    private void accept() throws IOException {
        while (true) {
            SocketChannel client = server.accept();
            start("connection", () -> connect(client));
        }
    }

    private void connect(SocketChannel client) throws IOException {
        try (client;
                SocketChannel broker = SocketChannel.open(to)) {
            start("answers", () -> copy(broker, client));
            copy(client, broker);
        }
    }

    /** Copies until one side ends, and then ends the other one. */
    private static void copy(SocketChannel from, SocketChannel receiver) throws IOException {
        try (from;
                receiver) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(BUFFER);
            while (from.read(bytes.clear()) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    receiver.write(bytes);
                }
            }
        }
    }

    /** Work that ends with an exception if a connection ends. */
    private interface Work {
        void run() throws IOException;
    }

    private static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // A broker or an agent was killed, or the demo ends.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
