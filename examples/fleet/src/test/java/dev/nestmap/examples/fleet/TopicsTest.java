/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/** A mistake in the address of a cluster is named. */
class TopicsTest {
    private static final Duration SHORT = Duration.ofMillis(500);

    @Test
    void namesAnAddressThatIsNotValid() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Topics.create("kafka", "flows", SHORT))
                .withMessage("--bootstrap kafka: Invalid url in bootstrap.servers: kafka");
    }

    @Test
    void namesTheClusterThatDoesNotAnswer() {
        assertThatExceptionOfType(KafkaException.class)
                .isThrownBy(() -> Topics.create("127.0.0.1:1", "flows", SHORT))
                .withMessageStartingWith("Kafka at 127.0.0.1:1 does not answer (")
                .withMessageEndingWith("). --bootstrap HOST:PORT names a broker of a running cluster");
    }
}
