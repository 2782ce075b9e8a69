/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.CountsBpf.TenantMap;
import dev.nestmap.runtime.pin.MapIdentity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command finds each part of a topic that is missing, repeated or unreadable, and replays every other part once. */
@Tag("jdk-independent")
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
        try (Shipper<Long> shipper = Shipper.start(
                tenants,
                broker().config(),
                options().withPartBytes(1000).withSpool(directory.resolve("spool"), 1_000_000))) {
            ship(shipper, topic);
        }
    }

    @AfterEach
    void close() {
        bpf.close();
    }

    /** Returns when consumers see the parts: the broker ends a transaction after its answer. */
    private static void ship(Shipper<?> shipper, String to) throws Exception {
        assertThat(shipper.ship(PATIENCE)).as("%s", shipper.statistics()).isTrue();
        assertThat(committed(to)).isNotEmpty();
    }

    private static AuditCommand read(String topics) {
        AuditCommand audit = new AuditCommand();
        audit.read(broker().config(), Pattern.compile(topics));
        return audit;
    }

    private static long sum(AuditCommand audit, ToLongFunction<AuditCommand.Parts> column) {
        return audit.rows().stream().mapToLong(column).sum();
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
    void eachPartIsThereOnce() throws Exception {
        int messages = committed(topic).size();

        AuditCommand audit = read(topic);

        assertThat(audit.isComplete()).isTrue();
        assertThat(audit.rows()).singleElement().satisfies(row -> {
            assertThat(row.isExact()).isTrue();
            assertThat(row.first()).isEqualTo(1);
            assertThat(row.last()).isEqualTo(messages);
            assertThat(row.parts()).isEqualTo(messages);
            assertThat(row.entries()).isEqualTo(201);
        });
        assertThat(audit.toString()).contains(topic + " nestmap.machine.tenant ");
        assertThat(read(topic)).hasToString(audit.toString());
    }

    @Test
    void findsARepeatedPartAndAMissingOne() throws Exception {
        List<ConsumerRecord<byte[], byte[]>> all = committed(topic);
        String copy = topic + "-copy";
        broker().create(copy, 1, Map.of());
        for (ConsumerRecord<byte[], byte[]> message : all.subList(1, all.size())) {
            write(copy, message.value());
        }
        write(copy, all.get(1).value());
        AuditCommand audit = read(copy);

        assertThat(audit.isComplete()).isFalse();
        assertThat(sum(audit, AuditCommand.Parts::missing)).isEqualTo(1);
        assertThat(sum(audit, AuditCommand.Parts::repeated)).isEqualTo(1);
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

        assertThat(sum(read(topic), AuditCommand.Parts::missing)).isEqualTo(2);
        assertThat(run(topic)).isEqualTo(1);
        assertThat(replay(Instant.MIN, Instant.MAX, new HashMap<>()))
                .singleElement()
                .satisfies(gap -> assertThat(List.of(gap.shipper(), gap.first(), gap.last()))
                        .isEqualTo(List.of("nestmap.machine.tenant", 1L, 2L)));
        assertThat(replay(Instant.now(), Instant.MAX, new HashMap<>())).isEmpty(); // what is missing is older
    }

    /** A map had waited while newer ones were shipped: what is missing before its part may be newer than it. */
    @Test
    void anOldMapDoesNotHideWhatKafkaHasDeleted() throws Exception {
        ConsumerRecord<byte[], byte[]> first = committed(topic).get(0);
        MapIdentity map = PartHeader.read(ByteBuffer.wrap(first.value())).map();
        MapIdentity old = new MapIdentity(
                map.machine(), map.bootId(), map.mapId(), Instant.EPOCH, map.outerMap(), map.outerKey());
        write(topic, first.partition(), withPosition(first.value(), old, false, 5));
        broker().admin()
                .deleteRecords(Map.of(new TopicPartition(topic, first.partition()), RecordsToDelete.beforeOffset(2)))
                .all()
                .get();

        assertThat(replay(map.takenOut().minusSeconds(1), Instant.MAX, new HashMap<>()))
                .singleElement()
                .satisfies(gap -> assertThat(List.of(gap.first(), gap.last())).isEqualTo(List.of(1L, 2L)));
    }

    /** The part could otherwise reserve memory, or end the command with an exception. */
    @ParameterizedTest
    @ValueSource(ints = {-1, 0, Integer.MAX_VALUE - 1})
    void reportsAPoisonedPart(int number) throws Exception {
        byte[] message = committed(topic).get(0).value();
        PartHeader header = PartHeader.read(ByteBuffer.wrap(message));
        int part = header.size() - 3 * Integer.BYTES - Long.BYTES - 2 * Integer.BYTES;
        ByteBuffer.wrap(message).putInt(part, number);
        write(topic, message);

        assertThat(read(topic).toString()).contains("it says that it is part " + number, topic + ", partition ");
        assertThat(sum(read(topic), AuditCommand.Parts::entries)).isEqualTo(201);
        assertThat(run(topic)).isEqualTo(1);
        assertThatExceptionOfType(UnreadablePartException.class).isThrownBy(() -> totals(Instant.MIN, Instant.MAX));
    }

    /** The number is allowed, and no shipper has reached it. */
    @Test
    void survivesAnInventedNumber() throws Exception {
        write(topic, withPosition(committed(topic).get(0).value(), false, Long.MAX_VALUE));

        assertThat(sum(read(topic), AuditCommand.Parts::missing)).isPositive();
        assertThat(read(topic).isComplete()).isFalse();
        assertThat(replay(Instant.MIN, Instant.MAX, new HashMap<>())).hasSize(1);
    }

    /** A copy of a directory sends its files again if their marker is gone. */
    @Test
    void findsPartsThatWereSentAgainWithoutMarkers() throws Exception {
        write(topic, committed(topic).get(0).value());

        assertThat(sum(read(topic), AuditCommand.Parts::repeated)).isEqualTo(1);
        assertThat(run(topic)).isEqualTo(1);
        assertThat(totals(Instant.MIN, Instant.MAX)).isEqualTo(Map.of(1L, 200L, 2L, 1L));
    }

    /** A message can't forge a line of the output. */
    @Test
    void printsWhatIsUnreadableInOneLine() throws Exception {
        write(topic, "{\n\"part\": nonsense\u001b[2J\u2028forged}".getBytes(StandardCharsets.UTF_8));

        assertThat(read(topic).toString().lines()).hasSize(4).noneMatch(line -> line.contains("\u001b"));
    }

    private static byte[] withPosition(byte[] message, boolean otherSeries, long number) {
        return withPosition(message, PartHeader.read(ByteBuffer.wrap(message)).map(), otherSeries, number);
    }

    private static byte[] withPosition(byte[] message, MapIdentity map, boolean otherSeries, long number) {
        ByteBuffer from = ByteBuffer.wrap(message);
        PartHeader header = PartHeader.read(from);
        PartPosition position = header.position();
        return new PartHeader(
                        header.layout(),
                        map,
                        new PartPosition(
                                position.shipper(), otherSeries ? UUID.randomUUID() : position.series(), number),
                        header.part(),
                        header.parts(),
                        header.full(),
                        header.lostInserts(),
                        header.keySize(),
                        header.valueSize(),
                        header.entries())
                .write(from);
    }

    @Test
    void readsJson() throws Exception {
        tenants.getOrCreate(2L).put(new Count(1, 5));
        try (Shipper<Long> shipper = Shipper.start(
                tenants,
                broker().config(),
                options().withFormat(MessageFormat.JSON).withSpool(directory.resolve("spool"), 1_000_000))) {
            ship(shipper, topic);
        }

        AuditCommand audit = read(topic);

        assertThat(audit.isComplete()).as("%s", audit).isTrue();
        assertThat(sum(audit, AuditCommand.Parts::entries)).isEqualTo(202);
        String json = new String(
                committed(topic).stream()
                        .map(ConsumerRecord::value)
                        .filter(value -> value[0] == '{')
                        .findFirst()
                        .orElseThrow(),
                StandardCharsets.UTF_8);
        for (String wrong : List.of(
                json.substring(0, json.length() - 1),
                json + "1",
                json.replaceAll("\"number\":\\d+", "\"number\":-1"),
                json.replace("\"part\":1", "\"part\":2147483646"),
                json.replace("\"format\":1", "\"format\":2"),
                json.replace("\"machine\":\"machine\",", ""),
                json.replaceAll("\"series\":\"[^\"]*\"", "\"series\":\"x\""),
                json.replaceAll("\"takenOut\":\"[^\"]*\"", "\"takenOut\":\"x\""),
                json.replaceAll("\"entries\":.*", "\"entries\":7}"),
                "{}")) {
            assertThatExceptionOfType(UnreadablePartException.class)
                    .as(wrong)
                    .isThrownBy(() -> PartSummary.read(wrong.getBytes(StandardCharsets.UTF_8)));
        }
        assertThat(PartSummary.read(json.getBytes(StandardCharsets.UTF_8)).entries())
                .isEqualTo(1);
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
        assertThat(next.rows()).singleElement().satisfies(row -> {
            assertThat(row.first()).isEqualTo(all.size() + 1);
            assertThat(row.parts()).isEqualTo(1);
        });
        next.writeState(Path.of(state));
        write(topic, all.get(0).partition(), withPosition(last, false, all.size() + 4));
        assertThat(run(topic, state)).isEqualTo(1);
        assertThat(sum(read(topic), AuditCommand.Parts::missing)).isEqualTo(2);
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
        assertThat(sum(read(topic), AuditCommand.Parts::missing)).isEqualTo(1);
    }

    /** Other languages write other digits, and dots in numbers. */
    @Test
    void isTheSameInEachLanguage() {
        Locale before = Locale.getDefault();
        String text = read(topic).toString();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(read(topic)).hasToString(text);
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
        try (Shipper<Long> shipper = Shipper.start(
                tenants,
                broker().config(),
                ShipperOptions.to(own).withMachine("node-1").withUnpinnedMap())) {
            ship(shipper, own);
        }

        for (String topics : List.of(topic + "\\..*", "nestmap-markers-.*|" + own)) {
            AuditCommand audit = read(topics);
            assertThat(audit.isComplete()).as("%s", audit).isTrue();
            assertThat(sum(audit, AuditCommand.Parts::entries)).isEqualTo(1);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> ShipperOptions.to("nestmap-markers-x"));
        assertThatIllegalArgumentException().isThrownBy(() -> options().withMarkerTopic("flows.markers"));
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
            ship(shipper, topic);
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
        replay(begin, end, totals);
        return totals;
    }

    private List<SeenParts.Gap> replay(Instant begin, Instant end, Map<Long, Long> totals) {
        return PartDeserializer.of(tenants)
                .replay(
                        broker().config(),
                        Pattern.compile(topic),
                        begin,
                        end,
                        part -> part.entries().forEach(count -> totals.merge(part.key(), count.packets(), Long::sum)));
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
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        AuditCommand.class.getName(),
                        Files.writeString(directory.resolve("client.properties"), client)
                                .toString(),
                        topic)
                .redirectErrorStream(true)
                .start();
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
