/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.security.auth.login.LoginException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The configuration of the Kafka clients: the user's options and the shipper's options. */
final class ClientConfig {
    /** The default of {@link #patience}. */
    private static final int TIMEOUT_MILLIS = 10_000;

    /**
     * The default of {@code transaction.timeout.ms}. If a machine freezes with an open transaction, consumers of committed messages wait
     * for this time, and until the broker looks for such transactions, by default every 10 seconds.
     */
    private static final int TRANSACTION_MILLIS = 10_000;

    /** The message of Kafka's clients if no name of {@code bootstrap.servers} has an address. */
    private static final String NO_ADDRESS = "No resolvable bootstrap urls";

    private final Map<String, Object> config;
    final String bootstrap;

    /** The transactional id, which is also the beginning of the markers' keys. */
    final String id;

    /**
     * Checks the user's options, as far as this is possible without a broker.
     *
     * @param id the transactional id
     * @throws IllegalArgumentException if Kafka's clients reject an option, or if the shipper itself must set it
     */
    ClientConfig(Map<String, ?> user, String id) {
        this.bootstrap = String.valueOf(user.get("bootstrap.servers"));
        if (!user.containsKey("bootstrap.servers")) {
            throw new IllegalArgumentException(
                    "the configuration of Kafka has no bootstrap.servers: name the brokers, HOST:PORT");
        }
        if (user.containsKey("transactional.id")) {
            throw new IllegalArgumentException(
                    "the configuration of Kafka has transactional.id: remove it. The shipper itself sets it to " + id
                            + "; withMachine and withName change that");
        }
        this.id = id;
        this.config = new HashMap<>(user);
        config.putIfAbsent("max.block.ms", TIMEOUT_MILLIS);
        config.putIfAbsent("transaction.timeout.ms", TRANSACTION_MILLIS);
        config.putIfAbsent("compression.type", "gzip"); // the others unpack a native library
        if (!user.containsKey("request.timeout.ms")) {
            config.put("request.timeout.ms", TIMEOUT_MILLIS);
            config.putIfAbsent("default.api.timeout.ms", TIMEOUT_MILLIS);
        }
        requireValid(Map.of());
    }

    /**
     * Creates each client once as a test. Ignores a name without an address and a failed login, because these may work later.
     *
     * @param instead options that replace the user's
     */
    private void requireValid(Map<String, Object> instead) {
        Map<String, Object> reader = ofReaders();
        reader.putAll(instead);
        Map<String, Object> writer = ofProducer();
        writer.putAll(instead);
        try {
            Admin.create(reader).close(Duration.ZERO);
            committedReader(reader).close(CloseOptions.timeout(Duration.ZERO));
            new KafkaProducer<>(writer, new ByteArraySerializer(), new ByteArraySerializer()).close(Duration.ZERO);
        } catch (KafkaException e) {
            String messages = messages(e);
            if (instead.isEmpty() && messages.contains(NO_ADDRESS)) {
                requireValid(Map.of("bootstrap.servers", "127.0.0.1:9"));
            } else if (causes(e).noneMatch(LoginException.class::isInstance)) {
                throw new IllegalArgumentException("Kafka's client rejects the configuration: " + messages, e);
            }
        }
    }

    /** Returns the messages of an exception and its causes. */
    static String messages(Throwable failure) {
        return causes(failure)
                .map(cause -> String.valueOf(cause.getMessage()))
                .distinct()
                .collect(Collectors.joining(": "));
    }

    /** An exception and its causes. */
    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }

    /** Returns the security protocol between clients and broker. */
    String protocol() {
        return String.valueOf(config.getOrDefault("security.protocol", "PLAINTEXT"));
    }

    /** Returns the timeout of a call to Kafka. After it, the shipper reports that Kafka does not answer. */
    Duration patience() {
        return Duration.ofMillis(new AdminClientConfig(ofReaders()).getInt("default.api.timeout.ms"));
    }

    /**
     * Waits for an answer of Kafka. Its client ends each call itself after {@link #patience}, unless the client's thread has died, for example
     * for want of memory. Then nobody would ever complete the future.
     */
    <T> T answer(KafkaFuture<T> future) throws ExecutionException, InterruptedException {
        Duration limit = patience().multipliedBy(2); // the client's own error, which comes first, says more
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new TimeoutException("its client has not completed a call in " + limit.toMillis() + " ms", e);
        }
    }

    /** Returns the configuration of clients other than producers. */
    Map<String, Object> ofReaders() {
        Map<String, Object> readers = new HashMap<>(config);
        ProducerConfig.configNames().stream()
                .filter(name -> !AdminClientConfig.configNames().contains(name))
                .forEach(readers::remove);
        return readers;
    }

    /** A consumer that reads committed messages only, and remembers no offsets. */
    static KafkaConsumer<byte[], byte[]> committedReader(Map<String, ?> kafka) {
        Map<String, Object> reader = new HashMap<>(kafka);
        reader.put("isolation.level", "read_committed");
        reader.put("auto.offset.reset", "earliest");
        reader.put("enable.auto.commit", false);
        return new KafkaConsumer<>(reader, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Returns the configuration of the producer. */
    Map<String, Object> ofProducer() {
        Map<String, Object> producer = new HashMap<>(config);
        producer.put("transactional.id", id);
        producer.put("enable.idempotence", true); // then the client names acks if it does not fit
        producer.remove("default.api.timeout.ms");
        return producer;
    }
}
