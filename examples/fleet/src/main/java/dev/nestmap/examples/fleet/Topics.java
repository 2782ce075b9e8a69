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

    private static final int PATIENCE_MILLIS = (int) Duration.ofMinutes(3).toMillis();

    private Topics() {}

    static void create(String bootstrap, String topic) throws InterruptedException, ExecutionException {
        try (Admin admin = admin(bootstrap)) {
            admin.createTopics(List.of(
                            new NewTopic(topic, Optional.of(PARTITIONS), Optional.empty())
                                    .configs(Map.of("message.timestamp.type", "LogAppendTime")),
                            new NewTopic(topic + "-markers", Optional.of(1), Optional.empty())
                                    .configs(Map.of("cleanup.policy", "compact"))))
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
        return Admin.create(Map.of("bootstrap.servers", bootstrap, "default.api.timeout.ms", PATIENCE_MILLIS));
    }
}
