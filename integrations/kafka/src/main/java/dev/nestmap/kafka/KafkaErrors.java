/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.utils.SecurityUtils;

/** Explains exceptions of the Kafka clients: the problem and the remedy. */
final class KafkaErrors {
    private final ClientConfig config;
    private final ShipperOptions options;
    private final TlsErrors tls;

    KafkaErrors(ClientConfig config, ShipperOptions options) {
        this.config = config;
        this.options = options;
        this.tls = new TlsErrors(config);
    }

    ShippingException explain(Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof ShippingException known) {
            return known;
        }
        try {
            return new ShippingException(text(cause), failure);
        } catch (RuntimeException e) { // the explanation reads the configuration, and files that config.providers name
            return new ShippingException(
                    "Kafka at " + config.bootstrap() + " failed: " + ClientConfig.messages(cause)
                            + ", and Kafka's client rejects the configuration: " + ClientConfig.messages(e),
                    failure);
        }
    }

    private String text(Throwable cause) {
        String detail = String.valueOf(cause.getMessage()).replaceAll("\\.+$", "");
        if (cause instanceof TopicAuthorizationException topics) { // since the check of the topics
            return missing(TopicCheck.TO_SEND, "--topic " + String.join(" --topic ", topics.unauthorizedTopics()));
        }
        if (cause instanceof TransactionalIdAuthorizationException) {
            return missing(TopicCheck.TO_SEND, "--transactional-id " + config.id());
        }
        if (cause instanceof SslAuthenticationException) {
            return tls.explain(cause);
        }
        if (cause instanceof AuthenticationException) {
            return "the broker at " + config.bootstrap() + " rejected the credentials: " + ClientConfig.messages(cause)
                    + ". Correct them in sasl.jaas.config" + config.references(SaslConfigs.SASL_JAAS_CONFIG)
                    + ", or create the user: kafka-configs.sh --bootstrap-server HOST:PORT --alter --entity-type users"
                    + " --entity-name NAME --add-config 'SCRAM-SHA-512=[password=PASSWORD]'";
        }
        if (cause instanceof RecordTooLargeException) {
            return "Kafka rejected a message because of its size: " + detail + ". Raise max.message.bytes of topic "
                    + options.topic()
                    + " (and max.request.size of the producer), or use smaller parts: withPartBytes, now "
                    + options.partBytes();
        }
        if (cause instanceof InvalidRecordException) {
            return "Kafka rejected a message: " + detail + ". This is so if " + TopicCheck.compacted(options.topic());
        }
        if (cause instanceof InvalidTimestampException) {
            return "the broker rejected the time of a message, because the clocks of this machine and of the broker differ too much: "
                    + detail + ". Set message.timestamp.type=LogAppendTime for the topics " + options.topic() + " and "
                    + options.markerTopic() + ", and set the clock";
        }
        if (cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException) {
            return "Kafka ended the transaction of " + config.id()
                    + ", because it took too long or because another shipper has the same id (" + detail
                    + "). The next transaction has fewer maps";
        }
        if (cause instanceof TimeoutException || cause instanceof TransactionAbortableException) {
            String listening = config.listening();
            return "Kafka at " + config.bootstrap() + " does not answer (" + detail + ")"
                    + (listening == null
                            ? ". Nothing accepts connections there: start the broker, or correct bootstrap.servers"
                            : ". But " + listening
                                    + " accepts connections: either its broker is busy, or it expects another"
                                    + " protocol than that of this shipper, security.protocol=" + config.protocol()
                                    + tls.expiry());
        }
        if (cause instanceof ConfigException && !detail.contains(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
            return "Kafka's client rejects the configuration: "
                    + detail; // a file that config.providers name may be gone
        }
        if (cause instanceof ConfigException) {
            return "Kafka's client can't use bootstrap.servers=" + config.bootstrap() + ": " + detail
                    + ". Correct the names of the brokers, or the name resolution of this machine";
        }
        return "Kafka at " + config.bootstrap() + " failed: " + cause.getClass().getSimpleName() + ": "
                + ClientConfig.messages(cause);
    }

    /**
     * Returns a message about missing rights, with the commands that grant them.
     *
     * @param resource the options of kafka-acls.sh that name the resource
     */
    static String missing(Set<AclOperation> operations, String resource) {
        List<String> names =
                operations.stream().sorted().map(SecurityUtils::operationName).toList();
        return "the broker denies this user " + String.join(", ", names)
                + " (https://nestmap.dev/fleet/security has all rights of a shipper). Allow it: kafka-acls.sh --bootstrap-server"
                + " HOST:PORT --add --allow-principal User:NAME --operation " + String.join(" --operation ", names)
                + " "
                + resource;
    }

    /** Returns whether Kafka, or its client, refuses a message because of its size. */
    static boolean isTooLarge(Throwable failure) {
        return cause(failure) instanceof RecordTooLargeException;
    }

    /** Returns whether Kafka, or its client, refuses this message, and may accept others. */
    static boolean isRefusal(Throwable failure) {
        Throwable cause = cause(failure);
        return cause instanceof RecordTooLargeException
                || cause instanceof InvalidRecordException
                || cause instanceof PolicyViolationException;
    }

    /** Returns the most informative cause. Wrappers only state that an operation failed. */
    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof ExecutionException || cause.getClass() == KafkaException.class)) {
            cause = cause.getCause();
        }
        return cause;
    }
}
