/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A problem of Kafka is explained with the option or the certificate that is wrong. No broker is needed. */
class KafkaErrorsTest {
    @TempDir
    private Path directory;

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

    /** The file of a secret is away for a moment, while the broker does not answer. */
    @Test
    void explainsEvenIfAFileOfTheConfigurationIsGone() throws IOException {
        Path secrets = Files.writeString(directory.resolve("secrets"), "client=agent\n");
        Map<String, Object> kafka = impatient("127.0.0.1:1");
        kafka.put("config.providers", "file");
        kafka.put("config.providers.file.class", FileConfigProvider.class.getName());
        kafka.put("client.id", "${file:" + secrets + ":client}");
        KafkaErrors errors =
                new KafkaErrors(new ClientConfig(kafka, "nestmap.machine.tenant"), ShipperOptions.to("counts"));
        Files.delete(secrets);

        for (Exception failure : List.of(
                new TimeoutException("made by this test"), new SslAuthenticationException("made by this test"))) {
            assertThat(errors.explain(failure))
                    .hasMessageStartingWith(
                            "Kafka at 127.0.0.1:1 failed: made by this test, and Kafka's client rejects")
                    .hasMessageContaining(secrets.toString());
        }
    }

    /** Only names without an address are a matter of bootstrap.servers. */
    @Test
    void namesTheOptionThatIsWrong() {
        ClientConfig config = new ClientConfig(impatient("127.0.0.1:1"), "nestmap.machine.tenant");
        KafkaErrors errors = new KafkaErrors(config, ShipperOptions.to("counts"));

        assertThat(errors.explain(new KafkaException(
                        "Failed to create new KafkaAdminClient", new ConfigException("Could not read /run/secrets"))))
                .hasMessage("Kafka's client rejects the configuration: Could not read /run/secrets");
        assertThat(errors.explain(new ConfigException("No resolvable bootstrap urls given in bootstrap.servers")))
                .hasMessageStartingWith("Kafka's client can't use bootstrap.servers=127.0.0.1:1: ");
    }

    /** Kafka's own thread has died, and nothing completes what it was asked for. */
    @Test
    void waitsForNoAnswerForEver() {
        ClientConfig config = new ClientConfig(impatient("127.0.0.1:1"), "nestmap.machine.tenant");

        Throwable failure = catchThrowable(() -> config.answer(new KafkaFutureImpl<>()));

        assertThat(new KafkaErrors(config, ShipperOptions.to("counts")).explain(failure))
                .hasMessageStartingWith(
                        "Kafka at 127.0.0.1:1 does not answer (its client has not completed a call in 1000 ms)");
    }

    /** Other alerts, for example about the protocol, say nothing about a certificate. */
    @Test
    void onlyAlertsAboutCertificatesSayThatOneWasRefused() {
        TlsErrors tls = new TlsErrors(new ClientConfig(impatient("127.0.0.1:1"), "nestmap.machine.tenant"));

        for (String alert : List.of("protocol_version", "handshake_failure", "internal_error", "unrecognized_name")) {
            assertThat(tls.explain(new SSLHandshakeException("Received fatal alert: " + alert)))
                    .isEqualTo("TLS with a broker of 127.0.0.1:1 failed: Received fatal alert: " + alert
                            + ". Compare security.protocol=PLAINTEXT and the options ssl.* with the broker's listener");
        }
        assertThat(tls.explain(new SSLHandshakeException("Received fatal alert: certificate_required")))
                .contains("ended the TLS handshake (certificate_required), and this shipper has no certificate");
        assertThat(tls.explain(new SSLHandshakeException("PKIX path validation failed")
                        .initCause(new CertificateException("algorithm constraints check failed: MD5withRSA"))))
                .isEqualTo(
                        "this shipper refused the certificate of a broker of 127.0.0.1:1: PKIX path validation failed:"
                                + " algorithm constraints check failed: MD5withRSA");
    }
}
