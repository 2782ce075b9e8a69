/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static java.util.stream.Collectors.joining;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Checks before the first message that the topics exist, that this user may use them, and that their configuration is safe. Creates the
 * topic of the markers if it does not exist.
 */
final class TopicCheck {
    /** For brokers, each of these rights includes Describe. */
    static final Set<AclOperation> TO_SEND = Set.of(AclOperation.WRITE);

    /** The default of {@code batch.size}. */
    private static final int BATCH_BYTES = 16_384;

    /** The default of {@code max.message.bytes}. */
    private static final int MESSAGE_BYTES = 1_048_588;

    private static final String REPLICAS = "min.insync.replicas";
    private static final Set<AclOperation> TO_REMEMBER = Set.of(AclOperation.READ, AclOperation.WRITE);

    /**
     * The configuration of a topic of markers. Segments have the smallest size that Kafka allows, because Kafka does not compact the newest
     * segment, and a shipper reads the whole topic at its start.
     */
    private static final Map<String, String> OF_MARKERS =
            Map.of("cleanup.policy", "compact", "message.timestamp.type", "LogAppendTime", "segment.bytes", "1048576");

    /** A setting that makes counts depend on clocks or on a single disk. */
    private record Risk(String setting, String value, String better, String consequence) {}

    private static final List<Risk> RISKS = List.of(
            new Risk(
                    "message.timestamp.type",
                    "CreateTime",
                    "LogAppendTime",
                    "Kafka rejects everything from a machine whose clock is wrong by more than"
                            + " message.timestamp.after.max.ms or message.timestamp.before.max.ms"),
            new Risk(
                    REPLICAS,
                    "1",
                    "2",
                    "a single broker may accept counts alone, and the shipper then frees their maps. If the disk of this broker is lost, "
                            + "the counts are lost, too: give the topic three replicas"),
            new Risk(
                    "unclean.leader.election.enable",
                    "true",
                    "false",
                    "a broker that lacks committed counts may become leader, and the counts are lost"));

    private final ClientConfig kafka;
    private final ShipperOptions options;

    /** The warnings so far, so that each is logged once. */
    private final Set<String> logged = new HashSet<>();

    TopicCheck(ClientConfig kafka, ShipperOptions options) {
        this.kafka = kafka;
        this.options = options;
    }

    void check(Admin admin) throws ExecutionException, InterruptedException {
        TopicDescription entries = describe(admin, options.topic, TO_SEND);
        if (entries == null) {
            throw new ShippingException("topic " + options.topic + " does not exist. Create it: "
                    + creation(
                            options.topic,
                            "--partitions 6 --replication-factor 3"
                                    + " --config message.timestamp.type=LogAppendTime --config min.insync.replicas=2"));
        }
        Map<String, String> config = config(admin, options.topic);
        requireKept(config);
        warn(options.topic, config);

        String markers = options.markerTopic();
        TopicDescription found = describe(admin, markers, TO_REMEMBER);
        if (found == null) {
            if (create(admin, markers, entries, config)) {
                return; // LastMarkerReader and the producer wait until the brokers know it
            }
            found = describe(admin, markers, TO_REMEMBER);
        }
        if (found == null) {
            throw new ShippingException(
                    "somebody else has just created topic " + markers + ", which the brokers do not know yet");
        }
        if (found.partitions().size() != 1) {
            throw new ShippingException("topic " + markers + " has "
                    + found.partitions().size()
                    + " partitions, but must have one, because the shipper would not find markers in other partitions, and would send files"
                    + " twice. Name another topic with withMarkerTopic. If this topic is empty, and nobody else needs it, you can delete it"
                    + " instead: kafka-topics.sh --bootstrap-server HOST:PORT --delete --topic "
                    + markers
                    + ". The next start creates it with one partition");
        }
        Map<String, String> ofMarkers = config(admin, markers);
        String policy = ofMarkers.get("cleanup.policy");
        if (policy != null && !policy.equals("compact")) {
            throw new ShippingException("topic " + markers + " has cleanup.policy=" + policy
                    + ", so Kafka would delete markers that are still needed. If only shippers use the topic, set cleanup.policy to compact: "
                    + change(markers, "cleanup.policy=compact")
                    + ". Otherwise name another one with withMarkerTopic");
        }
        requireSameReplicas(config.get(REPLICAS), ofMarkers.get(REPLICAS));
        warn(markers, ofMarkers);
    }

    /** Throws if Kafka would delete entries before consumers have read them, or could not take what the producer sends. */
    private void requireKept(Map<String, String> config) {
        String topic = options.topic;
        int batch = Integer.parseInt(String.valueOf(kafka.ofProducer().getOrDefault("batch.size", BATCH_BYTES)));
        String most = config.getOrDefault("max.message.bytes", String.valueOf(Integer.MAX_VALUE));
        if (Integer.parseInt(most) < batch) {
            throw new ShippingException("topic " + topic + " has max.message.bytes=" + most
                    + ", and Kafka's producer sends rows in batches of " + batch
                    + " bytes, which it would split and send again forever. Set it: "
                    + change(topic, "max.message.bytes=" + Math.max(batch, MESSAGE_BYTES)));
        }
        long retention = Long.parseLong(config.getOrDefault("retention.ms", "-1"));
        if (retention >= 0 && retention < TimeUnit.MILLISECONDS.convert(options.leastRetention)) {
            throw new ShippingException("topic " + topic + " has retention.ms=" + retention
                    + ", so Kafka deletes entries that a consumer has not read in this time. Choose a time longer than"
                    + " any outage of a consumer: " + change(topic, "retention.ms=604800000")
                    + ". Or accept a shorter one with withLeastRetention, now " + options.leastRetention);
        }
        String bytes = config.getOrDefault("retention.bytes", "-1");
        if (!bytes.startsWith("-")) {
            warnOnce("topic " + topic + " has retention.bytes=" + bytes
                    + ", so Kafka deletes entries when many come, whether consumers have read them or not. Set it: "
                    + change(topic, "retention.bytes=-1"));
        }
    }

    /** Throws if Kafka may lose one topic with a broker and keep the other. Then maps would be lost, or counted twice. */
    private void requireSameReplicas(@Nullable String ofEntries, @Nullable String ofMarkers) {
        if (ofEntries != null && ofMarkers != null && !ofEntries.equals(ofMarkers)) {
            boolean entriesHaveFewer = Integer.parseInt(ofEntries) < Integer.parseInt(ofMarkers);
            throw new ShippingException(
                    "topics " + options.topic + " and " + options.markerTopic() + " have " + REPLICAS + "="
                            + ofEntries + " and " + ofMarkers
                            + ": the loss of a broker could lose a transaction in one of them only. Set it: "
                            + change(
                                    entriesHaveFewer ? options.topic : options.markerTopic(),
                                    REPLICAS + "=" + (entriesHaveFewer ? ofMarkers : ofEntries)));
        }
    }

    /** Describes a topic; null if it does not exist. Throws if this user lacks a right that the shipper needs. */
    private @Nullable TopicDescription describe(Admin admin, String topic, Set<AclOperation> needed)
            throws ExecutionException, InterruptedException {
        try {
            TopicDescription found = Objects.requireNonNull(kafka.answer(admin.describeTopics(
                                    List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                            .allTopicNames())
                    .get(topic));
            Set<AclOperation> allowed = found.authorizedOperations();
            if (allowed != null && !allowed.containsAll(needed)) {
                Set<AclOperation> missing = new HashSet<>(needed);
                missing.removeAll(allowed);
                throw new ShippingException(KafkaErrors.missing(missing, "--topic " + topic));
            }
            return found;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return null;
            }
            if (e.getCause() instanceof TopicAuthorizationException) {
                throw new ShippingException(KafkaErrors.missing(needed, "--topic " + topic), e);
            }
            throw e;
        }
    }

    /**
     * Creates the topic of the markers, which must be as durable as the topic of the entries. Returns false if somebody else was faster, who
     * may have given it another configuration.
     */
    private boolean create(Admin admin, String markers, TopicDescription entries, Map<String, String> ofEntries)
            throws ExecutionException, InterruptedException {
        int replicas = entries.partitions().get(0).replicas().size();
        Map<String, String> config = new HashMap<>(OF_MARKERS);
        config.put(
                REPLICAS,
                ofEntries.getOrDefault( // it is unknown without the right to read it
                        REPLICAS, String.valueOf(Math.max(1, replicas - 1))));
        try {
            kafka.answer(admin.createTopics(List.of(
                            new NewTopic(markers, Optional.of(1), Optional.of((short) replicas)).configs(config)))
                    .all());
            ShipperLog.debug("created topic " + markers, null);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                throw new ShippingException(
                        "topic " + markers + " does not exist, and "
                                + KafkaErrors.missing(Set.of(AclOperation.CREATE), "--topic " + markers)
                                + ". Or create it: "
                                + creation(
                                        markers,
                                        "--partitions 1 --replication-factor " + replicas + " "
                                                + config.entrySet().stream()
                                                        .map(entry ->
                                                                "--config " + entry.getKey() + "=" + entry.getValue())
                                                        .sorted()
                                                        .collect(joining(" "))),
                        e);
            }
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
            return false;
        }
    }

    /** Returns the configuration of a topic; empty if this user may not read it. */
    private Map<String, String> config(Admin admin, String topic) throws ExecutionException, InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Map<String, String> config = new HashMap<>();
        try {
            Objects.requireNonNull(
                            kafka.answer(admin.describeConfigs(Set.of(resource)).all())
                                    .get(resource))
                    .entries()
                    .forEach(entry -> config.put(entry.name(), entry.value()));
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof AuthorizationException)) {
                throw e;
            }
            warnOnce(
                    "cleanup.policy, retention and min.insync.replicas of topic " + topic + " are not checked, because "
                            + KafkaErrors.missing(Set.of(AclOperation.DESCRIBE_CONFIGS), "--topic " + topic));
        }
        return config;
    }

    private void warn(String topic, Map<String, String> config) {
        for (Risk risk : RISKS) {
            if (risk.value.equals(config.get(risk.setting))) {
                warnOnce("topic " + topic + " has " + risk.setting + "=" + risk.value + ", so " + risk.consequence
                        + ". Set it: " + change(topic, risk.setting + "=" + risk.better));
            }
        }
    }

    private void warnOnce(String text) {
        if (logged.add(text)) {
            ShipperLog.warn(text, null);
        }
    }

    private static String creation(String topic, String options) {
        return "kafka-topics.sh --bootstrap-server HOST:PORT --create --topic " + topic + " " + options;
    }

    private static String change(String topic, String config) {
        return "kafka-configs.sh --bootstrap-server HOST:PORT --alter --topic " + topic + " --add-config " + config;
    }
}
