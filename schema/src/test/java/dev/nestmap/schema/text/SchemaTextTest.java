/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import static dev.nestmap.schema.Samples.enumOf;
import static dev.nestmap.schema.Samples.plain;
import static dev.nestmap.schema.Samples.struct;
import static dev.nestmap.schema.Samples.union;
import static dev.nestmap.schema.text.SchemaTexts.TENANT_FLOWS;
import static dev.nestmap.schema.text.SchemaTexts.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.RandomSchemas;
import dev.nestmap.schema.Samples;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Prints schemas as text, and reads them back. */
class SchemaTextTest {
    @Test
    void printsOneFactPerLine() {
        assertThat(SchemaText.print(Samples.tenantFlows())).isEqualTo(TENANT_FLOWS);
    }

    @Test
    void printsGlobalVariables() {
        Schema schema = new Schema(
                "",
                "sampling",
                List.of(),
                List.of(),
                List.of(),
                List.of(
                        new GlobalDef("sample_rate", ".rodata", Scalar.U32),
                        new GlobalDef("hits", ".data.stats", new ArrayType(Scalar.U64, 4))));
        String text = SchemaText.print(schema);

        assertThat(text).endsWith("""
                header sampling.bpf.h

                global sample_rate: .rodata
                  type: __u32

                global hits: .data.stats
                  type: __u64[4]
                """);
        assertThat(SchemaText.parse(text)).isEqualTo(schema);
        assertRejected(
                text.replace(".data.stats", ".maps"),
                "line 7 of the schema text: \".maps\" is not a section of global variables");
        assertRejected(
                text.replace("hits", "sample_rate"),
                "line 7 of the schema text: the text declares global variable sample_rate twice");
        assertRejected(
                text.replace("  type: __u64[4]", ""),
                "line 7 of the schema text: the variable has no attribute \"type\"");
    }

    @Test
    void printsMapExtraAndNumaNodeIfSet() {
        MapDef filter = new MapDef(
                        "seen", MapRole.PLAIN, MapKind.BLOOM_FILTER, 8, MapFlags.NUMA_NODE, null, Scalar.U64, null)
                .withExtra(5);
        Schema schema = new Schema("com.acme.Seen", "seen", List.of(), List.of(), List.of(filter));
        String text = SchemaText.print(schema);

        assertThat(text).contains("""
                  map_flags: 0x4
                  map_extra: 0x5
                  numa_node: 0
                  value: __u64
                """);
        assertThat(SchemaText.parse(text)).isEqualTo(schema);
        for (String node : List.of("4294967296", "-1")) {
            assertRejected(
                    text.replace("numa_node: 0", "numa_node: " + node), "numa_node " + node + " is out of range");
        }
    }

    @Test
    void parsesWhatItPrints() {
        assertThat(SchemaText.parse(TENANT_FLOWS)).isEqualTo(Samples.tenantFlows());
    }

    @Test
    void parsesWhatItPrintsOfAnySchema() {
        for (long seed = 1; seed <= 3_000; seed++) {
            Schema schema = new RandomSchemas(seed).next();
            String text = SchemaText.print(schema);
            assertThat(SchemaText.parse(text)).as("seed %d%n%s", seed, text).isEqualTo(schema);
        }
    }

    @Test
    void spellsNestedArraysAsCDoes() {
        StructType struct = struct("s", "__s16 matrix[2][3]; ? next[4];", new OpaqueType(8, 8, "pointer"));
        String text = SchemaText.print(Samples.withValue(struct));
        assertRejected(text.replace("opaque(size 8", "opaque(size -8"), "a size of -8");
        assertThat(text)
                .contains("field matrix: __s16[2][3], offset 0, size 12, signed\n")
                .contains("field next: opaque(size 8, alignment 8, \"pointer\")[4], offset 16, size 32\n");
    }

    @Test
    void untaggedTypesArePrintedInPlace() {
        UnionType address = union("", "__be32 v4; ?;", struct("", "__u64 high;"));
        StructType struct = StructType.of(
                "s",
                List.of(
                        Samples.member("", address),
                        new StructType.Member("mode", enumOf("", "A = 1"), 3, 1, 2),
                        Samples.member("points", new ArrayType(struct("", "__u8 x;"), 2)),
                        Samples.member("lock", ManagedFieldType.SPIN_LOCK),
                        Samples.member("task", new PointerType("struct task_struct")),
                        Samples.member("wide", Scalar.U128)));
        Schema schema = new Schema(
                "",
                "h",
                List.of(new Schema.Include("linux/in6.h", List.of("in6_addr"), true)),
                List.of(struct),
                List.of(Samples.hash("m", MapRole.PLAIN, 1, new ArrayType(address, 2), struct)));
        String text = """
                nestmap-schema 1
                header h.bpf.h
                external "linux/in6.h": in6_addr

                struct s: size 48, alignment 16
                  field "": union, offset 0, size 8, alignment 8
                    field v4: __be32, offset 0, size 4, unsigned, big-endian
                    field "": struct, offset 0, size 8, alignment 8
                      field high: __u64, offset 0, size 8, unsigned
                  pad _pad0: offset 8, bit 0, bits 2
                  field mode: enum, offset 8, bit 2, bits 3, size 4, unsigned
                    constant A: 1
                  pad _pad1: offset 8, bit 5, bits 3
                  field points: struct[2], offset 9, size 2, each size 1, alignment 1
                    field x: __u8, offset 0, size 1, unsigned
                  pad _pad2: offset 11, size 1
                  field lock: kernel bpf_spin_lock, offset 12, size 4
                  field task: pointer("struct task_struct"), offset 16, size 8
                  pad _pad3: offset 24, size 8
                  field wide: unsigned __int128, offset 32, size 16, unsigned

                map m: plain, BPF_MAP_TYPE_HASH
                  max_entries: 1
                  map_flags: 0x0
                  key: union[2], each size 8, alignment 8
                    field v4: __be32, offset 0, size 4, unsigned, big-endian
                    field "": struct, offset 0, size 8, alignment 8
                      field high: __u64, offset 0, size 8, unsigned
                  value: struct s
                """;
        assertThat(SchemaText.print(schema)).isEqualTo(text);
        assertThat(SchemaText.parse(text)).isEqualTo(schema);
        assertRejected(text.replace("bit 2, bits 3", "bit 2, bits 33"), 11)
                .hasMessageContaining("33 bits from bit 2 does not fit enum");
        assertRejected(text.replace("bit 2, bits 3", "bit 9, bits 3"), 11).hasMessageContaining("from bit 9");
        assertRejected(text.replace("bpf_spin_lock", "bpf_lock"), 17)
                .hasMessageContaining("of the kernel \"bpf_lock\"");
    }

    @Test
    void kptrsNameTheirTargets() {
        StructType struct = struct(
                "s",
                "? list; ? task; ? other;",
                ManagedFieldType.LIST_HEAD,
                new PointerType("struct task_struct", PointerType.Kind.KPTR),
                new PointerType("struct task_struct", PointerType.Kind.UNTRUSTED));
        Schema schema = new Schema("", "h", List.of(), List.of(struct), List.of());
        String text = """
                nestmap-schema 1
                header h.bpf.h

                struct s: size 32, alignment 8
                  field list: kernel bpf_list_head, offset 0, size 16
                  field task: kptr("struct task_struct"), offset 16, size 8
                  field other: kptr_untrusted("struct task_struct"), offset 24, size 8
                """;
        assertThat(SchemaText.print(schema)).isEqualTo(text);
        assertThat(SchemaText.parse(text)).isEqualTo(schema);
    }

    @Test
    void printsHowRecordsReadFields() {
        Schema schema = Samples.tenantFlows()
                .withMeanings(List.of(
                        new FieldMeaning.Time("struct flow", "packets", false, 1_000_000_000),
                        new FieldMeaning.Time("map tenant", "key", true, 1),
                        new FieldMeaning.Sign("struct flow", "bytes"),
                        new FieldMeaning.Sign("variable limit", "value")));
        String text = SchemaText.print(schema);

        assertThat(text).isEqualTo(SchemaText.print(Samples.tenantFlows()) + """

                reading struct flow packets: Duration, 1000000000 per second
                reading map tenant key: Instant, 1 per second
                reading struct flow bytes: sign as declared
                reading variable limit value: sign as declared
                """);
        assertThat(SchemaText.parse(text)).isEqualTo(schema);
        assertThat(SchemaText.parse(text).asForeign().withPrograms(List.of()).meanings())
                .isEqualTo(schema.meanings());
    }

    @Test
    void toleratesCarriageReturnsAndBlankLines() {
        assertThat(SchemaText.parse("\r\n" + TENANT_FLOWS.replace("\n", " \r\n\r\n")))
                .isEqualTo(Samples.tenantFlows());
    }

    @Test
    void rejectsInconsistentSchemas() {
        Schema undeclared = new Schema(
                "", "h", List.of(), List.of(), List.of(Samples.hash("m", MapRole.PLAIN, 1, Scalar.U32, Samples.FLOW)));
        assertThatThrownBy(() -> SchemaText.print(undeclared))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("struct flow is used");
        Schema twice = Samples.schema(List.of(Samples.FLOW_KEY, Samples.FLOW_KEY));
        assertThatThrownBy(() -> SchemaText.print(twice)).hasMessageContaining("two equal types have the tag flow_key");
    }

    /** An object that was linked from several C files can have them. */
    @Test
    void numbersTypesWithTheSameTag() {
        StructType small = struct("flow", "__u32 packets;");
        StructType large = struct("flow", "__u64 packets;");
        StructType both = struct("both", "? large; ? small; ? all[2];", large, small, large);
        Schema schema = Samples.schema(List.of(small, large, both));

        String text = SchemaText.print(schema);

        assertThat(text)
                .contains("\nstruct flow: size 4", "\nstruct flow #2: size 8")
                .contains("field large: struct flow #2,", "field small: struct flow,", "field all: struct flow #2[2],");
        assertThat(SchemaText.parse(text)).isEqualTo(schema);
        assertRejected(
                text.replace("large: struct flow #2", "large: struct flow #3"),
                "no struct flow #3 is declared before this line");
        assertRejected(
                text.replace("\nstruct flow #2", "\nstruct flow #3"), "type 3 with the tag flow comes after 1 others");
        assertThatThrownBy(() -> SchemaText.parse(text.replace("\nstruct flow #2: size 8", "\nstruct flow #2: size 4")
                        .replace("__u64", "__u32")))
                .isInstanceOf(SchemaFormatException.class);
    }

    @Test
    void requestsForPinsArePartOfTheText() {
        MapDef map = plain("shared", MapKind.HASH, 8, Scalar.U32, Scalar.U64);
        Schema schema = new Schema("", "pins", List.of(), List.of(), List.of(map.pinnedByNameIf(true)));

        String text = SchemaText.print(schema);

        assertThat(text).contains("  pinning: by_name\n");
        assertThat(SchemaText.parse(text)).isEqualTo(schema);
        assertRejected(text.replace("by_name", "by_number"), "by_number");
    }
}
