/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.Counts.CpuCount;
import dev.nestmap.kafka.CountsBpf.CountMap;
import dev.nestmap.kafka.CountsBpf.CpuCountMap;
import dev.nestmap.kafka.ManyTypes.Color;
import dev.nestmap.kafka.ManyTypes.Sample;
import dev.nestmap.kafka.ManyTypes.SampleKey;
import dev.nestmap.kafka.ManyTypesBpf.SampleMap;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.LongList;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A part in JSON has the documented format, with each kind of value. */
class JsonPartWriterTest {
    private static final int PART_BYTES = 1500;

    private static final PartPosition BEFORE = new PartPosition("nestmap.machine.tenant", new UUID(3, 4), 16);

    private final CountsBpf bpf = CountsBpf.inMemory();
    private final ManyTypesBpf types = ManyTypesBpf.inMemory();
    private final PartWriter writer = new JsonPartWriter(bpf.tenant(), PART_BYTES);

    @AfterEach
    void close() {
        bpf.close();
        types.close();
    }

    private static UnshippedMap drained(ReadableAccessor<?, ?> map, ByteString outerKey) {
        MapIdentity identity = new MapIdentity(
                "node \"17\"", new UUID(1, 2), 35_054, Instant.ofEpochSecond(1_764_000_000, 7), "tenant", outerKey);
        return new UnshippedMap(
                identity, map, () -> {}, () -> {}, Part.NOT_COUNTED, Map.of("pod", "cart", "namespace", "shop"));
    }

    private static String text(byte[] message) {
        return new String(message, StandardCharsets.UTF_8);
    }

    /** The documented format, character by character: a change needs another version. */
    @Test
    void theFormatIsTheDocumentedOne() {
        try (CountMap.Owned map = bpf.tenant().detached()) {
            map.put(new Count(7, 70));

            List<byte[]> messages = writer.write(drained(map, ByteString.ofHex("2a000000")), BEFORE)
                    .list();

            assertThat(messages).hasSize(1);
            assertThat(text(messages.get(0)))
                    .isEqualTo("{\"format\":1,\"layout\":\""
                            + bpf.tenant().expert().layout()
                            + "\",\"shipper\":\"nestmap.machine.tenant\",\"series\":\"00000000-0000-0003-0000-000000000004\","
                            + "\"number\":17,\"machine\":\"node \\\"17\\\"\",\"boot\":\"00000000-0000-0001-0000-000000000002\",\"map\":35054,"
                            + "\"takenOut\":\"2025-11-24T16:00:00.000000007Z\",\"outerMap\":\"tenant\",\"outerKey\":42,"
                            + "\"labels\":{\"namespace\":\"shop\",\"pod\":\"cart\"},\"part\":1,\"parts\":1,\"exact\":true,\"full\":false,\"lostInserts\":-1,"
                            + "\"entries\":[{\"key\":7,\"value\":70}]}");
        }
    }

    @Test
    void theGuideShowsTheFieldsOfAMessage() throws Exception {
        String page = Files.readString(Path.of("../../docs/fleet/reference.md"));
        String shown = page.split("```json\n", 2)[1].split("```", 2)[0];
        try (CountMap.Owned map = bpf.tenant().detached()) {
            map.put(new Count(7, 70));

            byte[] message = writer.write(drained(map, ByteString.ofHex("2a000000")), BEFORE)
                    .list()
                    .get(0);

            assertThat(fields(new ObjectMapper().readTree(shown)))
                    .isEqualTo(fields(new ObjectMapper().readTree(message)));
        }
    }

    /** The names and kinds of a message's fields, in their order. */
    private static List<String> fields(JsonNode message) {
        return message.properties().stream()
                .map(field -> field.getKey() + ": " + field.getValue().getNodeType())
                .toList();
    }

    @Test
    void writesEachKindOfValue() throws Exception {
        Inet4Address source = (Inet4Address) InetAddress.getByName("10.0.0.1");
        PartWriter samples = new JsonPartWriter(types.group(), 100_000);
        try (SampleMap.Owned map = types.group().detached()) {
            map.put(new Sample(
                    new SampleKey(source, 443),
                    Color.GREEN,
                    "a\"b",
                    ByteString.ofHex("00ff"),
                    -1,
                    -5,
                    true,
                    LongList.of(1, 2)));

            JsonNode message = new ObjectMapper()
                    .readTree(samples.write(drained(map, ByteString.ofHex("0100000002000000")), BEFORE)
                            .list()
                            .get(0));

            assertThat(message.get("outerKey").toString()).isEqualTo("{\"region\":1,\"id\":2}");
            JsonNode entry = message.get("entries").get(0);
            assertThat(entry.get("key").toString()).isEqualTo("{\"source\":167772161,\"port\":443}");
            assertThat(entry.get("value").toString())
                    .isEqualTo(
                            "{\"color\":\"COLOR_GREEN\",\"name\":\"a\\\"b\",\"mark\":\"00ff\",\"bytes\":\"18446744073709551615\","
                                    + "\"drift\":-5,\"seen\":true,\"slots\":[1,2]}");
        }
    }

    @Test
    void writesTheValuesOfAllCpus() throws Exception {
        PartWriter cpus = new JsonPartWriter(bpf.cpuTenant(), 100_000);
        try (CpuCountMap.Owned map = bpf.cpuTenant().detached()) {
            map.putForEachCpu(new CpuCount(7, 70));

            JsonNode message = new ObjectMapper()
                    .readTree(cpus.write(drained(map, ByteString.ofHex("2a000000")), BEFORE)
                            .list()
                            .get(0));

            JsonNode entry = message.get("entries").get(0);
            assertThat(entry.get("values")).isNotEmpty().allMatch(value -> value.intValue() == 70);
            assertThat(entry.get("values"))
                    .hasSize(Objects.requireNonNull(map.get(7L)).size());
        }
    }

    @Test
    void splitsLargeMapsIntoMessagesOfTheLargestSize() throws Exception {
        List<Count> counts = LongStream.range(0, 200)
                .mapToObj(i -> new Count(i, Long.MAX_VALUE - i))
                .toList();
        try (CountMap.Owned map = bpf.tenant().detached()) {
            map.putAll(counts);

            PartWriter.Messages messages = writer.write(drained(map, ByteString.ofHex("2a000000")), BEFORE);

            assertThat(messages.entries()).isEqualTo(200);
            assertThat(messages.list())
                    .hasSizeGreaterThan(5)
                    .allSatisfy(message -> assertThat(message).hasSizeLessThanOrEqualTo(PART_BYTES));
            assertThat(messages.list().subList(0, messages.list().size() - 1))
                    .allSatisfy(message -> assertThat(message).hasSizeGreaterThan(PART_BYTES * 9 / 10));
            List<Integer> numbers = new ArrayList<>();
            Set<Count> read = new HashSet<>();
            for (byte[] bytes : messages.list()) {
                JsonNode message = new ObjectMapper().readTree(bytes);
                numbers.add(message.get("part").intValue());
                assertThat(message.get("parts").intValue())
                        .isEqualTo(messages.list().size());
                message.get("entries")
                        .forEach(entry -> read.add(new Count(
                                entry.get("key").asLong(), entry.get("value").asLong())));
            }
            assertThat(numbers)
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, numbers.size())
                            .mapToObj(number -> (int) number)
                            .toList());
            assertThat(read).containsExactlyInAnyOrderElementsOf(counts);
        }
    }
}
