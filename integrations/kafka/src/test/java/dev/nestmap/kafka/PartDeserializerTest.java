/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.Counts.CpuCount;
import dev.nestmap.kafka.CountsBpf.CountMap;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.types.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader reads what the writer wrote, and rejects every other message with the reason. */
class PartDeserializerTest {
    private static final MapIdentity IDENTITY = new MapIdentity(
            "machine",
            new UUID(1, 2),
            35_054,
            Instant.ofEpochSecond(1_764_000_000, 7),
            "tenant",
            ByteString.ofHex("2a000000"));

    private static final PartPosition BEFORE = new PartPosition("nestmap.machine.tenant", new UUID(3, 4), 16);

    private final CountsBpf bpf = CountsBpf.inMemory();
    private final PartDeserializer<Long, Count> deserializer = PartDeserializer.of(bpf.tenant());

    @AfterEach
    void close() {
        bpf.close();
    }

    private byte[] message(Count... counts) {
        try (CountMap.Owned map = bpf.tenant().detached()) {
            map.putAll(List.of(counts));
            PartWriter writer = new BinaryPartWriter(bpf.tenant().expert().layout(), 100_000);
            return writer.write(
                            new UnshippedMap(IDENTITY, map, map::close, () -> {}, Part.NOT_COUNTED, Map.of()), BEFORE)
                    .list()
                    .get(0);
        }
    }

    @Test
    void readsWhatWasWritten() {
        byte[] message = message(new Count(7, 70), new Count(8, Long.MAX_VALUE));

        Part<Long, Count> part = deserializer.deserialize("counts", message);

        assertThat(part).isNotNull();
        assertThat(part.map()).isEqualTo(IDENTITY);
        assertThat(part.key()).isEqualTo(42L);
        assertThat(part.position()).isEqualTo(new PartPosition("nestmap.machine.tenant", new UUID(3, 4), 17));
        assertThat(part.number()).isEqualTo(1);
        assertThat(part.parts()).isEqualTo(1);
        assertThat(part.lostInserts()).isEqualTo(Part.NOT_COUNTED);
        assertThat(part.entries()).containsExactlyInAnyOrder(new Count(7, 70), new Count(8, Long.MAX_VALUE));
        assertThat(deserializer.deserialize("counts", null)).isNull();
    }

    /** Of any number of CPUs: a part may come from another machine. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 600})
    void readsTheValuesOfAllCpus(int cpus) {
        ByteBuffer entry = ByteBuffer.allocate(Integer.BYTES + cpus * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(7);
        while (entry.hasRemaining()) {
            entry.putLong(70);
        }

        byte[] message = message(bpf.cpuTenant().expert().layout(), BEFORE, 0, entry.flip());

        assertThat(Objects.requireNonNull(PartDeserializer.of(bpf.cpuTenant()).deserialize("counts", message))
                        .entries())
                .containsExactly(Collections.nCopies(cpus, new CpuCount(7, 70)));
    }

    /** A message with one entry, whose key is a number. */
    private static byte[] message(String layout, PartPosition position, long lostInserts, ByteBuffer entry) {
        int valueSize = entry.remaining() - Integer.BYTES;
        return new PartHeader(layout, IDENTITY, position, 1, 1, false, lostInserts, Integer.BYTES, valueSize, 1)
                .write(entry);
    }

    /** The documented format, byte by byte: a change needs another version. */
    @Test
    void theFormatIsTheDocumentedOne() {
        byte[] message = message(new Count(7, 70));
        ByteBuffer expected = ByteBuffer.allocate(message.length);
        expected.put("NMP".getBytes(StandardCharsets.US_ASCII)).put((byte) 1);
        expected.put((byte) 0).put((byte) 0);
        put(expected, bpf.tenant().expert().layout().getBytes(StandardCharsets.US_ASCII));
        put(expected, "nestmap.machine.tenant".getBytes(StandardCharsets.UTF_8));
        expected.putLong(3).putLong(4).putLong(17);
        put(expected, "machine".getBytes(StandardCharsets.UTF_8));
        expected.putLong(1).putLong(2).putInt(35_054).putLong(1_764_000_000).putInt(7);
        put(expected, "tenant".getBytes(StandardCharsets.UTF_8));
        put(expected, new byte[] {42, 0, 0, 0});
        expected.putInt(1).putInt(1).putLong(-1).putInt(4).putInt(8).putInt(1);
        expected.put(new byte[] {7, 0, 0, 0, 70, 0, 0, 0, 0, 0, 0, 0});

        assertThat(message).isEqualTo(expected.array());
        assertThat(expected.hasRemaining()).isFalse();
    }

    private static void put(ByteBuffer to, byte[] bytes) {
        to.putShort((short) bytes.length).put(bytes);
    }

    @Test
    void saysThatAnotherProgramWroteTheMessage() {
        assertThatThrownBy(() -> deserializer.deserialize("counts", "packets: 7".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(UnreadablePartException.class)
                .hasMessageContaining("topic counts")
                .hasMessageContaining("does not begin with NMP");
    }

    @Test
    void saysThatTheMessageIsJson() {
        assertThatThrownBy(
                        () -> deserializer.deserialize("counts", "{\"packets\": 7}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(UnreadablePartException.class)
                .hasMessageContaining("it is JSON")
                .hasMessageContaining("MessageFormat.BINARY");
    }

    @Test
    void saysThatTheRecordsAreOthers() {
        byte[] message = message(new Count(7, 70));

        assertThatThrownBy(() -> PartDeserializer.of(bpf.slotTenant()).deserialize("counts", message))
                .isInstanceOf(UnreadablePartException.class)
                .hasMessageContaining("machine machine")
                .hasMessageContaining(bpf.tenant().expert().layout())
                .hasMessageContaining(bpf.slotTenant().expert().layout())
                .hasMessageContaining("withPrevious");
    }

    @Test
    void takesEitherThePreviousRecordsOrRules() {
        PartDeserializer<Long, Count> previous = PartDeserializer.of(bpf.tenant());
        PartDeserializer<Long, Count> ruled = deserializer.withMigration(Migration.ofRules());
        PartDeserializer<Long, Count> converting = deserializer.withPrevious(previous, count -> count);

        assertThatIllegalStateException()
                .isThrownBy(() -> ruled.withPrevious(previous, count -> count))
                .withMessageContaining("withPrevious and withMigration both read the messages of tenant");
        assertThatIllegalStateException()
                .isThrownBy(() -> converting.withMigration(Migration.ofRules()))
                .withMessageContaining("give the rules to the deserializer that you pass to withPrevious");
    }

    @Test
    void saysThatTheFormatIsNewer() {
        byte[] message = message(new Count(7, 70));
        message[3] = 2;

        assertThatThrownBy(() -> deserializer.deserialize("counts", message))
                .isInstanceOf(UnreadablePartException.class)
                .hasMessageContaining("version 2")
                .hasMessageContaining("update the consumer");
    }

    @Test
    void saysThatTheMachineHasTheOtherByteOrder() {
        byte[] message = message(new Count(7, 70));
        message[4] ^= 1;

        assertThatThrownBy(() -> deserializer.deserialize("counts", message))
                .isInstanceOf(UnreadablePartException.class)
                .hasMessageContaining("endian");
    }

    @Test
    void neverReadsAMessageThatWasCutOff() {
        byte[] message = message(new Count(7, 70), new Count(8, 80));

        for (int length = 0; length < message.length; length++) {
            byte[] cut = Arrays.copyOf(message, length);
            assertThatThrownBy(() -> deserializer.deserialize("counts", cut))
                    .as("%d of %d bytes", length, message.length)
                    .isInstanceOf(UnreadablePartException.class);
        }
        assertThatThrownBy(() -> deserializer.deserialize("counts", Arrays.copyOf(message, 20)))
                .hasMessageEndingWith("it is damaged: it ends before its first entry");
    }

    /** Also times that readers can't turn into milliseconds, or that Kafka Streams skips. */
    @ParameterizedTest
    @CsvSource({
        "9223372036854775807, 0",
        "9223372036854775807, 2000000000",
        "30000000000000000, 0",
        "253402300800, 0",
        "-1, 0"
    })
    void saysThatTheTimeIsOutOfRange(long seconds, int nanos) {
        byte[] message = message(new Count(7, 70));
        int texts = 2
                + bpf.tenant().expert().layout().length()
                + 2
                + BEFORE.shipper().length()
                + 2
                + "machine".length();
        int time = 6 + texts + 5 * Long.BYTES + Integer.BYTES;
        ByteBuffer.wrap(message).putLong(time, seconds).putInt(time + Long.BYTES, nanos);

        assertThatThrownBy(() -> deserializer.deserialize("counts", message))
                .isInstanceOf(UnreadablePartException.class)
                .hasMessageEndingWith("it is damaged: the time at which its map was taken out is out of range");
    }

    /** A name could otherwise forge lines of a log or table, and fill the memory of consumers. */
    @Test
    void rejectsNamesThatNoShipperHas() {
        byte[] message = message(new Count(7, 70));
        int machine = 6
                + 2
                + bpf.tenant().expert().layout().length()
                + 2
                + BEFORE.shipper().length()
                + 3 * Long.BYTES
                + 2;
        message[machine] = '\n';

        assertThatThrownBy(() -> deserializer.deserialize("counts", message))
                .isInstanceOf(UnreadablePartException.class)
                .hasMessageContaining("500 characters");
        for (String name : List.of("a b", "a\u001b[2J", "a\u2028b", "a\u202eb", "a".repeat(501), "a".repeat(65_537))) {
            refusesToWrite(new PartPosition(name, new UUID(3, 4), 1), 0, "500 characters");
        }
    }

    /** The shipper learns it, instead of all readers. */
    @Test
    void writesNothingThatReadersReject() {
        refusesToWrite(new PartPosition("machine", new UUID(3, 4), 0), 0, "number 0 of its shipper");
        refusesToWrite(BEFORE, -3, "-3 inserts failed");
    }

    private static void refusesToWrite(PartPosition position, long lostInserts, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> message("L0", position, lostInserts, ByteBuffer.allocate(12)))
                .withMessageContaining(message);
    }

    /** Kafka allows a header without a value. */
    @Test
    void aHeaderWithoutAValueIsAbsent() {
        byte[] message = message(new Count(7, 70));
        RecordHeaders headers = new RecordHeaders();
        headers.add("nestmap.layout", null);
        headers.add("nestmap.label.pod", null);

        assertThat(Objects.requireNonNull(deserializer.deserialize("counts", headers, message))
                        .labels())
                .isEmpty();
        assertThatThrownBy(() -> PartDeserializer.of(bpf.slotTenant())
                        .withMigration(Migration.ofRules())
                        .deserialize("counts", headers, message))
                .isInstanceOf(UnreadablePartException.class)
                .hasMessageContaining("has no header nestmap.layout");
    }

    /** A reader could otherwise reserve memory for numbers that somebody has invented. */
    @ParameterizedTest
    @CsvSource({"0, 1", "-1, 1", "2, 1", "2147483647, 1", "1, 0", "1, -1"})
    void rejectsNumbersOfPartsThatAreOutOfRange(int part, int parts) {
        byte[] message = message(new Count(7, 70));
        int afterParts = Long.BYTES + 3 * Integer.BYTES + Integer.BYTES + Long.BYTES;
        ByteBuffer.wrap(message)
                .putInt(message.length - afterParts - 2 * Integer.BYTES, part)
                .putInt(message.length - afterParts - Integer.BYTES, parts);

        assertThatThrownBy(() -> deserializer.deserialize("counts", message))
                .isInstanceOf(UnreadablePartException.class)
                .hasMessageContaining("it is damaged: it says that it is part " + part + " of " + parts);
        assertThatThrownBy(() -> PartSummary.read(message)).isInstanceOf(UnreadablePartException.class);
    }

    @Test
    void rejectsDamagedMessagesWithTheSameException() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] message = message(new Count(7, 70), new Count(8, 80));

        for (int i = 0; i < 10_000; i++) {
            byte[] damaged = message.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            Throwable thrown = catchThrowable(() -> deserializer.deserialize("counts", damaged));
            assertThat(thrown == null || thrown instanceof UnreadablePartException)
                    .as("seed %s: %s", seed, thrown)
                    .isTrue();
        }
    }
}
