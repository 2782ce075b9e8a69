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

/** Creates the topics of a run, and deletes them with those that Kafka Streams made. */
final class Topics {
    static final int PARTITIONS = 3;

    /** A broker that was just started needs this long on a busy machine. */
    private static final int PATIENCE_MILLIS = (int) Duration.ofMinutes(3).toMillis();

    private static final int RUNNING_MILLIS = (int) Duration.ofSeconds(15).toMillis();

    private Topics() {}

    /**
     * Creates the topic of the entries. Shippers create those of their markers.
     *
     * @param running whether the brokers run already, so that they answer soon or not at all
     */
    static void create(String bootstrap, String topic, boolean running)
            throws InterruptedException, ExecutionException {
        try (Admin admin = admin(bootstrap, running ? RUNNING_MILLIS : PATIENCE_MILLIS)) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(PARTITIONS), Optional.empty())
                            .configs(Map.of("message.timestamp.type", "LogAppendTime"))))
                    .all()
                    .get();
        }
    }

    static void delete(String bootstrap, String topic) throws InterruptedException, ExecutionException {
        try (Admin admin = admin(bootstrap)) {
            Set<String> ours = admin.listTopics().names().get().stream()
                    .filter(name -> name.startsWith(topic))
                    .collect(Collectors.toSet());
            admin.deleteTopics(ours).all().get();
        }
    }

    /** Waits for a broker that has just been started. */
    static Admin admin(String bootstrap) {
        return admin(bootstrap, PATIENCE_MILLIS);
    }

    private static Admin admin(String bootstrap, int millis) {
        return Admin.create(
                Map.of("bootstrap.servers", bootstrap, "default.api.timeout.ms", millis, "request.timeout.ms", millis));
    }
}
