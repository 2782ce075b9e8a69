/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;

/** A Kafka broker on loopback, in a process of its own that tests can kill and start again. */
final class Broker {
    private static final long PATIENCE_SECONDS = 60;

    private final Path directory;
    private final Path properties;
    private final String bootstrap;
    private Process process;

    private Broker(Path directory) throws IOException {
        this.directory = directory;
        int port = freePort();
        int controller = freePort();
        this.bootstrap = "127.0.0.1:" + port;
        this.properties = Files.writeString(
                directory.resolve("kraft.properties"), """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                controller.listener.names=CONTROLLER
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                log.dirs=%3$s
                auto.create.topics.enable=false
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=1
                group.initial.rebalance.delay.ms=0
                authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                allow.everyone.if.no.acl.found=true
                super.users=User:CONTROLLER
                """.formatted(port, controller, directory.resolve("data")));
        format();
        this.process = launch();
    }

    /** Starts a broker with an empty log in this directory. */
    static Broker start(Path directory) throws Exception {
        Broker broker = new Broker(directory);
        try {
            broker.await();
            return broker;
        } catch (Throwable e) {
            broker.kill();
            throw e;
        }
    }

    String bootstrap() {
        return bootstrap;
    }

    /** The configuration of clients. */
    Map<String, Object> config() {
        return Map.of("bootstrap.servers", bootstrap);
    }

    /** Creates a topic with this configuration. */
    void create(String topic, int partitions, Map<String, String> config)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(config())) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(config)))
                    .all()
                    .get();
        }
    }

    /** Creates the two topics of a shipper. */
    void createTopics(String topic) throws ExecutionException, InterruptedException {
        create(topic, 3, Map.of());
        create(topic + "-markers", 1, Map.of("cleanup.policy", "compact"));
    }

    /** Ends the process with SIGKILL. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Starts the process again, with the log that it had, and waits until it answers. */
    void restart() throws Exception {
        process = launch();
        await();
    }

    private void format() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        String[] arguments = {"format", "-t", Uuid.randomUuid().toString(), "-c", properties.toString()};
        int status = StorageTool.execute(arguments, new PrintStream(said, true, StandardCharsets.UTF_8));
        if (status != 0) {
            throw new IllegalStateException(said.toString(StandardCharsets.UTF_8));
        }
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx400m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "kafka.Kafka", properties.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("broker.log").toFile())
                .start();
    }

    private void await() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try (Admin admin = Admin.create(config())) {
            while (true) {
                try {
                    admin.describeCluster().nodes().get(1, TimeUnit.SECONDS);
                    return;
                } catch (Exception e) {
                    if (System.nanoTime() > end || !process.isAlive()) {
                        throw new IllegalStateException(
                                "the broker does not answer:\n" + Files.readString(directory.resolve("broker.log")), e);
                    }
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
