/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static dev.nestmap.btf.Malformed.assertMalformed;
import static dev.nestmap.schema.Samples.constants;
import static dev.nestmap.schema.Samples.enumOf;
import static dev.nestmap.schema.Samples.members;
import static dev.nestmap.schema.Samples.struct;
import static dev.nestmap.schema.Samples.union;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Types of BTF become the types of the schema. */
@Tag("clang")
class BtfTypeReaderTest {
    private final BtfBuilder btf = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final int integer = btf.integer("int", 4);

    @EveryClang
    void scalarsDifferByWidthSignAndByteOrder(BpfClang clang) {
        StructType type = read(clang, """
                typedef __be32 address_t;
                struct v {
                    _Bool a; char b; signed char c; unsigned char d; __u8 e; __s16 f; unsigned short g;
                    int h; __u32 i; long long j; __u64 k; unsigned long l;
                    __be16 m; const volatile address_t n; __be64 o; __le32 p;
                };
                """);

        assertThat(type)
                .isEqualTo(struct(
                        "v",
                        "bool a; char b; __s8 c; __u8 d; __u8 e; __s16 f; __u16 g; __s32 h; __u32 i; __s64 j; __u64 k;"
                                + " __u64 l; __be16 m; __be32 n; __be64 o; __u32 p;"));
    }

    @EveryClang
    void paddingFillsTheGapsBetweenFields(BpfClang clang) {
        StructType type = read(clang, """
                struct v {
                    __u8 a; __u8 _pad0[3];
                    __u32 b; __u8 _pad1[2]; __u8 _pad2[2];
                    __u32 c; __u32 _pad3; __u8 pad4[4];
                    __u8 d; __u64 e;
                };
                """);

        assertThat(type.fields())
                .extracting(Field::name)
                .as("only what covers a gap exactly, and is called as headers call it")
                .containsExactly("a", "b", "_pad1", "_pad2", "c", "_pad3", "pad4", "d", "e");
        assertThat(type.pads())
                .containsExactly(
                        new Field("_pad0", new ArrayType(Scalar.U8, 3), 1),
                        new Field("_pad1", new ArrayType(Scalar.U8, 7), 25));
    }

    @EveryClang
    void packedTypesHaveNoAlignment(BpfClang clang) {
        StructType type = read(clang, """
                struct packed_size { __u32 a; __u8 b; } __attribute__((packed));
                struct packed_offset { __u8 a; __u32 b; __u8 c[3]; } __attribute__((packed));
                struct natural { __u8 a; __u16 b; };
                struct v { struct packed_size a; struct packed_offset b; struct natural c; };
                """);

        assertThat(type.fields())
                .extracting(field -> field.type().size(), field -> field.type().alignment(), Field::offset)
                .containsExactly(tuple(5L, 1, 0L), tuple(8L, 1, 5L), tuple(4L, 2, 14L));
        assertThat(type.alignment()).isEqualTo(2);
        assertThat(type.size()).isEqualTo(18);
    }

    @EveryClang
    void enumsKeepTagSizeSignAndValues(BpfClang clang) {
        Schema schema = schema(clang, """
                enum plain { P0, P7 = 7 };
                enum negative { N1 = -1, N2 = 2 };
                enum byte { B0, B255 = 255 } __attribute__((packed));
                struct v { enum plain a; enum negative b; enum byte c; enum { ANONYMOUS = 3 } d; };
                """);

        assertThat(schema.types())
                .startsWith(
                        enumOf("plain", "P0 = 0, P7 = 7"),
                        enumOf("negative", "N1 = -1, N2 = 2"),
                        new EnumType("byte", 1, false, constants("B0 = 0, B255 = 255")))
                .hasSize(4);
        assertThat(value(schema).fields().get(3).type()).isEqualTo(enumOf("", "ANONYMOUS = 3"));
    }

    /** Clang before version 15 writes 705032704 and 4294967214. */
    @EveryClang
    void noNumberIsInventedForAWideEnum(BpfClang clang) {
        Schema schema = schema(clang, "enum wide { BIG = 5000000000, MINUS = -82 }; struct v { enum wide a; };");

        EnumType known = new EnumType("wide", 8, true, constants("BIG = 5000000000, MINUS = -82"));
        assertThat(schema.types()).startsWith(clang.version() < 15 ? new EnumType("wide", 8, false, List.of()) : known);
    }

    @EveryClang
    void readsNestedTypes(BpfClang clang) {
        Schema schema = schema(clang, """
                typedef struct inside { __u16 x; } inside_t;
                union either { __u32 a; struct inside b[2]; };
                typedef struct { __u8 bytes[2][3]; } unnamed_t;
                struct v {
                    union either a; inside_t b[4]; unnamed_t c;
                    struct { __u8 p; }; union { __u16 q; __u8 r; };
                };
                """);

        StructType inside = struct("inside", "__u16 x;");
        UnionType either = union("either", "__u32 a; ? b[2];", inside);
        StructType v = struct(
                "v",
                "? a; ? b[4]; ? c; ?; ?;",
                either,
                inside,
                struct("", "__u8 bytes[2][3];"),
                struct("", "__u8 p;"),
                union("", "__u16 q; __u8 r;"));
        assertThat(schema.types()).containsExactly(inside, either, v);
    }

    @EveryClang
    void typesThatTheModelLacksAreOpaque(BpfClang clang) {
        StructType type = read(clang, "struct v { double b; float d; };");

        assertThat(type)
                .isEqualTo(struct(
                        "v",
                        "? b; ? d;",
                        new OpaqueType(8, 8, "floating-point number of 8 bytes"),
                        new OpaqueType(4, 4, "floating-point number of 4 bytes")));
    }

    @EveryClang
    void readsPointersAndWideIntegers(BpfClang clang) {
        StructType type = read(
                clang,
                "struct other { int x; }; struct v { struct other *a; __int128 c; void *e; int *f; unsigned __int128 g;"
                        + " struct unknown *h; };");

        assertThat(type)
                .isEqualTo(struct(
                        "v",
                        "? a; __int128 c; ? e; ? f; unsigned __int128 g; ? h;",
                        new PointerType("struct other"),
                        new PointerType("void"),
                        new PointerType("int"),
                        new PointerType("struct unknown")));
    }

    @EveryClang
    void readsFieldsThatTheKernelManagesByTheirTag(BpfClang clang) {
        StructType type = read(
                clang,
                "struct bpf_wq { __u32 other; }; struct v { struct bpf_spin_lock l; struct bpf_timer t; struct bpf_wq w; };");

        assertThat(type)
                .isEqualTo(struct(
                        "v",
                        "? l; ? t; ? w;",
                        ManagedFieldType.SPIN_LOCK,
                        ManagedFieldType.TIMER,
                        struct("bpf_wq", "__u32 other;")));
    }

    @EveryClang
    void pointersDifferByTheirTags(BpfClang clang) {
        StructType type = read(clang, """
                struct t { int x; };
                #define tag(name) __attribute__((btf_type_tag(name)))
                struct v { struct t tag("kptr") *a; struct t tag("kptr_untrusted") *b; struct t tag("rcu") *c; struct t *d; };""");

        // Clang 14 writes no such tags.
        boolean tags = clang.version() >= 15;
        assertThat(type)
                .isEqualTo(struct(
                        "v",
                        "? a; ? b; ? c; ? d;",
                        new PointerType("struct t", tags ? PointerType.Kind.KPTR : PointerType.Kind.PLAIN),
                        new PointerType("struct t", tags ? PointerType.Kind.UNTRUSTED : PointerType.Kind.PLAIN),
                        new PointerType(tags ? "struct t __rcu" : "struct t"),
                        new PointerType("struct t")));
    }

    @EveryClang
    void readsBitFields(BpfClang clang) {
        StructType type = read(clang, """
                enum mode { OFF, ON };
                struct v {
                    __u32 a : 3; __u32 b : 9; __u8 c; _Bool d : 1; enum mode e : 2; __s64 f : 43; __u8 _pad0 : 5;
                    __u16 g : 4; __u16 : 3; __u32 h;
                };
                """);

        assertThat(type.fields())
                .containsExactly(
                        new Field("a", Scalar.U32, 0, 0, 3),
                        new Field("b", Scalar.U32, 0, 3, 9),
                        new Field("c", Scalar.U8, 2),
                        new Field("d", Scalar.BOOL, 3, 0, 1),
                        new Field("e", enumOf("mode", "OFF = 0, ON = 1"), 3, 1, 2),
                        new Field("f", Scalar.S64, 8, 0, 43),
                        new Field("g", Scalar.U16, 14, 0, 4),
                        new Field("h", Scalar.U32, 16));
        assertThat(type.alignment()).isEqualTo(8);
    }

    @EveryClang
    void bitsOfPackedStructsFollowEachOther(BpfClang clang) {
        StructType type = read(clang, "struct v { __u32 a : 3; __u8 b : 7; __u64 c : 60; } __attribute__((packed));");

        assertThat(type)
                .isEqualTo(StructType.of(
                        "v", members("__u32 a : 3; __u8 b : 7; __u64 c : 60;"), new StructAttributes(true, 1)));
    }

    @ParameterizedTest
    @MethodSource("byteOrders")
    void readsWideEnumsAndTags(ByteOrder order) {
        BtfBuilder types = new BtfBuilder(order);
        int number = types.integer("int", 4);
        int[] words = {8, types.name("LOW"), -1, -1, types.name("HIGH"), 5, 1 << 20};
        int wide = types.type("wide", BtfKind.ENUM64, true, 2, words);
        int tagged = types.modifier(BtfKind.TYPE_TAG, "rcu", types.modifier(BtfKind.RESTRICT, "", wide));
        types.type("tag", BtfKind.DECL_TAG, false, 0, wide, -1);
        types.type("", BtfKind.FUNC_PROTO, false, 1, 0, types.name("p"), number);
        types.type("f", BtfKind.FUNC, false, 0, 5);

        Schema schema = types.hash(number, tagged).parse().schema();

        assertThat(schema.maps().get(0).value())
                .isEqualTo(new EnumType("wide", 8, true, constants("LOW = -1, HIGH = " + ((1L << 52) + 5))));
    }

    @Test
    void bitFieldsOfOldBtfAreFoundByTheirType() {
        int narrow = btf.type("unsigned int", BtfKind.INT, false, 0, 4, 3);
        int struct = btf.struct("v", 4, "a", narrow, 5);

        Schema schema = btf.hash(integer, struct).parse().schema();

        assertThat(value(schema).fields()).containsExactly(new Field("a", Scalar.U32, 0, 5, 3));
    }

    @Test
    void equalDefinitionsOfATagCountOnceAndDifferentOnesAreKept() {
        int first = btf.struct("twice", 4, "a", integer, 0);
        int second = btf.struct("twice", 4, "a", integer, 0);
        int other = btf.struct("twice", 4, "b", integer, 0);
        int v = btf.struct("v", 12, "x", first, 0, "y", second, 32, "z", other, 64);

        assertThat(btf.hash(integer, v).parse().schema().types())
                .extracting(NamedType::name)
                .containsExactly("twice", "twice", "v");
    }

    @Test
    void rejectsATypeThatContainsItself() {
        int struct = btf.struct("v", 4, "self", 3, 0);
        btf.modifier(BtfKind.TYPEDEF, "v_t", struct);

        assertMalformed(btf.hash(integer, struct), "type 2 contains itself");
    }

    @ParameterizedTest
    @EnumSource(
            value = BtfKind.class,
            names = {"TYPEDEF", "CONST", "TYPE_TAG"})
    void rejectsAModifierOfItself(BtfKind kind) {
        int modifier = btf.modifier(kind, "m", 2);

        assertMalformed(btf.hash(modifier, modifier), "more than 64 typedefs and qualifiers after type 2");
    }

    @Test
    void rejectsTypesThatAreNestedTooDeep() {
        int type = integer;
        for (int i = 0; i < 100_000; i++) {
            type = btf.array(type, 1);
        }

        assertMalformed(btf.hash(1, type), "type 99936 is nested more than 64 types deep");
    }

    /** Types that were read for one map are not read again for the next one. */
    @Test
    void rejectsTypesThatSeveralMapsNestTooDeep() {
        int type = integer;
        for (int i = 1; i <= 65; i++) {
            type = btf.struct("s" + i, 4, "a", type, 0);
            if (i == 60) {
                btf.hash(1, type);
            }
        }

        assertMalformed(btf.hash(1, type), "type " + type + " is nested more than 64 types deep");
    }

    @Test
    void rejectsTypesWithTooManyMembers() {
        int type = btf.struct("s0", 0);
        for (int i = 1; i < 60; i++) {
            type = btf.struct("s" + i, 0, "a", type, 0, "b", type, 0);
        }

        assertMalformed(
                btf.hash(integer, type), "type 16 has more than 16384 members, including those of nested types");
    }

    @Test
    void rejectsMalformedTypes() {
        assertRejected(
                types -> types.struct("v", 4, "a", 1, 8),
                "types: type 2: member a ends at byte 5, but the type has 4 bytes");
        assertRejected(types -> 77, "refers to type 77, but the last one is 9");
        assertRejected(
                types -> types.type("", BtfKind.FUNC_PROTO, false, 0, 0),
                "types: type 2: it is used as the type of a value, but no value can be a func_proto");
        assertRejected(
                types -> types.array(1, -1),
                "types: type 2: an array of 4294967295 elements of 4 bytes; types have less than 4 GiB");
        assertRejected(
                types -> types.array(types.type("nothing", BtfKind.STRUCT, false, 0, 0), 1025),
                "types: type 3: an array of 1025 elements without bytes");
    }

    /** Type 1 is a number, and this type that of a map's values. */
    private static void assertRejected(ToIntFunction<BtfBuilder> value, String problem) {
        BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int number = types.integer("int", 4);
        assertMalformed(types.hash(number, value.applyAsInt(types)), problem);
    }

    static List<ByteOrder> byteOrders() {
        return List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    }

    /** The type of {@code struct v} in this source, read as the value of a map. */
    private static StructType read(BpfClang clang, String source) {
        return value(schema(clang, source));
    }

    private static StructType value(Schema schema) {
        return (StructType)
                Objects.requireNonNull(schema.map("map").orElseThrow().value());
    }

    private static Schema schema(BpfClang clang, String source) {
        String map = """
                struct {
                    __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, struct v);
                } map SEC(".maps");
                """;
        // Newer headers of the kernel define these structs too.
        String includes = """
                #define bpf_wq wq_of_the_header
                #define bpf_list_head list_head_of_the_header
                %s#undef bpf_wq
                #undef bpf_list_head
                """.formatted(BpfClang.INCLUDES);
        return ObjectFile.parse("t.o", clang.compile(includes + source + map)).schema();
    }
}
