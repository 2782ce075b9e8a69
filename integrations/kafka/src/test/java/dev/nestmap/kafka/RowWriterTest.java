/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.Counts.CpuCount;
import dev.nestmap.kafka.CountsBpf.CountMap;
import dev.nestmap.kafka.CountsBpf.CpuCountMap;
import dev.nestmap.kafka.ManyTypes.Color;
import dev.nestmap.kafka.ManyTypes.Group;
import dev.nestmap.kafka.ManyTypes.Sample;
import dev.nestmap.kafka.ManyTypes.SampleKey;
import dev.nestmap.kafka.ManyTypesBpf.SampleMap;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.LongList;
import dev.nestmap.untyped.RecordFieldDecoder;
import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A row has the documented columns, with each kind of value. */
class RowWriterTest {
    private static final RowPosition POSITION = new RowPosition(new UUID(3, 4), 17);

    private final CountsBpf bpf = CountsBpf.inMemory();
    private final ManyTypesBpf types = ManyTypesBpf.inMemory();
    private final RowWriter writer = new RowWriter(bpf.tenant(), "machine", "tenant");

    @AfterEach
    void close() {
        bpf.close();
        types.close();
    }

    private static RowWriter.Rows write(RowWriter writer, ReadableAccessor<?, ?> map, ByteString outerKey) {
        MapIdentity identity = new MapIdentity(
                "node \"17\"",
                new UUID(1, 2),
                35_054,
                Instant.ofEpochSecond(1_764_000_000, 7_999_999),
                "tenant",
                outerKey);
        return writer.write(identity, map, () -> true);
    }

    private static List<String> messages(RowWriter.Rows rows) {
        List<String> messages = new ArrayList<>();
        String all = new String(rows.rows(), StandardCharsets.ISO_8859_1); // its indices are those of the bytes
        for (int begin = 0; begin < all.length(); ) {
            int end = all.indexOf(RowWriter.SEPARATOR, begin);
            end = end < 0 ? all.length() : end;
            messages.add(new String(
                    RowWriter.message(POSITION, rows.common(), rows.rows(), begin, end), StandardCharsets.UTF_8));
            begin = end + 1;
        }
        assertThat(messages).hasSize(rows.number());
        return messages;
    }

    /** The documented format, character by character. */
    @Test
    void theFormatIsTheDocumentedOne() {
        CountMap map = bpf.tenant().create(1);
        map.put(new Count(7, 70));

        assertThat(messages(write(writer, map, ByteString.ofHex("2a000000"))))
                .containsExactly("{\"series\":\"00000000-0000-0003-0000-000000000004\",\"number\":17,\"machine\":\"node"
                        + " \\\"17\\\"\",\"outer_map\":\"tenant\",\"taken_out\":\"2025-11-24T16:00:00.007Z\","
                        + "\"exact\":true,\"outer_key\":42,\"key\":7,\"value\":70}");
    }

    @Test
    void thePagesShowItsColumns() throws Exception {
        List<String> shown = new ArrayList<>();
        String page = Files.readString(Path.of("../../docs/fleet/totals.md"));
        new ObjectMapper()
                .readTree(page.split("```json\n", 2)[1].split("```", 2)[0])
                .fieldNames()
                .forEachRemaining(shown::add);
        List<String> described = new ArrayList<>();
        Matcher column = Pattern.compile("^\\| `([a-z_]+)` \\|", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("../../docs/fleet/reference.md")));
        while (column.find()) {
            described.add(column.group(1));
        }
        CountMap map = bpf.tenant().create(1);
        map.put(new Count(7, 70));
        List<String> written = new ArrayList<>();
        new ObjectMapper()
                .readTree(messages(write(writer, map, ByteString.ofHex("2a000000")))
                        .get(0))
                .fieldNames()
                .forEachRemaining(written::add);

        List<String> columns = new ArrayList<>(written.subList(0, 6));
        assertThat(shown.subList(0, 6)).isEqualTo(columns);
        columns.addAll(List.of("status", "complete"));
        assertThat(described).isEqualTo(columns);
    }

    @Test
    void writesEachKindOfValue() throws Exception {
        Inet4Address source = (Inet4Address) InetAddress.getByName("10.0.0.1");
        RowWriter samples = new RowWriter(types.group(), "machine", "group");
        SampleMap map = types.group().create(new Group(1, 2));
        map.put(new Sample(
                new SampleKey(source, 443),
                Color.GREEN,
                "ä\"b\n",
                ByteString.ofHex("00ff"),
                -1,
                -5,
                true,
                LongList.of(1, 2)));

        String message = messages(write(samples, map, ByteString.ofHex("0100000002000000")))
                .get(0);

        assertThat(message)
                .endsWith(
                        "\"exact\":true,\"outer_key_region\":1,\"outer_key_id\":2,\"key_source\":167772161,\"key_port\":443,\"value_color\":\"COLOR_GREEN\",\"value_name\":\"ä\\\"b\\n"
                                + "\",\"value_mark\":\"00ff\","
                                + "\"value_bytes\":18446744073709551615,\"value_drift\":-5,\"value_seen\":true,\"value_slots\":[1,2]}");
    }

    /** A column has the same type for each value, whatever bytes a program has stored. */
    @Test
    void columnsKeepTheirType() throws Exception {
        RecordFieldDecoder fields = RecordFieldDecoder.of(types.group());
        byte[] bytes = new byte[fields.zeroInnerValue().size()];
        Arrays.fill(bytes, (byte) 0xfe);
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (JsonGenerator to = new JsonFactory().createGenerator(json)) {
            to.writeStartObject();
            RowWriter.columns("value", fields.innerValue(ByteString.of(bytes)).get(0), to);
            to.writeEndObject();
        }

        assertThat(json.toString(StandardCharsets.UTF_8))
                .contains("\"value_name\":\"\\\\xfefefefefefefefe\"", "\"value_seen\":true")
                .containsPattern("\"value_color\":\"-?[0-9]+\"");
    }

    /** The CPUs that have counted, and one of an entry with which none has. */
    @Test
    void writesARowForEachCpu() throws Exception {
        RowWriter cpus = new RowWriter(bpf.cpuTenant(), "machine", "cpu_tenant");
        CpuCountMap map = bpf.cpuTenant().create(1);
        map.putForEachCpu(new CpuCount(7, 70));
        int number = Objects.requireNonNull(map.get(7L)).size();

        RowWriter.Rows rows = write(cpus, map, ByteString.ofHex("2a000000"));

        assertThat(rows.entries()).isEqualTo(1);
        assertThat(messages(rows)).hasSize(number);
        for (int cpu = 0; cpu < number; cpu++) {
            assertThat(messages(rows).get(cpu)).endsWith("\"key\":7,\"cpu\":" + cpu + ",\"value\":70}");
        }
        map.putForEachCpu(new CpuCount(7, 0));
        assertThat(messages(write(cpus, map, ByteString.ofHex("2a000000"))))
                .singleElement()
                .satisfies(message -> assertThat(message).endsWith(",\"value\":0}"));
    }

    /** SQL could read only one of them. */
    @Test
    void refusesTwoFieldsOfOneColumn() {
        try (SameColumnsBpf same = SameColumnsBpf.inMemory()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new RowWriter(same.tenant(), "machine", "tenant"))
                    .withMessageContaining(
                            "two fields would both be the column value_a_b: rename one of them with @Name");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new RowWriter(same.region(), "machine", "region"))
                    .withMessageContaining("two fields would both be the column value[][]_a_b: rename");
        }
        assertThat(new RowWriter(types.byAddress(), "machine", "by_address")).isNotNull();
    }
}
