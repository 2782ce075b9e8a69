/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;

/**
 * A Kafka broker on loopback, in a process of its own that tests can kill and start again. Its controller is another process, which stays.
 *
 * <p>With a controller in the same process, Kafka 4.3.1 may lose the markers of a transaction (KAFKA-20734): a broker that starts again
 * takes itself for the leader until the controller notices that the previous process has ended. If it finds a transaction whose commit is
 * decided, and its partitions then lose their leader, it completes the transaction without writing the markers. Readers of committed
 * messages wait for them forever. So the controller forgets a killed broker before the next one starts.
 */
final class Broker {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int BROKER = 1;
    private static final int CONTROLLER = 2;

    private final Path directory;
    private final String bootstrap;
    private final String controllerAddress;
    private final Process controller;
    private final Admin admin;
    private Process broker;

    private Broker(Path directory) throws IOException {
        this.directory = directory;
        this.bootstrap = "127.0.0.1:" + freePort();
        this.controllerAddress = "127.0.0.1:" + freePort();
        String cluster = Uuid.randomUuid().toString();
        format(cluster, write(CONTROLLER, "controller", """
                listeners=CONTROLLER://%s
                """.formatted(controllerAddress)));
        format(cluster, write(BROKER, "broker", """
                listeners=PLAINTEXT://%s
                auto.create.topics.enable=false
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=1
                group.initial.rebalance.delay.ms=0
                """.formatted(bootstrap)));
        this.controller = launch("controller");
        this.broker = launch("broker");
        this.admin = Admin.create(config());
    }

    /** Starts a broker with an empty log in this directory, which it deletes before. */
    static Broker start(Path directory) throws Exception {
        delete(directory);
        Broker started = new Broker(Files.createDirectories(directory));
        Runtime.getRuntime().addShutdownHook(new Thread(started::close));
        started.await();
        return started;
    }

    String bootstrap() {
        return bootstrap;
    }

    /** The configuration of clients. They try again soon, because this broker answers soon. */
    Map<String, Object> config() {
        return Map.of("bootstrap.servers", bootstrap, "retry.backoff.ms", 10, "reconnect.backoff.ms", 10);
    }

    /** A client for administrators, which all tests share. */
    Admin admin() {
        return admin;
    }

    /** Creates a topic with this configuration. */
    void create(String topic, int partitions, Map<String, String> config)
            throws ExecutionException, InterruptedException {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(config)))
                .all()
                .get();
    }

    /** Adds partitions to a topic. */
    void addPartitions(String topic, int total) throws ExecutionException, InterruptedException {
        admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(total)))
                .all()
                .get();
    }

    /** Changes the configuration of a topic. */
    void set(String topic, String key, String value) throws ExecutionException, InterruptedException {
        AlterConfigOp change = new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
                .all()
                .get();
    }

    /** Creates the two topics of a shipper. */
    void createTopics(String topic) throws ExecutionException, InterruptedException {
        admin.createTopics(List.of(
                        new NewTopic(topic, 3, (short) 1),
                        new NewTopic(topic + "-markers", 1, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
                .all()
                .get();
    }

    /** Ends the broker with SIGKILL. */
    void kill() {
        broker.destroyForcibly().onExit().join();
    }

    /** Starts a killed broker again, with the log that it had, and waits until it answers. */
    void restart() throws Exception {
        try (Admin ofController = Admin.create(Map.of("bootstrap.controllers", controllerAddress))) {
            ofController.unregisterBroker(BROKER).all().get();
        }
        broker = launch("broker");
        await();
    }

    /** Ends both processes and deletes their directory. */
    private void close() {
        kill();
        controller.destroyForcibly().onExit().join();
        try {
            delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path write(int node, String role, String own) throws IOException {
        return Files.writeString(
                properties(role),
                own + """
                process.roles=%s
                node.id=%d
                controller.quorum.voters=%d@%s
                controller.listener.names=CONTROLLER
                log.dirs=%s
                authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                allow.everyone.if.no.acl.found=true
                super.users=User:CONTROLLER
                """.formatted(role, node, CONTROLLER, controllerAddress, directory.resolve(role)));
    }

    private Path properties(String role) {
        return directory.resolve(role + ".properties");
    }

    private static void format(String cluster, Path properties) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        String[] arguments = {"format", "-t", cluster, "-c", properties.toString()};
        int status = StorageTool.execute(arguments, new PrintStream(output, true, StandardCharsets.UTF_8));
        if (status != 0) {
            throw new IllegalStateException(output.toString(StandardCharsets.UTF_8));
        }
    }

    private Process launch(String role) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx300m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(BrokerProcess.class.getName(), properties(role).toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(role).toFile()))
                .start();
    }

    private Path log(String role) {
        return directory.resolve(role + ".log");
    }

    private void await() throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                admin.describeCluster().nodes().get(1, TimeUnit.SECONDS);
                return;
            } catch (Exception e) {
                if (System.nanoTime() > end || !broker.isAlive() || !controller.isAlive()) {
                    throw new IllegalStateException(
                            "the broker does not answer:\n" + Files.readString(log("controller"))
                                    + Files.readString(log("broker")),
                            e);
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
