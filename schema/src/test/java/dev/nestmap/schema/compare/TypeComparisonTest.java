/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import static dev.nestmap.schema.Samples.FLOW;
import static dev.nestmap.schema.Samples.FLOW_KEY;
import static dev.nestmap.schema.Samples.FLOW_STATE;
import static dev.nestmap.schema.Samples.constants;
import static dev.nestmap.schema.Samples.enumOf;
import static dev.nestmap.schema.Samples.hash;
import static dev.nestmap.schema.Samples.outer;
import static dev.nestmap.schema.Samples.schema;
import static dev.nestmap.schema.Samples.struct;
import static dev.nestmap.schema.Samples.tenantFlows;
import static dev.nestmap.schema.Samples.withValue;
import static dev.nestmap.schema.compare.ComparedSchemas.differences;
import static dev.nestmap.schema.compare.ComparedSchemas.messages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.RandomSchemas;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference.Aspect;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A comparison reports each difference between the types of two schemas once. */
class TypeComparisonTest {
    private static final String VALUE = "map tenant, inner flow_map, value struct flow";

    @Test
    void reportsAMovedField() {
        StructType moved = new StructType(
                "flow",
                24,
                8,
                List.of(
                        new Field("packets", Scalar.U64, 0),
                        new Field("bytes", Scalar.U64, 12),
                        new Field("state", FLOW_STATE, 20)));
        assertThat(SchemaComparison.compare(tenantFlows(), tenantFlows(FLOW_KEY, moved)))
                .containsExactly(new Difference(
                        new DifferenceLocation("tenant", "flow_map", "value", FLOW, "bytes", VALUE + ", field bytes"),
                        Aspect.OFFSET,
                        "8",
                        "12"));
        assertThat(messages(tenantFlows(), tenantFlows(FLOW_KEY, moved)))
                .containsExactly(VALUE + ", field bytes: offset 8 in the records, 12 in the object");
    }

    @Test
    void anInsertedFieldIsReportedWithoutTheFieldsThatMove() {
        StructType inserted = struct("flow", "__u64 packets; __u32 drops; __u64 bytes; ? state;", FLOW_STATE);
        assertThat(messages(tenantFlows(), tenantFlows(FLOW_KEY, inserted)))
                .containsExactly(
                        VALUE
                                + ", field drops: missing in the records, __u32 at offset 8 in the object; add a component for it if the record is @External");
    }

    @Test
    void aMissingFieldIsReportedWithoutTheFieldsThatMove() {
        StructType shorter = struct("flow", "__u64 bytes; ? state;", FLOW_STATE);
        assertThat(messages(tenantFlows(), tenantFlows(FLOW_KEY, shorter)))
                .containsExactly(VALUE + ", field packets: __u64 at offset 0 in the records, missing in the object");
    }

    @Test
    void swappedFieldsAreBothMoved() {
        StructType swapped = struct("flow", "__u64 bytes; __u64 packets; ? state;", FLOW_STATE);
        assertThat(messages(tenantFlows(), tenantFlows(FLOW_KEY, swapped)))
                .containsExactly(
                        VALUE + ", field packets: offset 0 in the records, 8 in the object",
                        VALUE + ", field bytes: offset 8 in the records, 0 in the object");
    }

    @Test
    void aSwapAfterAnInsertedFieldIsReported() {
        StructType declared = struct("s", "__u64 a; __u64 b; __u64 c; __u64 d;");
        StructType actual = struct("s", "__u64 x; __u64 a; __u64 c; __u64 b; __u64 d;");
        assertThat(SchemaComparison.compare(withValue(declared), withValue(actual)))
                .extracting(difference -> difference.where().field(), Difference::aspect)
                .startsWith(tuple("x", Aspect.EXTRA_FIELD))
                .contains(tuple("b", Aspect.OFFSET));
    }

    @Test
    void reportsARenamedField() {
        StructType renamed = struct("flow", "__u64 packets; __u64 octets; ? state;", FLOW_STATE);
        assertThat(messages(tenantFlows(), tenantFlows(FLOW_KEY, renamed)))
                .containsExactly(VALUE
                        + ", field bytes: bytes in the records, octets in the object, at the same place and with the same"
                        + " size. If both are the same field, use the same name");
    }

    @Test
    void reportsChangedTypesOfTheSameSize() {
        assertValueDifference(Scalar.U64, Scalar.S64, "unsigned (__u64) in the records, signed (__s64) in the object");
        assertValueDifference(
                Scalar.BE16,
                Scalar.U16,
                "big-endian (__be16) in the records, the machine's byte order (__u16) in the object");
        assertValueDifference(Scalar.BOOL, Scalar.U8, "bool in the records, __u8 in the object");
        assertValueDifference(Scalar.U32, Scalar.U64, "size 4 (__u32) in the records, 8 (__u64) in the object");
        assertValueDifference(
                new ArrayType(Scalar.U8, 6), new ArrayType(Scalar.U8, 8), "length 6 in the records, 8 in the object");
        assertValueDifference(new ArrayType(Scalar.U8, 8), Scalar.U64, "__u8[8] in the records, __u64 in the object");
        assertThat(differences(new ArrayType(Scalar.U8, 8), new ArrayType(Scalar.S8, 8)))
                .containsExactly(
                        "map counts, value, element: unsigned (__u8) in the records, signed (__s8) in the object");
    }

    @Test
    void onlyTheLargerNestedStructIsReported() {
        StructType grownKey = struct("pair", "__u32 a; __u64 b;");
        StructType key = struct("pair", "__u32 a; __u32 b;");
        assertThat(messages(nested(key), nested(grownKey)))
                .containsExactly(
                        "map counts, value struct outer, field pair struct pair, field b: size 4 (__u32) in the"
                                + " records, 8 (__u64) in the object");
    }

    @Test
    void sharedStructIsReportedOnce() {
        StructType other = struct("flow", "__u64 packets; __s64 bytes;");
        StructType flow = struct("flow", "__u64 packets; __u64 bytes;");
        assertThat(messages(inTwoMaps(flow), inTwoMaps(other)))
                .containsExactly("map first, value struct flow, field bytes: unsigned (__u64) in the records, signed"
                        + " (__s64) in the object");
    }

    @Test
    void theSizeOfTheTypeIsComparedIfItsFieldsAgree() {
        StructType declared = new StructType("s", 8, 4, List.of(new Field("a", Scalar.U32, 0)));
        StructType actual = new StructType("s", 12, 1, List.of(new Field("a", Scalar.U32, 0)));
        assertThat(differences(declared, actual))
                .containsExactly(
                        "map counts, value struct s: size 8 (struct s) in the records, 12 (struct s) in the object");
    }

    @Test
    void comparesBitFieldsBitByBit() {
        StructType declared = struct("s", "__u32 a : 3; __u32 b : 9; __u16 c;");
        assertThat(differences(declared, struct("s", "__u32 a : 3; __u32 b : 8; __u16 c;")))
                .containsExactly(
                        "map counts, value struct s, field b: width in bits 9 in the records, 8 in the object");
        assertThat(differences(declared, struct("s", "__u32 b : 9; __s32 a : 3; __u16 c;")))
                .containsExactlyInAnyOrder(
                        "map counts, value struct s, field a: offset 0 bit 0 in the records, 1 bit 1 in the object",
                        "map counts, value struct s, field b: offset 0 bit 3 in the records, 0 bit 0 in the object",
                        "map counts, value struct s, field a: unsigned (__u32) in the records, signed (__s32) in the"
                                + " object");
        assertThat(differences(declared, struct("s", "__u8 a; __u32 b : 9; __u16 c;")))
                .contains("map counts, value struct s, field a: width in bits 3 in the records, all in the object");
    }

    @Test
    void kernelTypesAndPointersDifferByTypeAndTarget() {
        assertThat(differences(ManagedFieldType.TIMER, ManagedFieldType.TIMER)).isEmpty();
        assertValueDifference(
                ManagedFieldType.TIMER,
                ManagedFieldType.LIST_HEAD,
                "struct bpf_timer in the records, struct bpf_list_head in the object");
        assertThat(differences(Scalar.U64, new PointerType("struct task_struct")))
                .isEmpty();
        assertValueDifference(Scalar.S64, new PointerType("void"), "__s64 in the records, void * in the object");
        assertValueDifference(
                Scalar.U64,
                new PointerType("void", PointerType.Kind.KPTR),
                "__u64 in the records, void __kptr * in the object");
        assertValueDifference(
                new PointerType("struct task_struct"),
                Scalar.U64,
                "struct task_struct * in the records, __u64 in the object");
        assertValueDifference(
                new PointerType("struct task_struct"),
                new PointerType("struct cgroup"),
                "struct task_struct * in the records, struct cgroup * in the object");
        assertValueDifference(
                new PointerType("struct task_struct", PointerType.Kind.KPTR),
                new PointerType("struct task_struct"),
                "struct task_struct __kptr * in the records, struct task_struct * in the object");
    }

    @Test
    void anotherTagIsADifferenceUnlessOneSideHasNone() {
        StructType declared = struct("s", "__u32 a;");
        assertThat(differences(declared, struct("t", "__u32 a;")))
                .containsExactly("map counts, value struct s: called struct s in the records, struct t in the object");
        assertThat(differences(declared, struct("", "__u32 a;"))).isEmpty();
    }

    @Test
    void comparesEnumsByNameAndValue() {
        EnumType declared = enumOf("e", "A = 0, B = 1, C = 2");
        EnumType actual = enumOf("e", "A = 0, B = 2, D = -1");
        assertThat(differences(declared, actual))
                .containsExactly(
                        "map counts, value enum e: unsigned (enum e) in the records, signed (enum e) in the object",
                        "map counts, value enum e, constant B: 1 in the records, 2 in the object",
                        "map counts, value enum e, constant C: 2 in the records, missing in the object",
                        "map counts, value enum e, constant D: missing in the records, -1 in the object");
        assertThat(differences(declared, Scalar.U32)).isEmpty();
        assertValueDifference(declared, Scalar.S32, "unsigned (enum e) in the records, signed (__s32) in the object");
    }

    @Test
    void comparesUnionsByName() {
        UnionType declared =
                new UnionType("u", 8, 8, List.of(new Field("a", Scalar.U64, 0), new Field("b", Scalar.U32, 0)));
        UnionType actual =
                new UnionType("u", 8, 8, List.of(new Field("b", Scalar.S32, 0), new Field("a", Scalar.U64, 0)));
        assertThat(differences(declared, actual))
                .containsExactly(
                        "map counts, value union u, field b: unsigned (__u32) in the records, signed (__s32) in"
                                + " the object");
    }

    @Test
    void theSizeOfAUnionIsComparedIfItsFieldsAgree() {
        List<Field> fields = List.of(new Field("a", Scalar.U64, 0), new Field("b", Scalar.U32, 0));
        assertThat(differences(new UnionType("u", 8, 8, fields), new UnionType("u", 16, 16, fields)))
                .containsExactly(
                        "map counts, value union u: size 8 (union u) in the records, 16 (union u) in the object");
    }

    /** Clang before version 15 writes only the low 32 bits of wide constants, and some versions write them without their sign. */
    @Test
    void wideConstantsMayBeUnknown() {
        EnumType wide = new EnumType("e", 8, true, List.of(new EnumType.Constant("A", -(1L << 32 | 5))));
        EnumType unknown = new EnumType("e", 8, false, List.of());
        assertThat(differences(wide, unknown)).isEmpty();
        assertThat(differences(unknown, wide)).isEmpty();
        assertThat(differences(enumOf("e", "A = 5"), unknown)).hasSize(1);
        assertThat(differences(wide, new EnumType("e", 8, true, constants("A = 6"))))
                .hasSize(1);
        EnumType signed = enumOf("e", "A = -1");
        EnumType unsigned = new EnumType("e", 4, false, List.of(new EnumType.Constant("A", 0xffff_ffffL)));
        assertThat(differences(signed, unsigned)).isEmpty();
        assertThat(differences(unsigned, signed)).isEmpty();
        EnumType longer = new EnumType("e", 8, false, List.of(new EnumType.Constant("A", 0xffff_ffffL)));
        assertThat(differences(signed, longer))
                .containsExactly("map counts, value enum e: size 4 (enum e) in the records, 8 (enum e) in the object");
        EnumType longerSigned = new EnumType("e", 8, true, constants("A = -1"));
        assertThat(differences(longer, longerSigned)).isNotEmpty();
    }

    @Test
    void aMissingBitFieldIsReportedWithItsWidth() {
        assertThat(differences(struct("s", "__u32 a; __u32 b : 9;"), struct("s", "__u32 a;")))
                .contains(
                        "map counts, value struct s, field b: __u32 : 9 at offset 4 bit 0 in the records, missing in the"
                                + " object");
    }

    @Test
    void reportsAMapWithoutKeys() {
        assertThat(messages(
                        hash("counts", MapRole.PLAIN, 16, Scalar.U32, Scalar.U64),
                        new MapDef("counts", MapRole.PLAIN, MapKind.HASH, 16, 0, null, Scalar.U64, null)))
                .containsExactly("map counts, key: __u32 in the records, none in the object");
    }

    @Test
    void comparesOpaqueTypesOnlyBySize() {
        OpaqueType forward = new OpaqueType(0, 1, "forward declaration of struct flow");
        assertThat(differences(FLOW, new OpaqueType(24, 1, "value_size"))).isEmpty();
        assertThat(differences(FLOW, forward))
                .containsExactly(
                        "map counts, value: size 24 (struct flow) in the records, unknown (forward declaration of"
                                + " struct flow) in the object");
    }

    /** Finds every change of a single fact that programs depend on. */
    @Test
    void anyChangedFieldIsFound() {
        for (int i = 0; i < FLOW_KEY.fields().size(); i++) {
            Field field = FLOW_KEY.fields().get(i);
            for (Scalar scalar : Scalar.values()) {
                List<Field> fields = new ArrayList<>(FLOW_KEY.fields());
                fields.set(i, new Field(field.name(), scalar, field.offset()));
                StructType changed = new StructType("flow_key", 16, 4, fields);
                assertThat(messages(tenantFlows(), tenantFlows(changed, FLOW)).isEmpty())
                        .as("%s as %s", field, scalar)
                        .isEqualTo(scalar == field.type());
            }
        }
    }

    /** At least one difference remains when those that follow from others are left out. */
    @Test
    void structsOfScalarsDifferUnlessTheyAreEqual() {
        int equal = 0;
        for (long seed = 1; seed <= 20_000; seed++) {
            Random random = new Random(seed);
            StructType declared = RandomSchemas.structOfScalars(random);
            StructType actual = RandomSchemas.structOfScalars(random);
            boolean same = declared.equals(actual);
            equal += same ? 1 : 0;
            List<String> messages = differences(declared, actual);
            assertThat(messages.isEmpty())
                    .as("seed %d: %s and %s: %s", seed, declared, actual, messages)
                    .isEqualTo(same);
            assertThat(messages).as("seed %d", seed).doesNotHaveDuplicates();
        }
        assertThat(equal).as("pairs that were equal").isPositive();
    }

    private static void assertValueDifference(CType declared, CType actual, String message) {
        assertThat(differences(declared, actual)).containsExactly("map counts, value: " + message);
    }

    private static Schema nested(StructType pair) {
        StructType outer = struct("outer", "? pair; __u32 c; __u64 d;", pair);
        return schema(List.of(pair, outer), hash("counts", MapRole.PLAIN, 16, Scalar.U32, outer));
    }

    private static Schema inTwoMaps(StructType value) {
        return schema(
                List.of(value),
                hash("first", MapRole.PLAIN, 1, Scalar.U32, value),
                hash("second", MapRole.PLAIN, 1, Scalar.U32, value));
    }
}
