/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.runtime.testing.ChildVm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command finds each row of a topic that is missing, repeated or unreadable. */
class AuditCommandTest extends CountsTest {
    @TempDir
    private Path directory;

    /** Two maps: one with several rows, and one with one. */
    @BeforeEach
    void ship() throws Exception {
        tenants.create(1L)
                .putAll(LongStream.range(0, 200).mapToObj(i -> new Count(i, 1)).toList());
        tenants.create(2L).put(new Count(1, 1));
        shipAll(tenants);
        assertThat(committed(topic)).isNotEmpty(); // from now on: the broker ends a transaction after its answer
    }

    private static long sum(AuditCommand audit, ToLongFunction<AuditCommand.Rows> column) {
        return audit.series().stream().mapToLong(column).sum();
    }

    private void write(String to, byte[] message) throws Exception {
        write(to, null, message);
    }

    private void write(String to, @Nullable Integer partition, byte[] message) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(broker().config(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(to, partition, null, message)).get();
        }
    }

    @Test
    void eachRowIsThereOnce() throws Exception {
        int messages = committed(topic).size();
        assertThat(messages).isEqualTo(201);

        AuditCommand audit = audit(topic, broker());

        assertThat(audit.isComplete()).isTrue();
        assertThat(audit.series()).singleElement().satisfies(row -> {
            assertThat(row.isExact()).isTrue();
            assertThat(row.first).isEqualTo(1);
            assertThat(row.numbers.last()).isEqualTo(messages);
            assertThat(row.rows).isEqualTo(messages);
        });
        assertThat(audit.toString()).contains(topic + " nestmap.machine.tenant ");
        assertThat(audit(topic, broker())).hasToString(audit.toString());
    }

    @Test
    void findsARepeatedRowAndAMissingOne() throws Exception {
        List<ConsumerRecord<byte[], byte[]>> all = committed(topic);
        write(topic, all.get(0).value());
        assertThat(run(topic)).as("with a repeated row only").isEqualTo(1);
        String copy = topic + "-copy";
        broker().create(copy, 1, Map.of());
        for (ConsumerRecord<byte[], byte[]> message : all.subList(1, all.size())) {
            write(copy, message.value());
        }
        write(copy, all.get(1).value());
        AuditCommand audit = audit(copy, broker());

        assertThat(audit.isComplete()).isFalse();
        assertThat(sum(audit, rows -> rows.numbers.missing())).isEqualTo(1);
        assertThat(sum(audit, rows -> rows.repeated)).isEqualTo(1);
    }

    /** As retention and truncation do. */
    @Test
    void findsWhatKafkaHasDeleted() throws Exception {
        TopicPartition partition =
                new TopicPartition(topic, committed(topic).get(0).partition());
        int before = committed(topic).size();
        broker().admin()
                .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(2)))
                .all()
                .get();
        assertThat(committed(topic)).hasSize(before - 2);

        assertThat(sum(audit(topic, broker()), rows -> rows.numbers.missing())).isEqualTo(2);
        assertThat(run(topic)).isEqualTo(1);
    }

    /** The number is allowed, and no shipper has reached it. */
    @Test
    void survivesAnInventedNumber() throws Exception {
        write(topic, withPosition(committed(topic).get(0).value(), false, Long.MAX_VALUE));

        assertThat(sum(audit(topic, broker()), rows -> rows.numbers.missing())).isPositive();
        assertThat(audit(topic, broker()).isComplete()).isFalse();
    }

    /** A message can't forge a line of the output. */
    @Test
    void printsWhatIsUnreadableInOneLine() throws Exception {
        write(topic, "{\n\"number\": nonsense\u001b[2J\u2028forged}".getBytes(StandardCharsets.UTF_8));

        assertThat(audit(topic, broker()).toString().lines()).hasSize(4).noneMatch(line -> line.contains("\u001b"));
    }

    private static byte[] withPosition(byte[] message, boolean otherSeries, long number) {
        RowPosition position = Row.of(message).position();
        String other =
                otherSeries ? UUID.randomUUID().toString() : position.series().toString();
        return new String(message, StandardCharsets.UTF_8)
                .replace(position.series().toString(), other)
                .replaceFirst("\"number\":\\d+", "\"number\":" + number)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Somebody else has written them. */
    @Test
    void rejectsWhatIsNoRow() throws Exception {
        String json = new String(committed(topic).get(0).value(), StandardCharsets.UTF_8);
        assertThat(RowSummary.read(json.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new RowSummary(
                        "nestmap.machine.tenant",
                        Row.of(json.getBytes(StandardCharsets.UTF_8)).position(),
                        true));
        for (String wrong : List.of(
                json.substring(0, json.length() - 1),
                json + "1",
                "[" + json + "]",
                json.replaceAll("\"number\":\\d+", "\"number\":-1"),
                json.replaceAll("\"number\":\\d+", "\"number\":\"1\""),
                json.replace("\"machine\":\"machine\",", ""),
                json.replace("\"machine\":\"machine\",", "\"machine\":\"a b\","),
                json.replaceAll("\"series\":\"[^\"]*\"", "\"series\":\"x\""),
                json.replace("\"exact\":true", "\"exact\":1"),
                "[".repeat(100_000),
                "{}",
                "")) {
            assertThatIllegalArgumentException()
                    .as(wrong.substring(0, Math.min(200, wrong.length())))
                    .isThrownBy(() -> RowSummary.read(wrong.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Each run reads what came since the last one, and knows which number comes next. */
    @Test
    void continuesWhereItsStateEnds() throws Exception {
        String state = directory.resolve("state").toString();
        assertThat(run(topic, state)).isZero();
        assertThat(run(topic, state)).isEqualTo(1); // nothing has come
        List<ConsumerRecord<byte[], byte[]>> all = committed(topic);
        byte[] last = all.get(all.size() - 1).value();
        write(topic, all.get(0).partition(), withPosition(last, false, all.size() + 1));
        AuditCommand next = new AuditCommand();
        next.readState(Path.of(state));
        next.read(broker().config(), Pattern.compile(topic));

        assertThat(next.isComplete()).as("%s", next).isTrue();
        assertThat(next.series()).singleElement().satisfies(row -> {
            assertThat(row.first).isEqualTo(all.size() + 1);
            assertThat(row.rows).isEqualTo(1);
        });
        next.writeState(Path.of(state));
        write(topic, all.get(0).partition(), withPosition(last, false, all.size() + 4));
        assertThat(run(topic, state)).isEqualTo(1);
        assertThat(sum(audit(topic, broker()), rows -> rows.numbers.missing())).isEqualTo(2);
        assertThat(run(topic, state)).isEqualTo(1); // it has reported the gap
        Files.writeString(Path.of(state), "series x\n");
        assertThat(run(topic, state)).isEqualTo(2);
    }

    /** The next process of a shipper has a series of its own. Without the number 1, counts are missing before it. */
    @Test
    void forgetsSeriesOfEarlierProcesses() throws Exception {
        Path state = directory.resolve("state");
        assertThat(run(topic, state.toString())).isZero();
        byte[] last = committed(topic).get(0).value();
        write(topic, withPosition(last, true, 2));
        assertThat(run(topic, state.toString())).isEqualTo(1);

        assertThat(Files.readAllLines(state))
                .filteredOn(line -> line.startsWith("series "))
                .singleElement()
                .satisfies(line -> assertThat(line).endsWith(" 2"));
        assertThat(sum(audit(topic, broker()), rows -> rows.numbers.missing())).isEqualTo(1);
    }

    /** Other languages write other digits, and dots in numbers. */
    @Test
    void isTheSameInEachLanguage() {
        Locale before = Locale.getDefault();
        String text = audit(topic, broker()).toString();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(audit(topic, broker())).hasToString(text);
        } finally {
            Locale.setDefault(before);
        }
    }

    /** A pattern for the topics of all machines matches no markers. */
    @Test
    void leavesOutTopicsOfMarkers() throws Exception {
        String own = topic + ".node-1";
        broker().create(own, 1, Map.of());
        tenants.getOrCreate(2L).put(new Count(1, 5));
        try (Shipper<Long> shipper = start(options(own).withMachine("node-1"))) {
            ship(shipper);
        }
        assertThat(committed(own)).isNotEmpty();

        for (String topics : List.of(topic + "\\..*", "nestmap-markers-.*|" + own)) {
            AuditCommand audit = audit(topics, broker());
            assertThat(audit.isComplete()).as("%s", audit).isTrue();
            assertThat(sum(audit, rows -> rows.rows)).isEqualTo(1);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> ShipperOptions.to("nestmap-markers-x"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShipperOptions.to("flows of acme"))
                .withMessageContainingAll("the topic of the entries: ", "flows of acme");
        assertThatIllegalArgumentException().isThrownBy(() -> options().withMarkerTopic("flows.markers"));
    }

    private int run(String... arguments) throws Exception {
        Path client =
                Files.writeString(directory.resolve("client.properties"), "bootstrap.servers=" + broker().bootstrap());
        List<String> all = new ArrayList<>(List.of(client.toString()));
        all.addAll(List.of(arguments));
        return AuditCommand.run(all.toArray(String[]::new));
    }

    @Test
    void theCommandSaysWhetherAllIsThere() throws Exception {
        assertThat(run(topic)).isZero();
        assertThat(run(topic, "state", "more")).isEqualTo(2);
        assertThat(run("there is none")).isEqualTo(2);
        write(topic, "junk".getBytes(StandardCharsets.UTF_8));
        assertThat(run(topic)).isEqualTo(1);
    }

    /** An exception is not a finding. */
    @Test
    void exitsWith2IfItFails() throws Exception {
        String client = "bootstrap.servers=" + broker().bootstrap() + "\ninterceptor.classes="
                + FailingInterceptor.class.getName();
        Path file = Files.writeString(directory.resolve("client.properties"), client);
        Process process = new ChildVm().start(AuditCommand.class, file.toString(), topic);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(2);
        assertThat(output).contains("as if the heap were full");
    }

    /** Throws an Error in the command's thread. */
    public static final class FailingInterceptor implements ConsumerInterceptor<byte[], byte[]> {
        @Override
        public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
            throw new OutOfMemoryError("as if the heap were full");
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

        @Override
        public void close() {}

        @Override
        public void configure(Map<String, ?> config) {}
    }
}
