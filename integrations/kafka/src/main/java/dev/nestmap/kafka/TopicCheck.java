/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Checks before anything is sent that the topics exist, and that the topic of the markers can be relied on. */
final class TopicCheck {
    private static final System.Logger LOGGER = System.getLogger("dev.nestmap.kafka");

    private final Admin admin;

    TopicCheck(Admin admin) {
        this.admin = admin;
    }

    void check(ShipperOptions options) throws ExecutionException, InterruptedException {
        require(options.topic(), "--partitions 6 --config message.timestamp.type=LogAppendTime");
        String markers = options.markerTopic();
        String creation = "--partitions 1 --config cleanup.policy=compact --config segment.bytes=16777216";
        int partitions = require(markers, creation).partitions().size();
        if (partitions != 1) {
            throw ShippingException.lasting(
                    "topic " + markers + " has " + partitions + " partitions, and must have one: a marker in"
                            + " another partition would not be found, and maps would be counted twice. Create a new topic of markers ("
                            + command(markers, creation)
                            + ") while no shipper has maps that are not closed, and name it with withMarkerTopic");
        }
        String policy = policy(markers);
        if (policy != null && !policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
            throw ShippingException.lasting(
                    "topic " + markers + " has cleanup.policy=" + policy + ", so Kafka would delete markers"
                            + " that are still needed. Set it to compact: kafka-configs.sh --bootstrap-server HOST:PORT --alter --topic "
                            + markers + " --add-config cleanup.policy=compact");
        }
    }

    private TopicDescription require(String topic, String creation) throws ExecutionException, InterruptedException {
        try {
            return Objects.requireNonNull(
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new ShippingException(
                        "topic " + topic + " does not exist. Create it: " + command(topic, creation), e);
            }
            if (e.getCause() instanceof TopicAuthorizationException) {
                throw new TopicAuthorizationException(Set.of(topic)); // the broker's answer does not name the topic
            }
            throw e;
        }
    }

    /** Returns the cleanup policy; null if this user may not read it. */
    private @Nullable String policy(String topic) throws ExecutionException, InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            ConfigEntry entry = Objects.requireNonNull(
                            admin.describeConfigs(Set.of(resource)).all().get().get(resource))
                    .get(TopicConfig.CLEANUP_POLICY_CONFIG);
            return entry == null ? null : entry.value();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                LOGGER.log(
                        System.Logger.Level.INFO,
                        "the cleanup policy of topic " + topic + " was not checked: "
                                + e.getCause().getMessage());
                return null;
            }
            throw e;
        }
    }

    private static String command(String topic, String options) {
        return "kafka-topics.sh --bootstrap-server HOST:PORT --create --topic " + topic + " " + options;
    }
}
