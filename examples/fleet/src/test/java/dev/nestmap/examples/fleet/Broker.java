/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import dev.nestmap.runtime.testing.FreePort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;

/**
 * A Kafka cluster on loopback: one broker, which may be killed, and one controller in a process of its own.
 *
 * <p>With both in one process, Kafka 4.3.1 may leave a transaction open forever after a kill (KAFKA-20734). So the controller forgets a
 * killed broker before it starts again.
 */
final class Broker implements Victim, AutoCloseable {
    private static final int BROKER = 1;
    private static final int CONTROLLER = 2;
    private static final int HEAP = 300;
    private static final int PARTITIONS = 3;

    /** A broker that was just started needs this many milliseconds on a busy machine. */
    private static final int STARTING = 180_000;

    private final Path directory;
    private final String bootstrap = "127.0.0.1:" + FreePort.find();
    private final String controllerAddress = "127.0.0.1:" + FreePort.find();
    private final Child controller;
    private final Child broker;

    /** Starts both processes. */
    Broker(Path directory) throws IOException {
        this.directory = directory;
        String cluster = Uuid.randomUuid().toString();
        this.controller = launch(cluster, "controller", CONTROLLER, """
                listeners=CONTROLLER://%s
                """.formatted(controllerAddress));
        this.broker = launch(cluster, "broker", BROKER, """
                listeners=PLAINTEXT://%s
                auto.create.topics.enable=false
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=1
                group.initial.rebalance.delay.ms=0
                broker.heartbeat.interval.ms=100
                """.formatted(bootstrap));
    }

    private Child launch(String cluster, String role, int node, String own) throws IOException {
        Path properties = Files.writeString(
                directory.resolve(role + ".properties"),
                own + """
                process.roles=%s
                node.id=%d
                controller.quorum.voters=%d@%s
                controller.listener.names=CONTROLLER
                log.dirs=%s
                """.formatted(role, node, CONTROLLER, controllerAddress, directory.resolve(role)));
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        String[] format = {"format", "-t", cluster, "-c", properties.toString()};
        if (StorageTool.execute(format, new PrintStream(output, true, StandardCharsets.UTF_8)) != 0) {
            throw new IOException("Kafka's log can't be formatted: " + output.toString(StandardCharsets.UTF_8));
        }
        Path log = directory.resolve(role + ".log");
        return new Child(role, log, Map.of(), HEAP, Kafka.class, properties.toString());
    }

    String bootstrap() {
        return bootstrap;
    }

    /** Creates a topic of entries. Waits for a broker that has just been started. */
    void create(String topic) throws IOException, InterruptedException {
        Map<String, Object> config = Map.of(
                "bootstrap.servers", bootstrap, "default.api.timeout.ms", STARTING, "request.timeout.ms", STARTING);
        try (Admin admin = Admin.create(config)) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(PARTITIONS), Optional.empty())
                            .configs(Map.of("message.timestamp.type", "LogAppendTime"))))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IOException("Kafka can't create the topic: " + e.getCause(), e);
        }
    }

    @Override
    public String name() {
        return broker.name();
    }

    @Override
    public void killAndRestart() throws IOException {
        broker.kill();
        forgetBroker();
        broker.start();
    }

    private void forgetBroker() throws IOException {
        try (Admin admin = Admin.create(Map.of("bootstrap.controllers", controllerAddress))) {
            admin.unregisterBroker(BROKER).all().get();
        } catch (ExecutionException e) {
            // A broker that was killed twice in a row may not have registered in between.
            if (!(e.getCause() instanceof BrokerIdNotRegisteredException)) {
                throw new IOException("the controller can't forget the killed broker: " + e.getCause(), e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    /** Fails if a process has ended by itself. */
    void check() {
        controller.check();
        broker.check();
    }

    @Override
    public void close() {
        broker.kill();
        controller.kill();
    }
}
