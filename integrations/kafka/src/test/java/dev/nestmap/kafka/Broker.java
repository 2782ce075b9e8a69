/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.FreePort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker on loopback, or several, each in a process of its own that tests can kill and start again. The controller is another process,
 * which stays.
 *
 * <p>With a controller in the same process, Kafka 4.3.1 may lose the markers of a transaction (KAFKA-20734): a broker that starts again
 * takes itself for the leader until the controller notices that the previous process has ended. If it finds a transaction whose commit is
 * decided, and its partitions then lose their leader, it completes the transaction without writing the markers. Readers of committed
 * messages wait for them forever. So the controller forgets a killed broker before the next one starts.
 */
public final class Broker implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int BROKER = 1;
    private static final int CONTROLLER = 100;
    private static final int MOST_REPLICAS = 3;
    private static final String SUPER_USERS = "super.users=";
    private static final String FOR_EVERYONE = "allow.everyone.if.no.acl.found=true\nsuper.users=User:CONTROLLER";

    /** The configuration of clients that try again soon. */
    static final Map<String, Object> SOON = Map.of(
            "retry.backoff.ms", 10,
            "retry.backoff.max.ms", 100,
            "reconnect.backoff.ms", 10,
            "reconnect.backoff.max.ms", 100);

    private final Path directory;
    private final String cluster = Uuid.randomUuid().toString();

    /** The addresses of all brokers, for administrators. */
    private final List<String> addresses;

    private final String authorization;
    private final String controllerAddress;
    private final Process controller;
    private final Admin admin;
    private final List<Process> brokers = new ArrayList<>();

    /** @param listeners further properties, with listeners; empty if the addresses are the only ones */
    private Broker(Path directory, List<String> addresses, String listeners, String authorization) throws IOException {
        this.directory = directory;
        this.addresses = addresses;
        this.authorization = authorization;
        this.controllerAddress = "127.0.0.1:" + FreePort.find();
        write(CONTROLLER, "controller", """
                listeners=CONTROLLER://%s
                """.formatted(controllerAddress));
        format("controller");
        this.controller = launch("controller");
        int replicas = Math.min(addresses.size(), MOST_REPLICAS);
        for (int id = BROKER; id <= addresses.size(); id++) {
            write(id, role(id), """
                    %s
                    auto.create.topics.enable=false
                    offsets.topic.replication.factor=%d
                    offsets.topic.num.partitions=1
                    transaction.state.log.replication.factor=%d
                    transaction.state.log.min.isr=%d
                    transaction.state.log.num.partitions=%d
                    group.initial.rebalance.delay.ms=0
                    broker.heartbeat.interval.ms=100
                    """.formatted(
                            listeners.isEmpty() ? "listeners=PLAINTEXT://" + addresses.get(id - 1) : listeners,
                            replicas,
                            replicas,
                            Math.max(1, replicas - 1),
                            addresses.size()));
            format(role(id));
            brokers.add(launch(role(id)));
        }
        this.admin = Admin.create(config());
    }

    /** Starts a broker with an empty log. Its directory has this name and the id of this process, so that tests can run side by side. */
    public static Broker start(String name) throws Exception {
        return startCluster(name, 1);
    }

    /** Starts several brokers with empty logs. */
    static Broker startCluster(String name, int number) throws Exception {
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            addresses.add("127.0.0.1:" + FreePort.find());
        }
        return start(new Broker(directory(name), addresses, "", FOR_EVERYONE));
    }

    /** Starts a broker with an empty log, which clients also reach through a network that a test can cut. */
    static Broker start(String name, CuttableNetwork network) throws Exception {
        String direct = "127.0.0.1:" + FreePort.find();
        return start(new Broker(directory(name), List.of(direct), network.listeners(direct), FOR_EVERYONE));
    }

    /**
     * Starts a broker with further listeners and an empty log.
     *
     * @param bootstrap the listener for administrators, without encryption
     */
    static Broker startSecure(String name, String bootstrap, String properties) throws Exception {
        String authorization = "super.users=User:ANONYMOUS" // the administrator, and the controller
                + properties
                        .lines()
                        .filter(line -> line.startsWith(SUPER_USERS))
                        .map(line -> ";" + line.substring(SUPER_USERS.length()))
                        .collect(Collectors.joining());
        return start(new Broker(directory(name), List.of(bootstrap), properties, authorization));
    }

    private static Path directory(String name) throws IOException {
        Path directory =
                Path.of("target", name + "-" + ProcessHandle.current().pid()).toAbsolutePath();
        delete(directory);
        return Files.createDirectories(directory);
    }

    private static Broker start(Broker started) throws Exception {
        Runtime.getRuntime().addShutdownHook(new Thread(started::close));
        started.await();
        return started;
    }

    /** The number of brokers. */
    int size() {
        return brokers.size();
    }

    public String bootstrap() {
        return String.join(",", addresses);
    }

    /** The configuration of clients. They try again soon, because this broker answers soon. */
    Map<String, Object> config() {
        Map<String, Object> config = new HashMap<>(SOON);
        config.put("compression.type", "none"); // so that tests know when a message is too large
        config.put("bootstrap.servers", bootstrap());
        return config;
    }

    /** The configuration of clients that do not wait long for a broker. */
    static Map<String, Object> impatient(String bootstrap) {
        Map<String, Object> config = new HashMap<>(SOON);
        config.put("bootstrap.servers", bootstrap);
        config.putAll(Map.of("max.block.ms", 2000, "request.timeout.ms", 2000, "default.api.timeout.ms", 2000));
        config.put("delivery.timeout.ms", 2100);
        return config;
    }

    /** A client for administrators, which all tests share. */
    Admin admin() {
        return admin;
    }

    /** Creates a topic with this configuration. */
    public void create(String topic, int partitions, Map<String, String> config)
            throws ExecutionException, InterruptedException {
        create(new NewTopic(topic, partitions, (short) 1).configs(config));
    }

    private void create(NewTopic... topics) throws ExecutionException, InterruptedException {
        admin.createTopics(List.of(topics)).all().get();
        Set<String> names = Stream.of(topics).map(NewTopic::name).collect(Collectors.toSet());
        while (!admin.listTopics().names().get().containsAll(names)) { // the broker learns it from the controller
            TimeUnit.MILLISECONDS.sleep(10);
        }
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
        while (!value.equals(config(topic).get(key))) { // the broker learns it from the controller
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** The configuration of a topic. */
    Map<String, String> config(String topic) throws ExecutionException, InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return Objects.requireNonNull(
                        admin.describeConfigs(List.of(resource)).all().get().get(resource))
                .entries()
                .stream()
                .filter(entry -> entry.value() != null)
                .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
    }

    /** Creates a topic of entries, and a topic of markers for it. */
    void createTopics(String topic) throws ExecutionException, InterruptedException {
        createTopics(topic, 3);
    }

    /** Creates a topic of entries with this number of partitions, and a topic of markers for it. */
    void createTopics(String topic, int partitions) throws ExecutionException, InterruptedException {
        create(
                new NewTopic(topic, partitions, (short) 1),
                new NewTopic(CommitMarker.TOPIC_PREFIX + topic, 1, (short) 1)
                        .configs(Map.of("cleanup.policy", "compact")));
    }

    /** Ends the first broker with SIGKILL. */
    public void kill() {
        kill(BROKER);
    }

    /** Ends a broker with SIGKILL. */
    void kill(int id) {
        brokers.get(id - 1).destroyForcibly().onExit().join();
    }

    /** Starts the first broker again after it was killed, with the log that it had, and waits until it answers. */
    void restart() throws Exception {
        try (Admin ofController = Admin.create(Map.of("bootstrap.controllers", controllerAddress))) {
            ofController.unregisterBroker(BROKER).all().get();
        } catch (ExecutionException e) { // killed twice in a row, it may not have registered in between
            assertThat(e).hasCauseInstanceOf(BrokerIdNotRegisteredException.class);
        }
        brokers.set(BROKER - 1, launch(role(BROKER)));
        await();
    }

    /** Starts a killed broker, and waits until all brokers answer. */
    void start(int id) throws Exception {
        brokers.set(id - 1, launch(role(id)));
        await();
    }

    /** Deletes what a killed broker has on its disk: a partition, such as {@code topic-0}. */
    void deletePartition(int id, String partition) throws IOException {
        delete(directory.resolve(role(id)).resolve(partition));
    }

    /** Replaces the disk of a killed broker by an empty one, as {@code kafka-storage.sh format} does. */
    void replaceDisk(int id) throws IOException {
        delete(directory.resolve(role(id)));
        format(role(id));
    }

    /** Ends all processes and deletes their directory. */
    @Override
    public void close() {
        for (int id = BROKER; id <= brokers.size(); id++) {
            kill(id);
        }
        controller.destroyForcibly().onExit().join();
        try {
            delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String role(int id) {
        return "broker-" + id;
    }

    private void write(int node, String role, String own) throws IOException {
        Files.writeString(
                properties(role),
                own
                        + """
                process.roles=%s
                node.id=%d
                controller.quorum.voters=%d@%s
                controller.listener.names=CONTROLLER
                log.dirs=%s
                authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                %s
                """.formatted(
                                        node == CONTROLLER ? "controller" : "broker",
                                        node,
                                        CONTROLLER,
                                        controllerAddress,
                                        directory.resolve(role),
                                        authorization));
    }

    private Path properties(String role) {
        return directory.resolve(role + ".properties");
    }

    private void format(String role) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        String[] arguments = {"format", "-t", cluster, "-c", properties(role).toString()};
        int status = StorageTool.execute(arguments, new PrintStream(output, true, StandardCharsets.UTF_8));
        if (status != 0) {
            throw new IllegalStateException(output.toString(StandardCharsets.UTF_8));
        }
    }

    private Process launch(String role) throws IOException {
        return new ChildVm()
                .with("-Xmx300m")
                .with("-Dorg.slf4j.simpleLogger.defaultLogLevel=error") // why it ends, if it does
                .builder(BrokerProcess.class, properties(role).toString())
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
                int answering =
                        admin.describeCluster().nodes().get(1, TimeUnit.SECONDS).size();
                if (answering == brokers.size()) {
                    return;
                }
                require(end, null);
            } catch (TimeoutException | ExecutionException e) {
                require(end, e);
            }
        }
    }

    /** Throws if a process has ended, or the brokers have not answered for too long. */
    private void require(long end, @Nullable Exception cause) throws IOException {
        if (System.nanoTime() > end) {
            throw new IllegalStateException("a broker does not answer:\n" + logs(), cause);
        }
        check();
    }

    /** Throws if a process has ended by itself. */
    public void check() throws IOException {
        if (!brokers.stream().allMatch(Process::isAlive) || !controller.isAlive()) {
            throw new IllegalStateException("a process has ended:\n" + logs());
        }
    }

    private String logs() throws IOException {
        return Files.readString(log("controller")) + Files.readString(log(role(BROKER)));
    }

    /** Deletes what is below a path, and the path. */
    public static void delete(Path directory) throws IOException {
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
