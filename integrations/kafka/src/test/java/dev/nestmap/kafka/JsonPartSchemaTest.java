/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.BtfValueJson;
import dev.nestmap.untyped.RecordFieldDecoder;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The JSON Schema of an outer map accepts what a shipper writes, and nothing else. */
class JsonPartSchemaTest {
    private static final int ROUNDS = 300;

    private final ObjectMapper json = new ObjectMapper();
    private final CountsBpf counts = CountsBpf.inMemory();
    private final ManyTypesBpf types = ManyTypesBpf.inMemory();
    private final long seed = Long.getLong("nestmap.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @AfterEach
    void close() {
        counts.close();
        types.close();
    }

    private static Schema schema(String text) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(text);
    }

    /** Bytes of any values: numbers without a constant, texts that are no UTF-8, members of a union that nobody has selected. */
    private ByteString anything(int size) {
        byte[] bytes = new byte[size];
        switch (random.nextInt(4)) {
            case 0 -> {} // zeros
            case 1 -> Arrays.fill(bytes, (byte) 0xff);
            case 2 -> Arrays.fill(bytes, (byte) random.nextInt(8));
            default -> random.nextBytes(bytes);
        }
        return ByteString.of(bytes);
    }

    /** A message with two entries, as a shipper writes it. */
    private JsonNode message(OuterAccessor<?, ?, ?> outer, ReadableAccessor<?, ?> map) throws Exception {
        RecordFieldDecoder fields = RecordFieldDecoder.of(outer);
        int keySize = fields.zeroInnerKey().size();
        int valueSize = fields.zeroInnerValue().size();
        int cpus = fields.isPerCpu() ? 3 : 1;
        MapIdentity identity = new MapIdentity(
                "node-1",
                new UUID(1, 2),
                7,
                Instant.ofEpochSecond(1_764_000_000),
                outer.name(),
                anything(fields.zeroKey().size()));
        PartWriter.Parts parts = new JsonPartWriter(outer, 1_000_000)
                .begin(
                        new UnshippedMap(identity, map, () -> {}, () -> {}, Part.NOT_COUNTED, Map.of("pod", "cart")),
                        new PartPosition("nestmap.node-1.x", new UUID(3, 4), 8));
        for (int i = 0; i < 2; i++) {
            parts.add(
                    ByteBuffer.wrap(anything(keySize).toBytes()),
                    ByteBuffer.wrap(anything(cpus * valueSize).toBytes()));
            parts.count++;
        }
        return json.readTree(parts.message(1, 1, new PartPosition("nestmap.node-1.x", new UUID(3, 4), 9)));
    }

    private void acceptsOnlyWhatIsWritten(OuterAccessor<?, ?, ?> outer, ReadableAccessor<?, ?> map) throws Exception {
        Schema typed = schema(MessageFormat.jsonSchema(outer));
        Schema open = schema(Files.readString(Path.of("src/main/resources/dev/nestmap/kafka/part.schema.json")));
        for (int round = 0; round < ROUNDS; round++) {
            JsonNode message = message(outer, map);
            assertThat(typed.validate(message)).as("seed %s: %s", seed, message).isEmpty();
            assertThat(open.validate(message)).as("seed %s: %s", seed, message).isEmpty();
        }
        JsonNode message = message(outer, map);
        List<String> accepted = new ArrayList<>();
        damage(message, "", description -> {
            if (typed.validate(message).isEmpty()) {
                accepted.add(description);
            }
        });
        assertThat(accepted).as("seed %s: %s", seed, message).isEmpty();
    }

    /** Damages one value at a time, in place. */
    private void damage(JsonNode node, String path, Consumer<String> check) {
        if (node instanceof ObjectNode object && !path.equals("/labels")) {
            object.put("of another version", 1);
            check.accept("another field in " + path);
            object.remove("of another version");
            for (String name : fieldNames(object)) {
                JsonNode value = object.remove(name);
                if (!name.equals(BtfValueJson.BYTES)) { // it is there if it is needed
                    check.accept("no " + path + "/" + name);
                }
                for (JsonNode other : others(value, name)) {
                    object.set(name, other);
                    check.accept(other + " for " + value + " in " + path + "/" + name);
                }
                object.set(name, value);
                damage(value, path + "/" + name, check);
            }
        } else if (node instanceof ArrayNode array && !path.equals("/entries") && !path.endsWith("/values")) {
            JsonNode first = array.get(0);
            array.add(first);
            check.accept("one more in " + path);
            array.remove(0);
            array.remove(0);
            check.accept("one less in " + path);
            array.insert(0, first);
        }
        if (node instanceof ArrayNode array) {
            damage(array.get(0), path + "/0", check);
        }
    }

    private static List<String> fieldNames(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Returns values that the schema must refuse in place of this one. */
    private List<JsonNode> others(JsonNode value, String name) {
        List<JsonNode> others = new ArrayList<>(List.of(json.nullNode(), json.createArrayNode()));
        if (!name.equals("labels")) { // there may be none
            others.add(json.createObjectNode());
        }
        BigInteger most = BigInteger.TWO.pow(128);
        if (value.isNumber()) {
            others.add(json.getNodeFactory().numberNode(most));
            others.add(json.getNodeFactory().numberNode(most.negate()));
            others.add(json.getNodeFactory().numberNode(0.5));
            if (!name.equals("seen")) { // a bool that is neither 0 nor 1
                others.add(json.getNodeFactory().booleanNode(true));
            }
        } else {
            others.add(json.getNodeFactory().numberNode(most));
        }
        return others;
    }

    @Test
    void ofCounts() throws Exception {
        try (CountsBpf.CountMap.Owned map = counts.tenant().detached()) {
            acceptsOnlyWhatIsWritten(counts.tenant(), map);
        }
    }

    @Test
    void ofPerCpuCounts() throws Exception {
        try (CountsBpf.CpuCountMap.Owned map = counts.cpuTenant().detached()) {
            acceptsOnlyWhatIsWritten(counts.cpuTenant(), map);
        }
    }

    @Test
    void ofKeysWithSeveralFields() throws Exception {
        try (ManyTypesBpf.SampleMap.Owned map = types.group().detached()) {
            acceptsOnlyWhatIsWritten(types.group(), map);
        }
    }

    @Test
    void ofAllKindsOfComponents() throws Exception {
        try (ManyTypesBpf.OtherMap.Owned map = types.byAddress().detached()) {
            acceptsOnlyWhatIsWritten(types.byAddress(), map);
        }
    }

    /** Messages of other records have another layout. */
    @Test
    void refusesOtherRecords() throws Exception {
        try (ManyTypesBpf.SampleMap.Owned map = types.group().detached()) {
            assertThat(schema(MessageFormat.jsonSchema(counts.tenant())).validate(message(types.group(), map)))
                    .isNotEmpty();
        }
    }

    /** The types of the fields, and their names in C. */
    @Test
    void statesTypesAndRanges() throws Exception {
        JsonNode entry =
                json.readTree(MessageFormat.jsonSchema(types.byAddress())).at("/$defs/entry/properties");

        assertThat(entry.at("/value/properties/numbers/properties/u64/anyOf/0/maximum")
                        .asLong())
                .isEqualTo(1L << 53);
        assertThat(entry.at("/value/properties/numbers/properties/s8/minimum").asInt())
                .isEqualTo(-128);
        assertThat(entry.at("/value/properties/bits/properties/wide/maximum").asLong())
                .isEqualTo((1L << 40) - 1);
        assertThat(entry.at("/value/properties/numbers/properties/be16/description")
                        .asText())
                .isEqualTo("__be16");
        assertThat(entry.at("/key/properties/sport/type").asText()).isEqualTo("integer");
        assertThat(entry.at("/key/properties/mac/maxLength").asInt()).isEqualTo(12);
        assertThat(entry.at("/value/properties/names/items/anyOf/0/maxLength").asInt())
                .isEqualTo(8);
    }
}
