/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Explains failed TLS handshakes: which side refused the other, the certificate that it refused, and the file or option to change. The
 * exceptions have no certificates, so this class reads that of the shipper from its key store, and asks brokers for theirs.
 */
final class TlsErrors {
    private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");
    private static final int TIMEOUT_MILLIS = 1000;

    /** The types of subject alternative names with a host: DNS and IP. */
    private static final List<Integer> HOSTS = List.of(2, 7);

    private final ClientConfig config;

    TlsErrors(ClientConfig config) {
        this.config = config;
    }

    /** Explains why a handshake failed. */
    String explain(Throwable failure) {
        String messages = ClientConfig.messages(failure);
        Matcher alert = ALERT.matcher(messages);
        if (alert.find()) {
            return refusedByBroker(alert.group(1));
        }
        if (hasCause(failure, CertificateException.class)) {
            return refusedByShipper(failure, messages);
        }
        return "TLS with the broker at " + config.bootstrap() + " failed: " + messages + ". Compare security.protocol="
                + config.protocol() + " and the options ssl.* with the broker's listener";
    }

    /** Returns a sentence if a broker will refuse the certificate of this shipper because of its dates; empty otherwise. */
    String expiry() {
        X509Certificate own = config.protocol().endsWith("SSL") ? own() : null;
        return own == null || isValidNow(own)
                ? ""
                : ". The certificate of this shipper in " + keyStore() + " is not valid now: " + describe(own)
                        + ". Renew it";
    }

    private String refusedByBroker(String alert) {
        String broker = "the broker at " + config.bootstrap();
        X509Certificate own = own();
        if (own == null) {
            return broker + " ended the TLS handshake (" + alert
                    + "), and this shipper has no certificate. If the broker requires one, name it in ssl.keystore.location";
        }
        String certificate = broker + " refused the certificate of this shipper (" + alert + "): " + describe(own);
        return isValidNow(own)
                ? certificate + ". Let the broker's ssl.truststore.location contain its authority, or change "
                        + keyStore()
                : certificate + ". It is not valid now, at " + Instant.now() + ": renew it in " + keyStore();
    }

    private String refusedByShipper(Throwable failure, String messages) {
        boolean dates = hasCause(failure, CertificateExpiredException.class)
                || hasCause(failure, CertificateNotYetValidException.class);
        boolean name = messages.contains("No subject alternative") || messages.contains("No name matching");
        Presented presented = presented(dates, name);
        String refused = "this shipper refused the broker at "
                + (presented == null ? config.bootstrap() : presented.address) + ", because ";
        String certificate = "its certificate" + (presented == null ? "" : " " + describe(presented.certificate));
        if (dates) {
            return refused + certificate + " is not valid now, at " + Instant.now()
                    + ". Renew it in the broker's ssl.keystore.location, or correct the clock of this machine";
        }
        if (name) {
            return refused + certificate + " is for another name (" + messages
                    + "). Issue one with the names in the broker's advertised.listeners, or correct bootstrap.servers";
        }
        return refused + "no authority in "
                + option(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, "the trust store of Java") + " has signed "
                + certificate + " (" + messages + "). Add the certificate of the authority to this file";
    }

    /** The certificate of a broker. */
    private record Presented(String address, X509Certificate certificate) {}

    /** Returns the certificate that is wrong in this way; if all seem right, that of the first broker; null if none answers. */
    private @Nullable Presented presented(boolean dates, boolean name) {
        List<Presented> all = new ArrayList<>();
        for (String address : config.addresses()) {
            X509Certificate certificate = ask(address);
            if (certificate != null) {
                all.add(new Presented(address, certificate));
            }
        }
        return all.stream()
                .filter(one -> !(dates && isValidNow(one.certificate)))
                .filter(one -> !(name && hosts(one.certificate).contains(Utils.getHost(one.address))))
                .findFirst()
                .orElse(all.isEmpty() ? null : all.get(0));
    }

    /** Begins a handshake, and ends it when the certificate is there. Null if there is none. */
    private static @Nullable X509Certificate ask(String address) {
        List<X509Certificate> found = new ArrayList<>();
        String host = Objects.requireNonNull(Utils.getHost(address));
        int port = Objects.requireNonNull(Utils.getPort(address));
        try (Socket socket = new Socket()) {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Refusal(found)}, new SecureRandom());
            socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            ((SSLSocket) context.getSocketFactory().createSocket(socket, host, port, true)).startHandshake();
        } catch (IOException | GeneralSecurityException e) {
            // Always: the trust manager refuses each certificate, or the broker does not answer.
        }
        return found.isEmpty() ? null : found.get(0);
    }

    /** Remembers the certificate of a server, and refuses it, so that nothing is ever sent to this server. */
    private record Refusal(List<X509Certificate> found) implements X509TrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            found.add(chain[0]);
            throw new CertificateException("it is only looked at");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("this is no server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
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
        return option(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG);
    }

    /** Returns an option and its value, or other words if it is not set. */
    private String option(String name, String otherwise) {
        Object value = config.values().get(name);
        return value == null ? otherwise : name + "=" + value;
    }

    private static boolean isValidNow(X509Certificate certificate) {
        try {
            certificate.checkValidity();
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    private static List<String> hosts(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> HOSTS.contains(name.get(0)))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateException e) {
            return List.of();
        }
    }

    private static String describe(X509Certificate certificate) {
        List<String> hosts = hosts(certificate);
        return certificate.getSubjectX500Principal()
                + (hosts.isEmpty() ? "" : " for " + String.join(", ", hosts))
                + ", issued by " + certificate.getIssuerX500Principal()
                + ", valid from " + certificate.getNotBefore().toInstant()
                + " to " + certificate.getNotAfter().toInstant();
    }

    private static boolean hasCause(Throwable failure, Class<? extends Throwable> kind) {
        return ClientConfig.causes(failure).anyMatch(kind::isInstance);
    }
}
