/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;

/** Says which right, topic or option an exception of the Kafka clients is about. Its own words are part of the text. */
final class KafkaErrors {
    private KafkaErrors() {}

    static ShippingException explain(Throwable failure, ClientConfig config, ShipperOptions options) {
        if (failure instanceof IOException) { // Kafka's clients throw none that is not a cause
            return new ShippingException(
                    "a file of the spool can't be read (" + failure
                            + "), so this file and all later files of this shipper wait. Correct the disk. If somebody has deleted the file,"
                            + " create an empty file with its name: the shipper then leaves the numbers of its rows out, so that the loss is"
                            + " known",
                    failure);
        }
        Throwable cause = cause(failure);
        return cause instanceof ShippingException known
                ? known
                : new ShippingException(text(cause, config, options), failure);
    }

    private static String text(Throwable cause, ClientConfig config, ShipperOptions options) {
        String kafka = "Kafka at " + config.bootstrap;
        String detail = String.valueOf(cause.getMessage()).replaceAll("\\.+$", "");
        if (cause instanceof TopicAuthorizationException topics) { // since the check of the topics
            return missing(TopicCheck.TO_SEND, "--topic " + String.join(" --topic ", topics.unauthorizedTopics()));
        }
        if (cause instanceof TransactionalIdAuthorizationException) {
            return missing(TopicCheck.TO_SEND, "--transactional-id " + config.id);
        }
        if (cause instanceof AuthenticationException) {
            return kafka + " and this shipper do not accept each other: " + ClientConfig.messages(cause)
                    + ". https://nestmap.dev/fleet/security says what to look at";
        }
        if (cause instanceof RecordTooLargeException) {
            return "Kafka rejected a message because of its size: " + detail + ". Raise max.message.bytes of topic "
                    + options.topic
                    + " (and max.request.size of the producer). Until then, this file and all later files of this shipper wait";
        }
        if (cause instanceof InvalidTimestampException) {
            return "Kafka rejected the time of a message: " + detail
                    + ". Set message.timestamp.type=LogAppendTime for the topics " + options.topic + " and "
                    + options.markerTopic() + ", and set the clock of this machine";
        }
        if (cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException) {
            return "Kafka ended the transaction of " + config.id
                    + ", because it took too long or because another shipper has the same id (" + detail
                    + "). Only one may run for each outer map of a machine: give them different names with withMachine or withName";
        }
        if (cause instanceof TimeoutException || cause instanceof TransactionAbortableException) {
            return kafka + " does not answer (" + detail
                    + "): it is away or busy, or expects another protocol than security.protocol=" + config.protocol();
        }
        return kafka + " failed: " + cause.getClass().getSimpleName() + ": " + ClientConfig.messages(cause);
    }

    /**
     * Returns a message about missing rights, with the commands that grant them.
     *
     * @param resource the options of kafka-acls.sh that name the resource
     */
    static String missing(Set<AclOperation> operations, String resource) {
        List<String> names = operations.stream().sorted().map(KafkaErrors::name).toList();
        return "the broker denies this user " + String.join(", ", names)
                + " (https://nestmap.dev/fleet/security has all rights of a shipper). Allow it: kafka-acls.sh --bootstrap-server"
                + " HOST:PORT --add --allow-principal User:NAME --operation " + String.join(" --operation ", names)
                + " "
                + resource;
    }

    /** The name of an operation in kafka-acls.sh: {@code IdempotentWrite}. */
    private static String name(AclOperation operation) {
        return Stream.of(operation.name().split("_", -1))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
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
