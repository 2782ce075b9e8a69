/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;

/** Creates the topics of a run, and deletes them with those that Kafka Streams made. */
final class Topics {
    static final int PARTITIONS = 3;

    /** The names of all topics of markers begin with this. */
    static final String MARKERS = "nestmap-markers-";

    /** A broker that was just started needs this long on a busy machine. */
    static final Duration STARTING = Duration.ofMinutes(3);

    /** A broker that runs already answers soon or not at all. */
    static final Duration RUNNING = Duration.ofSeconds(15);

    private Topics() {}

    /**
     * Creates the topic of the entries. Shippers create those of their markers.
     *
     * @param patience how long to wait for a broker
     * @throws IllegalArgumentException if the address of the brokers is not valid
     * @throws KafkaException if no broker answers
     */
    static void create(String bootstrap, String topic, Duration patience)
            throws InterruptedException, ExecutionException {
        try (Admin admin = admin(bootstrap, patience)) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(PARTITIONS), Optional.empty())
                            .configs(Map.of("message.timestamp.type", "LogAppendTime"))))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new KafkaException(
                        "Kafka at " + bootstrap + " does not answer ("
                                + e.getCause().getMessage()
                                + "). --bootstrap HOST:PORT names a broker of a running cluster",
                        e);
            }
            throw e;
        } catch (KafkaException e) {
            throw e.getCause() instanceof ConfigException wrong
                    ? new IllegalArgumentException("--bootstrap " + bootstrap + ": " + wrong.getMessage(), e)
                    : e;
        }
    }

    static void delete(String bootstrap, String topic) throws InterruptedException, ExecutionException {
        try (Admin admin = admin(bootstrap)) {
            Set<String> ours = admin.listTopics().names().get().stream()
                    .filter(name -> name.startsWith(topic) || name.startsWith(MARKERS + topic))
                    .collect(Collectors.toSet());
            admin.deleteTopics(ours).all().get();
        }
    }

    /** Waits for a broker that has just been started. */
    static Admin admin(String bootstrap) {
        return admin(bootstrap, STARTING);
    }

    private static Admin admin(String bootstrap, Duration patience) {
        int millis = (int) patience.toMillis();
        return Admin.create(
                Map.of("bootstrap.servers", bootstrap, "default.api.timeout.ms", millis, "request.timeout.ms", millis));
    }
}
