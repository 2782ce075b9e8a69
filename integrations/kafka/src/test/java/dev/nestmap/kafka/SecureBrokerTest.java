/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.TenantMap;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
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
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.SecurityUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker with TLS, SASL and ACLs, as the page kafka-security.md says. Each test grants the rights of node-1, and then lacks some. */
@Tag("jdk-independent")
@Timeout(600)
@Tag("long")
class SecureBrokerTest {
    private static final Path PAGE = Path.of("../../docs/fleet/security.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|ini)\\n(.*?)^```$");
    private static final String NODE = "node-1";

    @TempDir
    private static Path certificates;

    private static String passwords = "";
    private static String encrypted = "";

    @SuppressWarnings("NullAway.Init") // set by BeforeAll
    private static Broker broker;

    private final CountsBpf bpf = CountsBpf.inMemory();
    private final TenantMap tenants = bpf.tenant();

    @BeforeAll
    static void startBroker() throws Exception {
        List<MatchResult> blocks =
                BLOCK.matcher(Files.readString(PAGE)).results().toList();
        Process keytool = new ProcessBuilder("bash", "-ec", blocks.get(0).group(2))
                .directory(certificates.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();

        String plain = "127.0.0.1:" + Broker.freePort();
        passwords = "127.0.0.1:" + Broker.freePort();
        encrypted = "127.0.0.1:" + Broker.freePort();
        String properties = blocks.get(1)
                .group(2)
                .replace("127.0.0.1:9092", plain)
                .replace("127.0.0.1:9093", passwords)
                .replace("127.0.0.1:9094", encrypted)
                .replaceAll("(?m)location=", "location=" + certificates + "/")
                .replaceAll("(?m)^(authorizer|super).*\n", ""); // the broker of the tests has both
        assertThat(blocks.get(1).group(1)).isEqualTo("ini");
        broker = Broker.startSecure(Path.of("target", "secure-broker").toAbsolutePath(), plain, properties);
        for (String name : List.of("flows", "flows.node-1", "flows-markers-node-2")) {
            broker.create(name, 1, Map.of("cleanup.policy", "compact", "message.timestamp.type", "LogAppendTime"));
        }
        broker.admin()
                .alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                        NODE, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), "secret-of-node-1")))
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
        assertThat(acls).hasSize(2 + 4 + 2 + 2 + 4 + 2);
        return acls;
    }

    private static List<AclBinding> acls(List<String> words) {
        List<AclOperation> operations = new ArrayList<>();
        ResourceType type = ResourceType.ANY;
        String name = "";
        String principal = "";
        PatternType pattern = PatternType.LITERAL;
        for (Iterator<String> rest = words.subList(1, words.size()).iterator(); rest.hasNext(); ) {
            String option = rest.next();
            switch (option) {
                case "--add" -> {}
                case "--bootstrap-server" -> rest.next();
                case "--allow-principal" -> principal = rest.next();
                case "--operation" -> operations.add(SecurityUtils.operation(rest.next()));
                case "--topic", "--transactional-id" -> {
                    type = option.equals("--topic") ? ResourceType.TOPIC : ResourceType.TRANSACTIONAL_ID;
                    name = rest.next();
                }
                case "--resource-pattern-type" ->
                    pattern = PatternType.valueOf(rest.next().toUpperCase(Locale.ROOT));
                default -> throw new IllegalArgumentException(option);
            }
        }
        ResourcePattern resource = new ResourcePattern(type, name, pattern);
        String user = principal;
        return operations.stream()
                .map(operation ->
                        new AclBinding(resource, new AccessControlEntry(user, "*", operation, AclPermissionType.ALLOW)))
                .toList();
    }

    private static Map<String, Object> withPassword(String password) {
        Map<String, Object> config = trusting(passwords, "SASL_SSL");
        config.put("sasl.mechanism", "SCRAM-SHA-512");
        config.put(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"node-1\" password=\""
                        + password + "\";");
        return config;
    }

    private static Map<String, Object> withCertificate() {
        Map<String, Object> config = trusting(encrypted, "SSL");
        config.put("ssl.keystore.location", certificates.resolve("node-1.p12").toString());
        config.put("ssl.keystore.password", "changeit");
        return config;
    }

    private static Map<String, Object> trusting(String bootstrap, String protocol) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrap);
        config.put("security.protocol", protocol);
        config.put("ssl.truststore.location", certificates.resolve("trust.p12").toString());
        config.put("ssl.truststore.password", "changeit");
        return config;
    }

    private Shipper<Long> start(Map<String, Object> config, String topic, String machine) {
        return Shipper.start(
                tenants,
                config,
                ShipperOptions.to(topic).withMachine(machine).withUnpinnedMap().withInterval(BrokerTest.PATIENCE));
    }

    private void ships(Map<String, Object> config, String topic) throws Exception {
        try (Shipper<Long> shipper = start(config, topic, NODE)) {
            assertThat(shipper.ship(BrokerTest.PATIENCE))
                    .as("%s", shipper.statistics())
                    .isTrue();
            assertThat(shipper.statistics().transactions()).isOne();
        }
    }

    @Test
    void aMachineShipsWithAPassword() throws Exception {
        ships(withPassword("secret-of-node-1"), "flows");
    }

    @Test
    void aMachineShipsWithACertificate() throws Exception {
        ships(withCertificate(), "flows");
    }

    @Test
    void aMachineShipsToATopicOfItsOwn() throws Exception {
        ships(withCertificate(), "flows.node-1");
    }

    @Test
    void aWrongPasswordIsReported() throws Exception {
        try (Shipper<Long> shipper = start(withPassword("guessed"), "flows", NODE)) {
            BrokerTest.awaitProblem(shipper, "rejected the credentials");
            assertThat(shipper.statistics().problem()).doesNotContain("guessed");
        }
    }

    @Test
    void aMachineWithoutACertificateIsRejected() throws Exception {
        try (Shipper<Long> shipper = start(trusting(encrypted, "SSL"), "flows", NODE)) {
            BrokerTest.awaitProblem(shipper, encrypted);
            assertThat(shipper.statistics().problem()).containsAnyOf("rejected the credentials", "security.protocol");
            assertThat(shipper.statistics().transactions()).isZero();
        }
    }

    @Test
    void aMachineCanNotShipAsAnother() throws Exception {
        try (Shipper<Long> shipper = start(withCertificate(), "flows", "node-2")) {
            BrokerTest.awaitProblem(
                    shipper, "--operation Read --operation Write --operation Describe --topic flows-markers-node-2");
            assertThat(shipper.statistics().waitingMaps()).isZero();
        }
        refused("flows-markers-node-2");
    }

    @Test
    void aMachineCanNotWriteToTheTopicOfAnother() {
        refused("flows-markers-node-2");
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

    /** Each right in turn, and the command that adds it. */
    @Test
    void theProblemNamesTheRightThatIsMissing() throws Exception {
        remove(ResourceType.TOPIC, "flows", AclOperation.WRITE);
        remove(ResourceType.TOPIC, "flows-markers-node-1", AclOperation.READ);
        remove(ResourceType.TRANSACTIONAL_ID, "nestmap.node-1.tenant", AclOperation.WRITE);
        try (Shipper<Long> shipper = start(withCertificate(), "flows", NODE)) {
            BrokerTest.awaitProblem(shipper, "--operation Write --topic flows.");
            add("--topic flows");
            BrokerTest.awaitProblem(shipper, "--topic flows-markers-node-1");
            add("--topic flows-markers-node-1");
            BrokerTest.awaitProblem(shipper, "--transactional-id nestmap.node-1.tenant");
            add("--transactional-id nestmap.node-1.tenant");
            assertThat(shipper.ship(BrokerTest.PATIENCE))
                    .as("%s", shipper.statistics())
                    .isTrue();
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
        String all = "kafka-acls.sh --add --allow-principal User:node-1 --operation Read --operation Write --operation"
                + " Describe " + resource;
        broker.admin().createAcls(acls(List.of(all.split(" ")))).all().get();
    }
}
