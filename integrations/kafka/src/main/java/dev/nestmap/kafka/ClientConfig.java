/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The configuration of the Kafka clients: that of the user, and what the shipper needs. */
final class ClientConfig {
    /** The default of {@link #patience}. */
    private static final int TIMEOUT_MILLIS = 10_000;

    /** A shipper that starts waits until the transaction of a dead machine has ended: at most this long. */
    private static final int TRANSACTION_MILLIS = 30_000;

    private final Map<String, Object> config;
    private final String bootstrap;
    private final String id;

    /**
     * Checks the user's part.
     *
     * @param id the transactional id
     * @throws IllegalArgumentException if it sets what the shipper sets
     */
    ClientConfig(Map<String, ?> user, String id) {
        this.bootstrap = String.valueOf(user.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG));
        if (!user.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
            throw new IllegalArgumentException(
                    "the configuration of Kafka has no bootstrap.servers: name the brokers, HOST:PORT");
        }
        for (String own : List.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, CommonClientConfigs.GROUP_ID_CONFIG)) {
            if (user.containsKey(own)) {
                throw new IllegalArgumentException("the configuration of Kafka has " + own
                        + ", which the shipper sets itself, to " + id + ". Use withMachine and withName to change it");
            }
        }
        this.id = id;
        this.config = new HashMap<>(user);
        config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MILLIS);
        config.putIfAbsent(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
        if (!user.containsKey(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG)) {
            config.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
            config.putIfAbsent(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        }
    }

    /** The transactional id, which is also the key of the markers. */
    String id() {
        return id;
    }

    String bootstrap() {
        return bootstrap;
    }

    /** How long a call may wait for Kafka before the shipper reports that it does not answer. */
    Duration patience() {
        return Duration.ofMillis(
                new AdminClientConfig(ofReaders()).getInt(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG));
    }

    /** The configuration of clients other than producers. */
    Map<String, Object> ofReaders() {
        Map<String, Object> readers = new HashMap<>(config);
        ProducerConfig.configNames().stream()
                .filter(name -> !AdminClientConfig.configNames().contains(name))
                .forEach(readers::remove);
        return readers;
    }

    /** The configuration of the producer. */
    Map<String, Object> ofProducer() {
        Map<String, Object> producer = new HashMap<>(config);
        producer.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        producer.remove(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG);
        return producer;
    }
}
