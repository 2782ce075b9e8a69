/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static dev.nestmap.schema.Samples.inner;
import static dev.nestmap.schema.Samples.plain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.schema.InitialSlot;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.Scalar;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every form of a map's definition in BTF is read. */
@Tag("clang")
class BtfMapReaderTest {
    private static final BpfClang CLANG = BpfClang.newest();

    private static final String INNER = "struct in { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 3);"
            + " __type(key, __u32); __type(value, __u64); };\n";

    @EveryClang
    void readsEveryFormOfADefinition(BpfClang clang) {
        Schema schema = schema(clang, """
                typedef struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, char[16]);
                                 __type(value, const __s8); } anonymous_t;
                volatile anonymous_t by_typedef SEC(".maps");
                static struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 4294967295u);
                                __uint(key_size, 4); __uint(value_size, 131072); }
                    by_size SEC(".maps") __attribute__((used));
                struct tagged { __uint(type, BPF_MAP_TYPE_QUEUE); __uint(max_entries, 2); __type(value, __u32);
                                __uint(pinning, 1); __uint(numa_node, 1); };
                struct tagged one SEC(".maps"), two SEC(".maps") __weak;
                struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring SEC(".maps");
                struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 2); __uint(key_size, 4);
                         __array(values, int (void *)); } calls SEC(".maps");
                struct { __uint(type, BPF_MAP_TYPE_SK_STORAGE); __uint(map_flags, BPF_F_NO_PREALLOC);
                         __type(key, int); __type(value, __u64); } storage SEC(".maps");
                struct { __uint(type, BPF_MAP_TYPE_BLOOM_FILTER); __uint(max_entries, 9); __type(value, __u64);
                         __uint(map_flags, BPF_F_NUMA_NODE); __uint(numa_node, 1); enum { extra = 7 } map_extra; }
                    filter SEC(".maps");
                """);

        assertThat(schema.maps())
                .containsExactlyInAnyOrder(
                        plain("by_typedef", MapKind.HASH, 1, new ArrayType(Scalar.CHAR, 16), Scalar.S8),
                        plain(
                                "by_size",
                                MapKind.PERCPU_ARRAY,
                                4294967295L,
                                new OpaqueType(4, 1, "key declared by its size"),
                                new OpaqueType(131072, 1, "value declared by its size")),
                        plain("one", MapKind.QUEUE, 2, null, Scalar.U32).pinnedByNameIf(true),
                        plain("two", MapKind.QUEUE, 2, null, Scalar.U32).pinnedByNameIf(true),
                        plain("ring", MapKind.RINGBUF, 4096, null, null),
                        plain(
                                "calls",
                                MapKind.PROG_ARRAY,
                                2,
                                new OpaqueType(4, 1, "key declared by its size"),
                                new OpaqueType(4, 1, "value declared by its size")),
                        new MapDef("storage", MapRole.PLAIN, MapKind.SK_STORAGE, 0, 1, Scalar.S32, Scalar.U64, null),
                        new MapDef(
                                        "filter",
                                        MapRole.PLAIN,
                                        MapKind.BLOOM_FILTER,
                                        9,
                                        MapFlags.NUMA_NODE,
                                        null,
                                        Scalar.U64,
                                        null)
                                .withExtra(7)
                                .withNumaNode(1));
    }

    @EveryClang
    void namesInnerDefinitionsOnceAndFirst(BpfClang clang) {
        Schema schema = schema(
                clang,
                INNER
                        + """
                        typedef struct in in_t;
                        typedef struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1);
                                         __type(key, __u32); __type(value, __u32); } nameless_t;
                        """
                        + outer("a", "struct in")
                        + outer("b", "in_t")
                        + outer("c", "nameless_t")
                        + outer("d", "nameless_t")
                        + "struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __type(key, __u64); } e SEC(\".maps\");");

        assertThat(schema.maps())
                .extracting(MapDef::name, MapDef::role, MapDef::definition)
                .containsExactly(
                        tuple("in", MapRole.INNER, null),
                        tuple("a", MapRole.OUTER, "in"),
                        tuple("b", MapRole.OUTER, "in"),
                        tuple("c.inner", MapRole.INNER, null),
                        tuple("c", MapRole.OUTER, "c.inner"),
                        tuple("d", MapRole.OUTER, "c.inner"),
                        tuple("e", MapRole.OUTER, null));
        assertThat(schema.innerOf(schema.map("b").orElseThrow()))
                .isEqualTo(inner("in", MapKind.ARRAY, 3, 0, Scalar.U32, Scalar.U64));
    }

    @EveryClang
    void anInnerDefinitionNeverHasTheNameOfAMap(BpfClang clang) {
        Schema schema = schema(clang, INNER + "struct in in SEC(\".maps\");\n" + slots("o", "struct in", "in"));

        assertThat(schema.maps())
                .extracting(MapDef::name, MapDef::role, MapDef::definition)
                .containsExactly(
                        tuple("o.inner", MapRole.INNER, null),
                        tuple("in", MapRole.INSTANCE, "o.inner"),
                        tuple("o", MapRole.OUTER, "o.inner"));
    }

    /** The maps of the kernel selftest test_btf_map_in_map.c, with another map before and after. */
    @EveryClang
    void readsSlots(BpfClang clang) {
        Schema schema = schema(clang, INNER + """
                        struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, __u32);
                                 __type(value, __u32); } before SEC(".maps");
                        struct in in1 SEC(".maps"), in2 SEC(".maps");
                        struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 3); __uint(key_size, 4);
                                 __array(values, struct in); } arr SEC(".maps") = { .values = { &in1, 0, &in2 } };
                        struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 5); __uint(key_size, 4);
                                 __array(values, struct in); } hash SEC(".maps") = {
                                 .values = { [0] = &in2, [4] = &in1 } };
                        int one(void *ctx);
                        int two(void *ctx);
                        struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 4); __uint(key_size, 4);
                                 __array(values, int (void *)); } calls SEC(".maps") = {
                                 .values = { [1] = (void *)&one, [3] = (void *)&two } };
                        struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 5); __uint(key_size, 4);
                                 __array(values, struct in); } empty SEC(".maps");
                        SEC("xdp") int one(void *ctx) { return 1; }
                        SEC("xdp") int two(void *ctx) { return 2; }
                        """);

        assertThat(slots(schema, "before")).isEmpty();
        assertThat(slots(schema, "arr")).containsExactly(slot(0, "in1"), slot(2, "in2"));
        assertThat(slots(schema, "hash")).containsExactly(slot(0, "in2"), slot(4, "in1"));
        assertThat(slots(schema, "calls")).containsExactly(slot(1, "one"), slot(3, "two"));
        assertThat(slots(schema, "empty")).isEmpty();
        assertThat(schema.map("in2")).contains(schema.map("in").orElseThrow().declaredInner("in2"));
    }

    @Test
    void anAddressThatIsNoSlotIsRejected() {
        assertMalformed(
                CLANG, INNER + """
                        struct in a SEC(".maps");
                        struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 2); __type(key, __u32);
                                 void *other; __array(values, struct in); } o SEC(".maps") = { .other = &a };
                        """, "map o has the address of a at offset 24, which is not the start of a slot");
    }

    @Test
    void onlyTheSizesOfDescriptorsAreLeftOut() {
        Schema schema = schema(
                CLANG,
                "struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __type(key, __u64); __uint(value_size, 4); } o SEC(\".maps\");"
                        + "struct { __uint(type, BPF_MAP_TYPE_QUEUE); __uint(key, 0); __type(value, __u32); } q SEC(\".maps\");"
                        + "struct { __uint(type, BPF_MAP_TYPE_QUEUE); __type(key, __u8); __type(value, __u32); } k SEC(\".maps\");");

        assertThat(schema.map("o").orElseThrow().value()).isNull();
        assertThat(schema.map("q").orElseThrow().key()).isNull();
        assertThat(schema.map("k").orElseThrow().key())
                .as("the kernel rejects it")
                .isEqualTo(Scalar.U8);
    }

    @Test
    void mapsThatAnotherObjectDefinesAreLeftOut() {
        BtfBuilder btf = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int integer = btf.integer("int", 4);
        int extern = btf.type("elsewhere", BtfKind.VAR, false, 0, btf.struct("", 0), 2);
        btf.type(".maps", BtfKind.DATASEC, false, 1, 0, extern, 0, 0);

        assertThat(btf.hash(integer, integer).parse().schema().maps())
                .extracting(MapDef::name)
                .containsExactly("map");
    }

    private static List<InitialSlot> slots(Schema schema, String map) {
        return schema.map(map).orElseThrow().slots();
    }

    private static InitialSlot slot(long index, String target) {
        return new InitialSlot(index, target);
    }

    @EveryClang
    void aTypeThatIsOnlyDeclaredIsOpaque(BpfClang clang) {
        assumeTrue(clang.version() < 22, "clang 22 writes the definition too");
        Schema schema = schema(
                clang,
                "struct val { __u64 a; };"
                        + "struct in { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 3); __type(key, __u32);"
                        + " __type(value, struct val); };"
                        + "struct sized { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 3); __type(key, __u32);"
                        + " __type(value, struct val); __uint(value_size, sizeof(struct val)); };"
                        + outer("o", "struct in")
                        + outer("p", "struct sized"));

        String what = "forward declaration of struct val";
        assertThat(schema.map("in").orElseThrow().value()).isEqualTo(new OpaqueType(0, 1, what));
        assertThat(schema.map("sized").orElseThrow().value()).isEqualTo(new OpaqueType(8, 1, what));
        assertThat(schema.types()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            __uint(max_entries, 1);                                   | has no type; if the definition is wrapped, or built by a macro that \
            BTF does not show, declare it as a variable of a struct with __uint(type, ...) in SEC(".maps")
            int type;                                                 | has no number as type; use __uint(type, ...)
            __uint(type, 1); __type(key, void);                       | has no type as key; use __type(key, ...)
            __uint(type, 1); __type(key, __u32); __uint(key_size, 8); | has keys of 4 bytes, but key_size 8
            __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); int values;     | has no map definition as values; use __array(values, struct ...)
            __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); int values[2];  | has no map definition as values; use __array(values, struct ...)
            __uint(type, 1); __uint(map_flags, BPF_F_NUMA_NODE); __uint(numa_node, 2147483648u); | has numa_node 2147483648, which is out of range
            __uint(type, 1); __uint(key_size, 0x80000000);            | has keys of 2147483648 bytes, and the kernel accepts at most 2147483647
            __uint(type, 1); __type(value, __u64[0x10000001]);        | has values of 2147483656 bytes, and the kernel accepts at most 2147483647
            """)
    void rejectsADefinition(String members, String problem) {
        assertMalformed(CLANG, "struct { " + members + " } m SEC(\".maps\");", "map m " + problem);
    }

    @Test
    void rejectsADefinitionThatIsNotAStruct() {
        BtfBuilder btf = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        btf.variable("m", ".maps", btf.integer("int", 4));

        Malformed.assertMalformed(
                btf,
                "map m is a number, and libbpf reads only structs; define each map by its own variable:"
                        + " struct { __uint(type, ...); ... } name SEC(\".maps\")");
    }

    @Test
    void rejectsAVariableOfAnotherKind() {
        BtfBuilder btf = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int integer = btf.integer("int", 4);
        btf.type(".maps", BtfKind.DATASEC, false, 1, 0, integer, 0, 0);

        Malformed.assertMalformed(btf, "type 1 is listed as a variable, but is of kind INT");
    }

    /** Its programs may use the map, if the kernel knows the type. */
    @EveryClang
    void anObjectIsReadableWithoutAMapOfAnUnknownType(BpfClang clang) {
        byte[] object = clang.compile(
                BpfClang.INCLUDES
                        + "struct { __uint(type, 99); __uint(max_entries, 1); } newer SEC(\".maps\");\n"
                        + "struct { __uint(type, 2); __uint(max_entries, 1); __type(key, __u32); __type(value, __u32); } known SEC(\".maps\");\n");

        assertThat(ObjectFile.parse("t.o", object).schema().maps())
                .extracting(MapDef::name)
                .containsExactly("known");
    }

    /** Tools show the outer map all the same. A loader can't use it. */
    @EveryClang
    void anOuterMapIsReadableWithoutInnerMapsOfAnUnknownType(BpfClang clang) {
        String inner = "struct { __uint(type, 99); __uint(max_entries, 1); __type(key, __u32); __type(value, __u32); }";
        byte[] object = clang.compile(BpfClang.INCLUDES + inner + " one SEC(\".maps\");\n" + outer("tenants", inner));
        List<MalformedMap> malformed = new ArrayList<>();

        Schema schema = ObjectFile.parseReadable("t.o", object, malformed).schema();

        assertThat(schema.maps()).singleElement().satisfies(map -> {
            assertThat(map.name()).isEqualTo("tenants");
            assertThat(map.kind()).isEqualTo(MapKind.ARRAY_OF_MAPS);
            assertThat(map.definition()).isNull();
        });
        assertThat(malformed).extracting(MalformedMap::name).containsExactly("one", "tenants.inner");
        assertThat(malformed).allSatisfy(map -> assertThat(map.problem()).contains("has the unknown type 99"));
        assertThatThrownBy(() -> ObjectFile.parse("t.o", object).schema()).isInstanceOf(MalformedObjectException.class);
    }

    private static void assertMalformed(BpfClang clang, String source, String message) {
        byte[] object = clang.compile(BpfClang.INCLUDES + source); // skips the test without this clang
        Malformed.assertMalformed(() -> ObjectFile.parse("t.o", object).schema(), "t.o: section .BTF: " + message);
    }

    private static String outer(String name, String inner) {
        return slots(name, inner, "");
    }

    private static String slots(String name, String inner, String slot) {
        return "struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 2); __type(key, __u32);"
                + " __array(values, " + inner + "); } " + name + " SEC(\".maps\")"
                + (slot.isEmpty() ? "" : " = { .values = { [1] = &" + slot + " } }") + ";\n";
    }

    private static Schema schema(BpfClang clang, String source) {
        return ObjectFile.parse("t.o", clang.compile(BpfClang.INCLUDES + source))
                .schema();
    }
}
