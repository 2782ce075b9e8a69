/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * Explains failed TLS handshakes: which side refused the other, why, and the file or option to change. Exceptions do not name the broker, which
 * may be any of the cluster.
 */
final class TlsErrors {
    /** The alerts about the certificate of the other side. */
    private static final Pattern REFUSAL = Pattern.compile(
            "Received fatal alert: (bad_certificate|unsupported_certificate|certificate_\\w+|unknown_ca|access_denied)");

    private static final String RENEW = ". It is not valid now: renew it in ";

    /** The types of subject alternative names with a host: DNS and IP. */
    private static final List<Integer> HOSTS = List.of(2, 7);

    private final ClientConfig config;

    TlsErrors(ClientConfig config) {
        this.config = config;
    }

    /** Explains why a handshake failed. */
    String explain(Throwable failure) {
        String messages = ClientConfig.messages(failure);
        Matcher alert = REFUSAL.matcher(messages);
        if (alert.find()) {
            return refusedByBroker(alert.group(1));
        }
        if (hasCause(failure, CertificateException.class)) {
            return refusedByShipper(failure, messages);
        }
        return "TLS with a broker of " + config.bootstrap() + " failed: " + messages + ". Compare security.protocol="
                + config.protocol() + " and the options ssl.* with the broker's listener";
    }

    /** Returns a sentence if a broker will refuse the certificate of this shipper because of its dates; empty otherwise. */
    String expiry() {
        X509Certificate own = config.protocol().endsWith("SSL") ? own() : null;
        return own == null || isValidNow(own)
                ? ""
                : ". The broker refuses the certificate of this shipper, " + describe(own) + RENEW + keyStore();
    }

    private String refusedByBroker(String alert) {
        String broker = "a broker of " + config.bootstrap();
        X509Certificate own = own();
        if (own == null) {
            return broker + " ended the TLS handshake (" + alert
                    + "), and this shipper has no certificate. If the broker requires one, name it in ssl.keystore.location";
        }
        return broker + " refused the certificate of this shipper (" + alert + "): " + describe(own)
                + (isValidNow(own)
                        ? ". Let the broker's ssl.truststore.location contain its authority, or change "
                        : RENEW)
                + keyStore();
    }

    private String refusedByShipper(Throwable failure, String messages) {
        String refused = "this shipper refused the certificate of a broker of " + config.bootstrap() + ": " + messages;
        if (hasCause(failure, CertificateExpiredException.class)
                || hasCause(failure, CertificateNotYetValidException.class)) {
            return refused + ": " + invalid(failure) + RENEW
                    + "the broker's ssl.keystore.location, or correct the clock of this machine";
        }
        String look = ". Look at it: openssl s_client -connect HOST:PORT. Then ";
        if (messages.contains("No subject alternative") || messages.contains("No name matching")) {
            return refused + look + "issue one with the names in the broker's advertised.listeners, or correct"
                    + " bootstrap.servers";
        }
        if (messages.contains("unable to find valid certification path")
                || messages.contains("signature check failed")) { // another authority of the same name
            return refused + look + "add its authority to "
                    + option(
                            SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
                            SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
                            "ssl.truststore.location. Without this option, the authorities are those of Java");
        }
        return refused;
    }

    /** Returns the certificate whose dates are wrong, which may be that of an authority. */
    private static String invalid(Throwable failure) {
        return ClientConfig.causes(failure)
                .filter(CertPathValidatorException.class::isInstance)
                .map(CertPathValidatorException.class::cast)
                .filter(e -> e.getCertPath() != null && e.getIndex() >= 0)
                .map(e -> e.getCertPath().getCertificates().get(e.getIndex()))
                .findFirst()
                .map(TlsErrors::describe)
                .orElse("it is not known which one");
    }

    /** Returns the certificate of this shipper; null if there is none, or if it can't be read. */
    private @Nullable X509Certificate own() {
        try (DefaultSslEngineFactory stores = new DefaultSslEngineFactory()) {
            stores.configure(config.values());
            KeyStore store = stores.keystore();
            if (store != null) {
                for (String alias : Collections.list(store.aliases())) {
                    if (store.isKeyEntry(alias) && store.getCertificate(alias) instanceof X509Certificate certificate) {
                        return certificate;
                    }
                }
            }
        } catch (GeneralSecurityException | KafkaException e) {
            // Kafka's client reports a key store that it can't read.
        }
        return null;
    }

    private String keyStore() {
        return option(
                SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
                SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG,
                SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG);
    }

    /** Returns the one of two options that is set, with the user's value unless it is a certificate; other words if none is set. */
    private String option(String location, String pem, String otherwise) {
        Map<String, Object> set = config.ofReaders();
        return Stream.of(location, pem)
                .filter(set::containsKey)
                .map(name -> String.valueOf(set.get(name)).contains("-----") ? name : name + "=" + set.get(name))
                .findFirst()
                .orElse(otherwise);
    }

    private static boolean isValidNow(X509Certificate certificate) {
        try {
            certificate.checkValidity();
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    private static String describe(Certificate any) {
        if (!(any instanceof X509Certificate certificate)) {
            return any.toString();
        }
        return certificate.getSubjectX500Principal() + hosts(certificate)
                + ", issued by " + certificate.getIssuerX500Principal()
                + ", valid from " + certificate.getNotBefore().toInstant()
                + " to " + certificate.getNotAfter().toInstant();
    }

    private static String hosts(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            List<String> hosts = names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> HOSTS.contains(name.get(0)))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
            return hosts.isEmpty() ? "" : " for " + String.join(", ", hosts);
        } catch (CertificateParsingException e) {
            return "";
        }
    }

    private static boolean hasCause(Throwable failure, Class<? extends Throwable> kind) {
        return ClientConfig.causes(failure).anyMatch(kind::isInstance);
    }
}
