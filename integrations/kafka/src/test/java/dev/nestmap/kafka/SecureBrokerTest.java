/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.TenantMap;
import dev.nestmap.runtime.testing.FreePort;
import dev.nestmap.runtime.testing.LogRecords;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.internals.SecurityUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Shippers with the files of examples/fleet/tls and the rights of the page security.md reach a broker with TLS, SASL and ACLs, and a refusal
 * names what is missing. Each test grants the rights of node-1, and then lacks some.
 */
@Tag("server")
@Timeout(600)
@Tag("kafka")
@Tag("night")
class SecureBrokerTest {
    private static final Path PAGE = Path.of("../../docs/fleet/security.md");
    private static final Path FILES = Path.of("../../examples/fleet/tls");
    private static final String NODE = "node-1";

    @TempDir
    private static Path certificates;

    @TempDir
    private Path spools;

    /** For many JVMs of short commands. */
    private static final String FAST = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    /** Further certificates: of a consumer, and of nobody. The functions of the page are defined. */
    private static final String FURTHER = """
            issue totals totals
            keytool -genkeypair -alias key -keyalg EC -dname CN=unknown -validity 365 -keystore unknown.p12 -storepass changeit
            keytool -exportcert -rfc -alias key -keystore unknown.p12 -storepass changeit -file unknown.crt
            """;

    /** The ports of the encrypted listeners, by name. */
    private static final Map<String, Integer> PORTS = new TreeMap<>();

    @SuppressWarnings("NullAway.Init") // set by BeforeAll
    private static Broker broker;

    private final CountsBpf bpf = CountsBpf.inMemory();
    private final TenantMap tenants = bpf.tenant();

    @BeforeAll
    static void startBroker() throws Exception {
        ProcessBuilder script = new ProcessBuilder("bash", "-ec", file("certificates.sh") + FURTHER)
                .directory(certificates.toFile())
                .redirectErrorStream(true);
        script.environment().put("JAVA_TOOL_OPTIONS", FAST);
        Process keytool = script.start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();

        String plain = "127.0.0.1:" + FreePort.find();
        for (String name : List.of("SASL_SSL", "SSL")) {
            PORTS.put(name, FreePort.find());
        }
        String properties = file("broker.properties")
                .replace("listeners=", "listeners=PLAINTEXT://" + plain + ",")
                .replace(",CONTROLLER://localhost:9095", "") // a process of its own
                .replace("CONTROLLER:SSL", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT")
                .replaceAll("(?<=reauth.ms=)\\d+", "2000")
                .replace("localhost:9093", "localhost:" + PORTS.get("SASL_SSL"))
                .replace("localhost:9094", "localhost:" + PORTS.get("SSL"))
                .replaceAll("(?m)location=", "location=" + certificates + "/");
        broker = Broker.startSecure("secure-broker", plain, properties);
        broker.create("flows", 1, Map.of("message.timestamp.type", "LogAppendTime"));
        broker.create("flows.node-1", 1, Map.of("message.timestamp.type", "LogAppendTime"));
        broker.create("nestmap-markers-node-2", 1, Map.of("cleanup.policy", "compact"));
        setPassword("secret-of-node-1");
    }

    private static void setPassword(String password) throws Exception {
        broker.admin()
                .alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                        NODE, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), password)))
                .all()
                .get();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void grant() throws Exception {
        Admin admin = broker.admin();
        admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
        admin.createAcls(acls()).all().get();
        tenants.create(1L).put(new Count(1, 1));
    }

    @AfterEach
    void close() {
        bpf.close();
    }

    /** The commands of the page that grant rights. */
    private static List<AclBinding> acls() throws Exception {
        List<AclBinding> acls = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("kafka-acls.sh ")) {
                acls.addAll(acls(List.of(line.split(" "))));
            }
        }
        assertThat(acls).hasSize(5 + 1 + 2);
        return acls;
    }

    private static List<AclBinding> acls(List<String> words) {
        List<AclOperation> operations = new ArrayList<>();
        Map<ResourceType, String> resources = new EnumMap<>(ResourceType.class);
        String principal = "";
        PatternType pattern = PatternType.LITERAL;
        for (Iterator<String> rest = words.subList(1, words.size()).iterator(); rest.hasNext(); ) {
            String option = rest.next();
            switch (option) {
                case "--add" -> {}
                case "--bootstrap-server" -> rest.next();
                case "--allow-principal" -> principal = rest.next();
                case "--operation" -> operations.add(SecurityUtils.operation(rest.next()));
                case "--topic", "--transactional-id", "--group" ->
                    resources.put(
                            ResourceType.valueOf(
                                    option.substring(2).replace('-', '_').toUpperCase(Locale.ROOT)),
                            rest.next());
                case "--resource-pattern-type" ->
                    pattern = PatternType.valueOf(rest.next().toUpperCase(Locale.ROOT));
                default -> throw new IllegalArgumentException(option);
            }
        }
        List<AclBinding> acls = new ArrayList<>();
        for (Map.Entry<ResourceType, String> resource : resources.entrySet()) {
            for (AclOperation operation : operations) {
                acls.add(new AclBinding(
                        new ResourcePattern(resource.getKey(), resource.getValue(), pattern),
                        new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW)));
            }
        }
        return acls;
    }

    private static Map<String, Object> withPassword(String password) throws IOException {
        Files.writeString(certificates.resolve("secret.properties"), "password=" + password + "\n");
        return config(file("password.properties"));
    }

    private static Map<String, Object> withCertificate() {
        return config(file("certificate.properties"));
    }

    /** A file of the example, for a single broker on this machine. */
    private static String file(String name) {
        try {
            return Files.readString(FILES.resolve(name))
                    .replaceAll(",kafka-2:\\d+", "")
                    .replaceAll("\\bkafka-\\d\\b", "localhost");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> config(String file) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(file.replace("/etc/kafka", certificates.toString())
                    .replace("=kafka:", "=localhost:")
                    .replace("localhost:9093", "localhost:" + PORTS.get("SASL_SSL"))
                    .replace("localhost:9094", "localhost:" + PORTS.get("SSL"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, Object> config = new HashMap<>();
        properties.forEach((name, value) -> config.put(String.valueOf(name), value));
        config.putAll(Broker.SOON);
        return config;
    }

    private static Map<String, Object> with(Map<String, Object> config, String option, String value) {
        Map<String, Object> changed = new HashMap<>(config);
        changed.put(option, value);
        return changed;
    }

    private Shipper<Long> start(Map<String, Object> config, String topic, String machine) {
        return Shipper.start(
                tenants,
                config,
                ShipperOptions.to(topic)
                        .withMachine(machine)
                        .withUnpinnedMap()
                        .withSpool(spools.resolve(machine), 1_000_000)
                        .withInterval(BrokerTest.PATIENCE));
    }

    private void ships(Map<String, Object> config, String topic) throws Exception {
        try (Shipper<Long> shipper = start(config, topic, NODE)) {
            BrokerTest.ship(shipper);
            assertThat(shipper.statistics().transactions()).isPositive();
        }
    }

    /** As in a Secret of Kubernetes, with the configuration of flows.yaml in examples/templates/fleet. */
    @Test
    void aMachineShipsWithKeysInPem() throws Exception {
        KeyStore store = KeyStore.getInstance(certificates.resolve("node-1.p12").toFile(), "changeit".toCharArray());
        Key key = store.getKey("key", "changeit".toCharArray());
        Files.writeString(certificates.resolve("tls.key"), pem("PRIVATE KEY", key.getEncoded()));
        Files.writeString(
                certificates.resolve("tls.crt"),
                pem("CERTIFICATE", store.getCertificate("key").getEncoded()));
        Files.writeString(
                certificates.resolve("ca.crt.pem"),
                pem("CERTIFICATE", store.getCertificate("ca").getEncoded()));
        String manifest = Files.readString(Path.of("../../examples/templates/fleet/flows.yaml"));
        String client = manifest.split("client.properties: \\|\\n", 2)[1].split("---", 2)[0].indent(-4);

        Map<String, Object> config = config(client.replace("ca.crt", "ca.crt.pem"));
        ships(config, "flows");

        Files.copy(certificates.resolve("unknown.crt"), certificates.resolve("ca.crt.pem"), REPLACE_EXISTING);
        tenants.getOrCreate(1L).put(new Count(1, 1));
        try (Shipper<Long> shipper = start(config, "flows", NODE)) {
            BrokerTest.awaitProblem(shipper, "unable to find valid certification path");
        }
    }

    private static String pem(String type, byte[] bytes) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n";
    }

    @Test
    void aMachineShipsToATopicOfItsOwn() throws Exception {
        List<AclBinding> own = acls(
                List.of(("kafka-acls.sh --add --allow-principal User:node-1 --operation Write --topic flows.node-1")
                        .split(" ")));
        broker.admin().createAcls(own).all().get();
        ships(withCertificate(), "flows.node-1");
    }

    @Test
    void aWrongPasswordIsReported() throws Exception {
        try (Shipper<Long> shipper = start(withPassword("guessed"), "flows", NODE)) {
            BrokerTest.awaitProblem(shipper, "invalid credentials");
            assertThat(shipper.statistics().problem()).doesNotContain("guessed");
        }
    }

    @Test
    void aMachineWithoutACertificateIsRejected() throws Exception {
        Map<String, Object> config = withCertificate();
        config.remove("ssl.keystore.location");
        config.remove("ssl.keystore.password");
        try (Shipper<Long> shipper = start(config, "flows", NODE)) {
            BrokerTest.await("a problem", () -> shipper.statistics().problem() != null);
            assertThat(shipper.statistics().transactions()).isZero();
        }
    }

    @Test
    void aChangedPasswordNeedsNoRestart() throws Exception {
        try (Shipper<Long> shipper = start(withPassword("secret-of-node-1"), "flows", NODE)) {
            BrokerTest.ship(shipper);
            setPassword("another");
            BrokerTest.await("the end of a session with the old password", () -> {
                tenants.getOrCreate(1L).put(new Count(2, 2));
                shipper.ship(Duration.ofMillis(100)); // its interval is long
                return String.valueOf(shipper.statistics().problem()).contains("invalid credentials");
            });
            withPassword("another"); // writes the file
            BrokerTest.ship(shipper);
        } finally {
            setPassword("secret-of-node-1");
        }
    }

    @Test
    void aReplacedKeyStoreNeedsNoRestart() throws Exception {
        Path live = certificates.resolve("live.p12");
        Files.copy(certificates.resolve("unknown.p12"), live, REPLACE_EXISTING);
        try (Shipper<Long> shipper =
                start(with(withCertificate(), "ssl.keystore.location", live.toString()), "flows", NODE)) {
            BrokerTest.await("a problem", () -> shipper.statistics().problem() != null);
            Files.copy(certificates.resolve("node-1.p12"), live, REPLACE_EXISTING);
            BrokerTest.ship(shipper);
        }
    }

    @Test
    void aMachineCanNotShipAsAnother() throws Exception {
        try (Shipper<Long> shipper = start(withCertificate(), "flows", "node-2")) {
            BrokerTest.awaitProblem(shipper, "--operation Read --operation Write --topic nestmap-markers-node-2");
            assertThat(shipper.statistics().waitingMaps()).isZero();
        }
        refused("nestmap-markers-node-2");
        refused("flows.node-2");
    }

    private static void refused(String topic) {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(withCertificate(), new ByteArraySerializer(), new ByteArraySerializer())) {
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, new byte[1]))
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void aConsumerWithAGroupReadsWithItsRights() throws Exception {
        ships(withCertificate(), "flows");
        Map<String, Object> config = with(
                withCertificate(),
                "ssl.keystore.location",
                certificates.resolve("totals.p12").toString());
        config.put("group.id", "loader");
        config.put("isolation.level", "read_committed");
        config.put("auto.offset.reset", "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("flows"));
            BrokerTest.await(
                    "a row", () -> !consumer.poll(Duration.ofMillis(100)).isEmpty());
            consumer.commitSync();
        }
    }

    /** Each right in turn, and the command that adds it. */
    @Test
    void theProblemNamesTheRightThatIsMissing() throws Exception {
        remove(ResourceType.TOPIC, "flows", AclOperation.WRITE);
        remove(ResourceType.TOPIC, "nestmap-markers-node-1", AclOperation.READ);
        remove(ResourceType.TRANSACTIONAL_ID, "nestmap.node-1.tenant", AclOperation.WRITE);
        try (LogRecords log = LogRecords.of("dev.nestmap.kafka");
                Shipper<Long> shipper = start(withCertificate(), "flows", NODE)) {
            BrokerTest.awaitProblem(shipper, "--operation Write --topic flows.");
            add("--topic flows");
            BrokerTest.awaitProblem(shipper, "--topic nestmap-markers-node-1");
            add("--topic nestmap-markers-node-1");
            BrokerTest.awaitProblem(shipper, "--transactional-id nestmap.node-1.tenant");
            add("--transactional-id nestmap.node-1.tenant");
            BrokerTest.ship(shipper);
            assertThat(String.join("\n", log.messages()))
                    .contains(
                            "Write --topic flows.",
                            "--topic nestmap-markers-node-1",
                            "--transactional-id nestmap.node-1");
        }
    }

    @Test
    void theProblemHasTheCommandThatCreatesTheTopicOfMarkers() throws Exception {
        add("--topic nestmap-markers-node-3"); // without Create
        try (Shipper<Long> shipper = start(withCertificate(), "flows", "node-3")) {
            BrokerTest.awaitProblem(
                    shipper,
                    "--operation Create --topic nestmap-markers-node-3. Or create it: kafka-topics.sh --bootstrap-server"
                            + " HOST:PORT --create --topic nestmap-markers-node-3 --partitions 1 ");
        }
    }

    private static void remove(ResourceType type, String name, AclOperation operation) throws Exception {
        AclBindingFilter right = new AclBinding(
                        new ResourcePattern(type, name, PatternType.LITERAL),
                        new AccessControlEntry("User:" + NODE, "*", operation, AclPermissionType.ALLOW))
                .toFilter();
        assertThat(broker.admin().deleteAcls(List.of(right)).all().get()).hasSize(1);
    }

    private static void add(String resource) throws Exception {
        String all = "kafka-acls.sh --add --allow-principal User:node-1 --operation Read --operation Write " + resource;
        broker.admin().createAcls(acls(List.of(all.split(" ")))).all().get();
    }
}
