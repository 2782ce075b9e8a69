/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import static dev.nestmap.schema.Samples.enumOf;
import static dev.nestmap.schema.Samples.hash;
import static dev.nestmap.schema.Samples.outer;
import static dev.nestmap.schema.Samples.schema;
import static dev.nestmap.schema.Samples.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.RandomSchemas;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.schema.compare.MapLayout;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The texts beside pins, which outlive the version that has written them. */
class PinnedMapTextTest {
    /** Format 1. A later version reads this text, too: what it changes is another format. */
    private static final String FORMAT_1 = """
            nestmap-pin 1
            map tenant: id 4294967295
            pin customers
            directory 2c-17

            nestmap-schema 1
            from com.acme.Flows
            header flows.bpf.h

            struct flow: size 24, alignment 8
              field packets: __u64, offset 0, size 8, unsigned
              field busy: __u64, offset 8, size 8, unsigned
              field options: __u32, offset 16, size 4, unsigned
              pad _pad0: offset 20, size 4

            enum direction: size 4, unsigned
              constant SENT: 0
              constant RECEIVED: 1

            enum option: size 4, unsigned
              constant SYN: 0
              constant FIN: 1

            map flow_map: inner, BPF_MAP_TYPE_ARRAY
              max_entries: 2
              map_flags: 0x0
              key: __u32
              value: struct flow

            map tenant: outer, BPF_MAP_TYPE_HASH_OF_MAPS
              max_entries: 16
              map_flags: 0x0
              key: __u32
              inner: flow_map

            map tenant_uncounted: uncounted, BPF_MAP_TYPE_PERCPU_ARRAY
              max_entries: 5
              map_flags: 0x0
              key: __u32
              value: __u64

            reading map flow_map key: enum direction
            reading map tenant key: component id
            reading struct flow busy: Duration, 1000000000 per second
            reading struct flow options: bits enum option
            """;

    private static final StructType FLOW = struct("flow", "__u64 packets; __u64 busy; __u32 options;");
    private static final EnumType OPTION = enumOf("option", "SYN = 0, FIN = 1");
    private static final EnumType DIRECTION = enumOf("direction", "SENT = 0, RECEIVED = 1");

    /** The records of the text, with declarations that this map does not need. */
    private static Schema records(FieldMeaning... other) {
        MapDef inner = new MapDef("flow_map", MapRole.INNER, MapKind.ARRAY, 2, 0, Scalar.U32, FLOW, null);
        MapDef tenant = outer("tenant", "flow_map").withMaxEntries(16);
        StructType unused = struct("unused", "__u32 a;");
        List<FieldMeaning> meanings = new ArrayList<>(List.of(other));
        meanings.add(new FieldMeaning.Component("map other", "value", "count"));
        meanings.add(new FieldMeaning.Constants("struct flow", "options", OPTION, true));
        meanings.add(new FieldMeaning.Time("struct flow", "busy", false, 1_000_000_000));
        meanings.add(new FieldMeaning.Component("map tenant", "key", "id"));
        meanings.add(new FieldMeaning.Constants("map flow_map", "key", DIRECTION, false));
        return new Schema(
                        "com.acme.Flows",
                        "flows",
                        List.of(),
                        List.of(unused, DIRECTION, OPTION, FLOW),
                        List.of(
                                inner,
                                hash("other", MapRole.PLAIN, 1, Scalar.U32, Scalar.U32),
                                tenant,
                                UncountedMap.of(tenant)))
                .withMeanings(meanings);
    }

    private static PinnedMapText of(Schema records) {
        return PinnedMapText.of(records, records.map("tenant").orElseThrow(), -1, "customers", "2c-17");
    }

    @Test
    void hasWhatTheMapNeeds() {
        assertThat(of(records()).print()).isEqualTo(FORMAT_1);
    }

    @Test
    void readsWhatItPrints() {
        PinnedMapText text = PinnedMapText.parse(FORMAT_1);

        assertThat(text.print()).isEqualTo(FORMAT_1);
        assertThat(text.id()).isEqualTo(-1);
        assertThat(text.definition().role()).isEqualTo(MapRole.OUTER);
        assertThat(MapLayout.of(text.schema(), text.definition()))
                .isEqualTo(MapLayout.of(records(), records().map("tenant").orElseThrow()));
    }

    @Test
    void readsTheTextOfEachMap() {
        int texts = 0;
        for (long seed = 1; seed <= 1_000; seed++) {
            Schema schema = new RandomSchemas(seed).next();
            for (MapDef map : schema.maps()) {
                boolean isPinned = (map.role() == MapRole.PLAIN && map.definition() == null)
                        || (map.role() == MapRole.OUTER
                                && map.definition() != null
                                && schema.map(map.definition())
                                        .filter(inner -> inner.role() == MapRole.INNER && inner.definition() == null)
                                        .isPresent());
                if (isPinned) {
                    PinnedMapText text = PinnedMapText.of(schema, map, 17, map.name(), "2c-17");
                    assertThat(PinnedMapText.parse(text.print()))
                            .as("seed %d", seed)
                            .isEqualTo(text);
                    texts++;
                }
            }
        }
        assertThat(texts).isGreaterThan(200);
    }

    @Test
    void skipsNotesOfNewerVersions() {
        String newer = FORMAT_1.replace("pin customers\n", "note written at noon\npin customers\nnote\n")
                        .replace("struct flow: ", "note \"of a newer version\n\nstruct flow: ")
                + "note at the end\n";
        assertThat(PinnedMapText.parse(newer)).isEqualTo(of(records()));
    }

    /** A line that is no note may change what the bytes mean. */
    @Test
    void refusesEachOtherUnknownLine() {
        assertRefused(FORMAT_1.replace("pin customers\n", "pin customers\nwas tenants\n"), "line 4", "\"was\"");
        assertRefused(FORMAT_1 + "optional struct flow busy\n", "unknown line: it begins with \"optional\"");
        assertRefused(
                FORMAT_1.replace("  max_entries: 2\n", "  max_entries: 2\n  note: x\n"), "unknown attribute \"note\"");
        assertRefused(FORMAT_1.replace("nestmap-pin 1", "nestmap-pin 2"), "a newer version of Nestmap, in format 2");
        assertRefused(FORMAT_1.replace("nestmap-schema 1", "nestmap-schema 2"), "line 6", "in format 2");
        assertRefused(FORMAT_1.replace("enum direction\n", "enum directions\n"), "no enum directions is declared");
        assertRefused(FORMAT_1.replace("map tenant: id", "map tenants: id"), "the text declares no map tenants");
        assertRefused(FORMAT_1.replaceAll("  inner: .*\n", ""), "the text declares no map tenant with");
        assertRefused(
                FORMAT_1.replaceAll("map tenant: id", "map flow_map: id"), "the text declares no map flow_map with");
        assertRefused(FORMAT_1.replace("pin customers\n", ""), "does not say which map it describes");
        assertRefused(FORMAT_1.replace("directory 2c-17\n", ""), "does not say which map it describes");
        assertRefused(FORMAT_1.replace("id 4294967295", "id 4294967295 x"), "line 2", "the end of the line");
        assertRefused("", "does not say");
        assertRefused("nestmap-schema 1\n", "does not say");
        assertRefused("\0\u00e4\0", "line 1", "unexpected character");
    }

    private static void assertRefused(String text, String... messages) {
        assertThatThrownBy(() -> PinnedMapText.parse(text))
                .isInstanceOf(SchemaFormatException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(messages));
    }
}
