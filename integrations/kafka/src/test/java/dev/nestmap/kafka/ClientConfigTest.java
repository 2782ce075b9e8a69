/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

/** Kafka's clients are as the shipper needs them. No broker is needed. */
class ClientConfigTest {
    private static Map<String, Object> impatient(String bootstrap) {
        return new HashMap<>(Map.of(
                "bootstrap.servers",
                bootstrap,
                "max.block.ms",
                500,
                "request.timeout.ms",
                500,
                "default.api.timeout.ms",
                500,
                "delivery.timeout.ms",
                600));
    }

    @Test
    void compressesUnlessTheUserSaysHow() {
        Map<String, Object> kafka = impatient("127.0.0.1:1");
        assertThat(new ClientConfig(kafka, "nestmap.machine.tenant").ofProducer())
                .containsEntry("compression.type", "gzip");

        kafka.put("compression.type", "none");
        assertThat(new ClientConfig(kafka, "nestmap.machine.tenant").ofProducer())
                .containsEntry("compression.type", "none");
    }

    /** Kafka's own thread has died, and nothing completes what it was asked for. */
    @Test
    void waitsForNoAnswerForEver() {
        ClientConfig config = new ClientConfig(impatient("127.0.0.1:1"), "nestmap.machine.tenant");

        Throwable failure = catchThrowable(() -> config.answer(new KafkaFutureImpl<>()));

        assertThat(KafkaErrors.explain(failure, config, ShipperOptions.to("counts")))
                .hasMessageStartingWith(
                        "Kafka at 127.0.0.1:1 does not answer (its client has not completed a call in 1000 ms)");
    }
}
