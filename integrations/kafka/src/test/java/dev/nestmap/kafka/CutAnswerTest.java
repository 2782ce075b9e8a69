/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.TenantMap;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A commit whose answer is lost with the network of its machine: a clone of the machine commits, or the maps of the commit go to a spool. */
@Tag("long")
class CutAnswerTest extends BrokerTest {
    /** Passes bytes between clients and broker, until it cuts all connections before the answer to a commit. */
    private static final class Proxy implements AutoCloseable {
        private final ServerSocket server;
        private final int broker;
        private final Set<Socket> open = ConcurrentHashMap.newKeySet();
        private volatile boolean cutsNextCommit;
        private volatile boolean isCut;

        Proxy(int broker) throws IOException {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            this.broker = broker;
            start(this::accept);
        }

        int port() {
            return server.getLocalPort();
        }

        void cutNextCommit() {
            cutsNextCommit = true;
        }

        void restore() {
            isCut = false;
        }

        private static void start(Runnable task) {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            thread.start();
        }

        private void accept() {
            try {
                while (true) {
                    Socket client = server.accept();
                    if (isCut) {
                        client.close();
                        continue;
                    }
                    Socket to = new Socket(InetAddress.getLoopbackAddress(), broker);
                    open.addAll(List.of(client, to));
                    start(() -> passRequests(client, to));
                    start(() -> passAnswers(to, client));
                }
            } catch (IOException e) {
                // The test has ended.
            }
        }

        private void passRequests(Socket client, Socket to) {
            try (client;
                    to) {
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
            } catch (IOException e) {
                // The connection has ended.
            }
        }

        private void passAnswers(Socket from, Socket client) {
            byte[] answer = new byte[65_536];
            try (from;
                    client) {
                OutputStream to = client.getOutputStream();
                while (true) {
                    int size = from.getInputStream().read(answer);
                    if (size < 0 || isCut) {
                        return;
                    }
                    to.write(answer, 0, size);
                }
            } catch (IOException e) {
                // The connection has ended.
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @SuppressWarnings("NullAway.Init") // set by BeforeAll
    private static Proxy proxy;

    @SuppressWarnings("NullAway.Init") // set by BeforeAll
    private static Broker behind;

    @TempDir
    private Path directory;

    private final CountsBpf firstMachine = CountsBpf.inMemory();
    private final CountsBpf secondMachine = CountsBpf.inMemory();
    private final TenantMap first = firstMachine.tenant();
    private final TenantMap second = secondMachine.tenant();

    @BeforeAll
    static void startBrokerBehindProxy() throws Exception {
        String direct = "127.0.0.1:" + Broker.freePort();
        int port = Broker.freePort();
        proxy = new Proxy(port);
        behind = Broker.startSecure("cut", direct, """
                listeners=PLAINTEXT://%s,CUT://127.0.0.1:%d
                advertised.listeners=PLAINTEXT://%s,CUT://127.0.0.1:%d
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,CUT:PLAINTEXT
                """.formatted(direct, port, direct, proxy.port()));
    }

    @AfterAll
    static void stopBrokerBehindProxy() throws IOException {
        proxy.close();
        behind.close();
    }

    @BeforeEach
    void createTopicsBehindProxy() throws Exception {
        proxy.restore();
        behind.createTopics(topic);
    }

    @AfterEach
    void close() {
        firstMachine.close();
        secondMachine.close();
    }

    @Test
    void theCloneDoesNotHideTheCommit() throws Exception {
        first.create(1L).put(new Count(1, 1));
        try (Shipper<Long> a = Shipper.start(first, impatient(), options())) {
            shipLast(a);
            Objects.requireNonNull(first.get(1L)).put(new Count(2, 100));
            proxy.cutNextCommit();
            assertThat(a.ship(Duration.ofMillis(1))).isFalse();
            awaitProblem(a, "does not answer");
            try (Shipper<Long> b = Shipper.start(second, behind.config(), options())) {
                second.create(1L).put(new Count(3, 1000));
                shipLast(b);
            }
            proxy.restore();
            first.getOrCreate(1L).put(new Count(4, 10_000));
            shipLast(a);
        }
        requireTotal(1 + 100 + 1000 + 10_000, false);
    }

    /** The spool then has a file that is committed, and others. Its process ends before it learns which. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSpoolDoesNotRepeatTheCommit(boolean reboots) throws Exception {
        ShipperOptions options = options().withSpool(directory.resolve("spool"), 1_000_000);
        first.create(1L).put(new Count(1, 1));
        try (Shipper<Long> before = Shipper.start(first, impatient(), options)) {
            shipLast(before);
            Objects.requireNonNull(first.get(1L)).put(new Count(2, 100));
            proxy.cutNextCommit();
            assertThat(before.ship(Duration.ofMillis(1))).isFalse();
            awaitSpool(before, 0);
            awaitProblem(before, "does not answer");
            assertThat(before.statistics().transactions()).isEqualTo(2);
            Objects.requireNonNull(first.get(1L)).put(new Count(3, 1000));
            long bytes = before.statistics().spooledBytes();
            assertThat(before.ship(Duration.ofMillis(1))).isFalse();
            awaitSpool(before, bytes);
            if (!reboots) {
                proxy.restore();
                shipLast(before);
                assertThat(before.statistics().transactions()).isBetween(4L, 5L);
            }
        }
        proxy.restore();
        second.create(1L).put(new Count(4, 10_000));
        try (Shipper<Long> after = Shipper.start(second, impatient(), options)) {
            shipLast(after);
        }
        requireTotal(1 + 100 + 1000 + 10_000, reboots);
    }

    private static void awaitSpool(Shipper<Long> shipper, long more) throws InterruptedException {
        await(
                "spool",
                () -> shipper.statistics().spooledBytes() > more
                        && shipper.statistics().waitingMaps() == 0);
    }

    private void requireTotal(long total, boolean isGap) throws Exception {
        assertThat(rows(topic, behind).stream().mapToLong(Row::packets).sum()).isEqualTo(total);
        List<String> losses = losses(topic, behind);
        assertThat(losses.isEmpty()).as("%s", losses).isEqualTo(!isGap);
    }

    private static Map<String, Object> impatient() {
        return Broker.impatient("127.0.0.1:" + proxy.port());
    }
}
