/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.testing.FreePort;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * The network between clients and a broker, which a test can cut: at once, or before the answer to a commit. A broker that is killed and started again
 * costs seconds.
 */
final class CuttableNetwork {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int broker = FreePort.find();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cutsNextCommit;
    private volatile boolean isCut;

    CuttableNetwork() throws IOException {
        start(this::accept);
    }

    /** The properties of a broker with two listeners: a direct one, and one behind this network. */
    String listeners(String direct) {
        return """
                listeners=PLAINTEXT://%s,CUT://127.0.0.1:%d
                advertised.listeners=PLAINTEXT://%s,CUT://%s
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,CUT:PLAINTEXT
                """.formatted(direct, broker, direct, bootstrap());
    }

    String bootstrap() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** The configuration of clients behind this network that do not wait long for a broker. */
    Map<String, Object> impatient() {
        return Broker.impatient(bootstrap());
    }

    /** Ends all connections, and each new one. */
    void cut() {
        isCut = true;
        open.forEach(CuttableNetwork::close);
    }

    void cutNextCommit() {
        cutsNextCommit = true;
    }

    void restore() {
        isCut = false;
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "network");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                connect(server.accept());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void connect(Socket client) {
        try {
            Socket to = new Socket(InetAddress.getLoopbackAddress(), broker);
            open.addAll(List.of(client, to));
            start(() -> pass(client, to, this::passRequests));
            start(() -> pass(to, client, this::passAnswers));
            if (isCut) {
                close(client);
                close(to);
            }
        } catch (IOException e) { // the broker was killed
            close(client);
        }
    }

    /** Passes bytes in one direction. */
    @FunctionalInterface
    private interface Direction {
        void pass(Socket from, Socket to) throws IOException;
    }

    private void pass(Socket from, Socket to, Direction direction) {
        try {
            direction.pass(from, to);
        } catch (IOException e) {
            // The connection has ended.
        } finally {
            close(from);
            close(to);
            open.removeAll(List.of(from, to));
        }
    }

    private void passRequests(Socket client, Socket to) throws IOException {
        DataInputStream from = new DataInputStream(client.getInputStream());
        while (true) {
            byte[] request = new byte[from.readInt()];
            from.readFully(request);
            if (cutsNextCommit && ByteBuffer.wrap(request).getShort() == ApiKeys.END_TXN.id) {
                cutsNextCommit = false;
                isCut = true; // from now on, no answer passes
            }
            to.getOutputStream()
                    .write(ByteBuffer.allocate(Integer.BYTES + request.length)
                            .putInt(request.length)
                            .put(request)
                            .array());
        }
    }

    private void passAnswers(Socket from, Socket client) throws IOException {
        byte[] answer = new byte[65_536];
        OutputStream to = client.getOutputStream();
        int size = from.getInputStream().read(answer);
        while (size >= 0 && !isCut) {
            to.write(answer, 0, size);
            size = from.getInputStream().read(answer);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed.
        }
    }
}
