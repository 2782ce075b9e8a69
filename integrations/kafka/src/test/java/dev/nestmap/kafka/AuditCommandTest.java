/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.TenantMap;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command finds in a topic. */
class AuditCommandTest extends BrokerTest {
    private final CountsBpf bpf = CountsBpf.inMemory();
    private final TenantMap tenants = bpf.tenant();

    @TempDir
    private Path directory;

    /** Two maps: one of several parts, and one of one part. */
    @BeforeEach
    void ship() throws Exception {
        tenants.create(1L)
                .putAll(LongStream.range(0, 200).mapToObj(i -> new Count(i, 1)).toList());
        tenants.create(2L).put(new Count(1, 1));
        try (Shipper<Long> shipper =
                Shipper.start(tenants, broker().config(), options().withPartBytes(1000))) {
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
        }
    }

    @AfterEach
    void close() {
        bpf.close();
    }

    private AuditCommand read() {
        AuditCommand audit = new AuditCommand(Instant.MIN, Instant.MAX);
        audit.read(broker().config(), Pattern.compile(topic));
        return audit;
    }

    private void write(String to, byte[] message) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(broker().config(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(to, message)).get();
        }
    }

    @Test
    void eachPartIsThereOnce() throws Exception {
        int messages = committed(topic).size();

        AuditCommand audit = read();

        assertThat(audit.isComplete()).isTrue();
        assertThat(audit.hours().values()).allMatch(AuditCommand.Parts::isExact);
        assertThat(audit.hours().keySet()).allMatch(hour -> hour.machine().equals("machine"));
        assertThat(audit.hours().values().stream()
                        .mapToLong(AuditCommand.Parts::parts)
                        .sum())
                .isEqualTo(messages);
        assertThat(audit.hours().values().stream()
                        .mapToLong(AuditCommand.Parts::maps)
                        .sum())
                .isEqualTo(2);
        assertThat(audit.hours().values().stream()
                        .mapToLong(AuditCommand.Parts::entries)
                        .sum())
                .isEqualTo(201);
        assertThat(read()).hasToString(audit.toString());
    }

    @Test
    void findsADoubledPartAndAMissingOne() throws Exception {
        List<ConsumerRecord<byte[], byte[]>> all = committed(topic);
        String copy = topic + "-copy";
        broker().create(copy, 1, Map.of());
        for (ConsumerRecord<byte[], byte[]> message : all.subList(1, all.size())) {
            write(copy, message.value());
        }
        write(copy, all.get(1).value());
        AuditCommand audit = new AuditCommand(Instant.MIN, Instant.MAX);
        audit.read(broker().config(), Pattern.compile(copy));

        assertThat(audit.isComplete()).isFalse();
        // If the message that is missing was the only one of its map, nothing says that there was such a map.
        int parts = PartHeader.read(ByteBuffer.wrap(all.get(0).value())).parts();
        assertThat(audit.hours().values().stream()
                        .mapToLong(AuditCommand.Parts::missing)
                        .sum())
                .isEqualTo(parts > 1 ? 1 : 0);
        assertThat(audit.hours().values().stream()
                        .mapToLong(AuditCommand.Parts::doubled)
                        .sum())
                .isEqualTo(1);
    }

    @Test
    void aReplayPassesEachPartOnceWithTheSameResult() throws Exception {
        for (ConsumerRecord<byte[], byte[]> message : committed(topic)) {
            write(topic, message.value());
        }

        Map<Long, Long> totals = totals(Instant.MIN, Instant.MAX);

        assertThat(totals).isEqualTo(Map.of(1L, 200L, 2L, 1L));
        assertThat(totals(Instant.MIN, Instant.MAX)).isEqualTo(totals);
    }

    @Test
    void aReplayLeavesOutMapsOfOtherTimes() throws Exception {
        Instant middle = Instant.now();
        tenants.getOrCreate(2L).put(new Count(1, 5));
        try (Shipper<Long> shipper = Shipper.start(tenants, broker().config(), options())) {
            assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
        }

        assertThat(totals(Instant.MIN, middle)).isEqualTo(Map.of(1L, 200L, 2L, 1L));
        assertThat(totals(middle, Instant.MAX)).isEqualTo(Map.of(2L, 5L));
    }

    @Test
    void aReplayRefusesAMessageThatIsNoPart() throws Exception {
        write(topic, "junk".getBytes(StandardCharsets.UTF_8));

        assertThatExceptionOfType(UnreadablePartException.class).isThrownBy(() -> totals(Instant.MIN, Instant.MAX));
    }

    private Map<Long, Long> totals(Instant begin, Instant end) {
        Map<Long, Long> totals = new HashMap<>();
        PartDeserializer.of(tenants)
                .replay(
                        broker().config(),
                        Pattern.compile(topic),
                        begin,
                        end,
                        part -> part.entries().forEach(count -> totals.merge(part.key(), count.packets(), Long::sum)));
        return totals;
    }

    @Test
    void theCommandSaysWhetherAllIsThere() throws Exception {
        Path client =
                Files.writeString(directory.resolve("client.properties"), "bootstrap.servers=" + broker().bootstrap());

        assertThat(AuditCommand.run(client.toString(), topic)).isZero();
        assertThat(AuditCommand.run(client.toString(), topic, "2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"))
                .isZero();
        assertThat(AuditCommand.run(client.toString(), topic, "2020-01-01")).isEqualTo(2);
        assertThat(AuditCommand.run(client.toString(), "there is none")).isEqualTo(2);
        write(topic, "junk".getBytes(StandardCharsets.UTF_8));
        assertThat(AuditCommand.run(client.toString(), topic)).isEqualTo(1);
    }
}
