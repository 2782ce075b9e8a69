/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import static dev.nestmap.schema.Samples.constants;
import static dev.nestmap.schema.Samples.schema;
import static dev.nestmap.schema.Samples.struct;
import static dev.nestmap.schema.Samples.withValue;
import static dev.nestmap.schema.compare.ComparedSchemas.differences;
import static dev.nestmap.schema.compare.ComparedSchemas.messages;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Samples;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.AddressStructTypes;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A record may declare a type of somebody else's object in another way if both read the same bytes. */
class ForeignTypesTest {
    private static final CType FOUR_BYTES = new ArrayType(Scalar.U8, 4);
    private static final EnumType STATE = state(4, "NEW = 0");
    private static final StructType PAIR = struct("pair", "__u16 a; __u16 b;");
    private static final StructType HOLDER = struct("holder", "__u32 value;");
    private static final UnionType EITHER =
            new UnionType("either", 8, 8, List.of(new Field("number", Scalar.U64, 0), new Field("low", Scalar.U32, 0)));

    private static final UnionType BITS = new UnionType(
            "bits", 4, 4, List.of(new Field("few", Scalar.U32, 0, 0, 3), new Field("all", Scalar.S32, 0)));

    /** @param isAllowed whether a record may declare the type for this type in C */
    record Reinterpreted(CType declared, CType actual, boolean isAllowed) {}

    static Stream<Reinterpreted> meanings() {
        return Stream.of(
                new Reinterpreted(FOUR_BYTES, Scalar.U32, true),
                new Reinterpreted(new ArrayType(new ArrayType(Scalar.CHAR, 2), 2), Scalar.U32, true),
                new Reinterpreted(new ArrayType(Scalar.U16, 2), Scalar.U32, false),
                new Reinterpreted(new ArrayType(Scalar.BOOL, 4), Scalar.U32, false),
                new Reinterpreted(FOUR_BYTES, Scalar.U64, false),
                new Reinterpreted(Scalar.BE32, FOUR_BYTES, true),
                new Reinterpreted(PAIR, FOUR_BYTES, true),
                new Reinterpreted(Scalar.U32, FOUR_BYTES, false),
                new Reinterpreted(AddressStructTypes.IN6_ADDR, new ArrayType(Scalar.U32, 4), true),
                new Reinterpreted(AddressStructTypes.IN6_ADDR, new ArrayType(Scalar.BOOL, 16), false),
                new Reinterpreted(AddressStructTypes.IN6_ADDR, Scalar.U128, false),
                new Reinterpreted(Scalar.BOOL, Scalar.U8, true),
                new Reinterpreted(Scalar.BOOL, Scalar.CHAR, true),
                new Reinterpreted(Scalar.U8, Scalar.BOOL, false),
                new Reinterpreted(STATE, Scalar.U32, true),
                new Reinterpreted(STATE, Scalar.BE32, false),
                new Reinterpreted(Scalar.BE32, Scalar.U32, true),
                new Reinterpreted(Scalar.BE32, Scalar.S32, false),
                new Reinterpreted(Scalar.U32, Scalar.BE32, false),
                new Reinterpreted(Scalar.U32, Scalar.S32, false),
                new Reinterpreted(Scalar.U8, Scalar.CHAR, true),
                new Reinterpreted(Scalar.S8, Scalar.CHAR, true),
                new Reinterpreted(Scalar.CHAR, Scalar.U8, false),
                new Reinterpreted(Scalar.U64, new PointerType("void"), true),
                new Reinterpreted(Scalar.U32, new PointerType("void"), false),
                new Reinterpreted(Scalar.U32, HOLDER, true),
                new Reinterpreted(HOLDER, Scalar.U32, true),
                new Reinterpreted(Scalar.U64, HOLDER, false),
                new Reinterpreted(HOLDER, Scalar.U64, false),
                new Reinterpreted(
                        AddressStructTypes.IN6_ADDR, struct("holder", "? value;", AddressStructTypes.IN6_ADDR), true),
                new Reinterpreted(AddressStructTypes.IN6_ADDR, struct("holder", "__u64 value;"), false),
                new Reinterpreted(Scalar.U32, PAIR, false),
                new Reinterpreted(PAIR, Scalar.U32, false),
                new Reinterpreted(Scalar.U64, EITHER, true),
                new Reinterpreted(Scalar.U32, EITHER, false),
                new Reinterpreted(new ArrayType(Scalar.U16, 4), EITHER, false),
                new Reinterpreted(Scalar.U32, BITS, false));
    }

    @ParameterizedTest
    @MethodSource("meanings")
    void aRecordMayReadBytesAsAnotherType(Reinterpreted reading) {
        List<String> differences = foreign(reading.declared(), reading.actual());

        assertThat(differences.isEmpty()).as("%s", differences).isEqualTo(reading.isAllowed());
    }

    /** Only for objects of others: in an object of the records, such a difference is a mistake. */
    @Test
    void anObjectOfTheRecordsHasTheTypesOfTheRecords() {
        assertThat(differences(Scalar.BE32, Scalar.U32)).hasSize(1);
        assertThat(differences(HOLDER, Scalar.U32)).hasSize(1);
        assertThat(differences(Scalar.U64, EITHER)).hasSize(1);
    }

    @Test
    void namesOfTypesAndFieldsMayDiffer() {
        StructType declared = struct("mine", "__u32 first; __u32 second;");
        StructType actual = struct("theirs", "__u32 a; __u32 b;");

        assertThat(foreign(declared, actual)).isEmpty();
        assertThat(differences(declared, actual)).hasSize(3);
    }

    /** C code often declares a count as a signed number. The record says so for one component, or for one value that is no struct. */
    @Test
    void aRecordMayStateAnotherSign() {
        Schema struct = withValue(struct("s", "__u32 a; __u32 b;"));
        Schema signed = withValue(struct("s", "__s32 a; __s32 b;"));
        List<FieldMeaning> meanings = List.of(
                new FieldMeaning.Sign("struct s", "a"),
                new FieldMeaning.Sign("struct t", "b"),
                new FieldMeaning.Sign("struct s", "c"));

        assertThat(messages(struct.withMeanings(meanings).asForeign(), signed))
                .containsExactly(
                        "map counts, value struct s, field b: unsigned (__u32) in the records, signed (__s32) in"
                                + " the object");
        assertThat(messages(struct.withMeanings(meanings), signed)).hasSize(2);

        Schema number = withValue(Scalar.U32);
        for (String owner : List.of("map counts", "map others")) {
            for (String part : List.of(DifferenceLocation.VALUE, DifferenceLocation.KEY)) {
                boolean isStated = owner.equals("map counts") && part.equals(DifferenceLocation.VALUE);
                assertThat(messages(
                                number.withMeanings(List.of(new FieldMeaning.Sign(owner, part)))
                                        .asForeign(),
                                withValue(Scalar.S32)))
                        .hasSize(isStated ? 0 : 1);
            }
        }
    }

    /** Maps, variables and structs have name spaces of their own. */
    @Test
    void aStatedSignIsThatOfOneDeclaration() {
        Schema declared = withValue(struct("counts", "__s64 value; __u32 other;"));
        Schema actual = withValue(struct("counts", "__u64 value; __u32 other;"));
        for (String owner : List.of("map counts", "variable counts", "union counts", "struct counts")) {
            Schema stated = declared.withMeanings(List.of(new FieldMeaning.Sign(owner, "value")))
                    .asForeign();
            assertThat(messages(stated, actual)).as(owner).hasSize(owner.startsWith("struct") ? 0 : 1);
        }
    }

    /** In BTF, types of several C files can have one tag. */
    @Test
    void aStatedSignIsThatOfOneTypeWithTheTag() {
        for (String owner : List.of("struct addr", "struct addr #2")) {
            Schema stated = twoTypes(Scalar.U32)
                    .withMeanings(List.of(new FieldMeaning.Sign(owner, "a")))
                    .asForeign();
            assertThat(SchemaText.parse(SchemaText.print(stated)).meanings()).isEqualTo(stated.meanings());
            assertThat(messages(stated, twoTypes(Scalar.S32)))
                    .as(owner)
                    .containsExactly(
                            "map " + (owner.endsWith("2") ? "first" : "second")
                                    + ", value struct addr, field a: unsigned (__u32) in the records, signed (__s32) in the object");
        }
    }

    private static Schema twoTypes(Scalar number) {
        StructType first = struct("addr", "? a;", number);
        StructType second = struct("addr", "? a; __u32 b;", number);
        return new Schema(
                "", "h", List.of(), List.of(first, second), List.of(plain("first", first), plain("second", second)));
    }

    private static MapDef plain(String name, CType value) {
        return new MapDef(name, MapRole.PLAIN, MapKind.HASH, 16, 0, Scalar.U32, value, null);
    }

    @Test
    void aRecordMayStateAnotherSignOfAVariable() {
        Schema declared = variable(Scalar.U32);
        Schema actual = variable(Scalar.S32);
        for (String owner : List.of("variable limit", "variable other", "map limit")) {
            Schema stated = declared.withMeanings(List.of(new FieldMeaning.Sign(owner, "value")))
                    .asForeign();
            assertThat(messages(stated, actual)).as(owner).hasSize(owner.equals("variable limit") ? 0 : 1);
        }
    }

    private static Schema variable(CType type) {
        return new Schema("", "h", List.of(), List.of(), List.of(), List.of(new GlobalDef("limit", ".rodata", type)));
    }

    /** C code accesses the members of an unnamed union as if they were the struct's. A record may give the union a name. */
    @Test
    void aComponentMayStandForAnUnnamedUnion() {
        UnionType unnamed = new UnionType("", EITHER.size(), EITHER.alignment(), EITHER.fields());
        StructType actual = struct("s", "?;", unnamed);

        assertThat(foreign(struct("s", "__u64 address;"), actual)).isEmpty();
        assertThat(foreign(struct("s", "__u64 number;"), actual)).isEmpty();
        assertThat(differences(struct("s", "__u64 address;"), actual)).isNotEmpty();
    }

    /** The object may have more constants and fewer. One that both have must have one value. */
    @Test
    void aConstantHasOneValue() {
        EnumType declared = state(4, "NEW = 0, OLD = 1");

        assertThat(foreign(declared, state(4, "NEW = 0, DEAD = 2"))).isEmpty();
        assertThat(foreign(declared, state(4, "NEW = 0, OLD = -1")))
                .containsExactly("map counts, value enum state, constant OLD: 1 in the records, -1 in the object");
        assertThat(foreign(state(4, "OLD = 3000000000"), state(4, "OLD = -1294967296")))
                .as("BTF may hide the sign")
                .isEmpty();
        assertThat(foreign(declared, state(8, "NEW = 0")))
                .containsExactly("map counts, value enum state: size 4 (enum state) in the records, 8 (enum state) in"
                        + " the object");
    }

    @Test
    void sizesAndPlacesAreThoseOfTheObject() {
        StructType declared = struct("s", "__u32 a; __u32 b;");

        assertThat(foreign(declared, struct("s", "__u32 a; __u64 b;")))
                .singleElement()
                .asString()
                .startsWith("map counts, value struct s, field b: ");
        assertThat(foreign(declared, struct("s", "__u32 a;")))
                .containsExactly("map counts, value struct s, field b: __u32 at offset 4 in the records, missing in the"
                        + " object");
    }

    /** A record that states flags, extra or node must state those of the object. One that states none takes them over. */
    @Test
    void attributesOfMapsAreTakenOverUnlessTheRecordStatesThem() {
        MapDef plain = map(0);
        List<MapDef> others = List.of(
                map(MapFlags.NO_PREALLOC),
                plain.withExtra(3),
                map(MapFlags.NUMA_NODE).withNumaNode(1));

        for (MapDef other : others) {
            assertThat(messages(schema(List.of(), plain).asForeign(), schema(List.of(), other)))
                    .isEmpty();
            assertThat(messages(schema(List.of(), other).asForeign(), schema(List.of(), plain)))
                    .isNotEmpty();
            assertThat(messages(plain, other)).isNotEmpty();
        }
    }

    /** The kernel accepts file descriptors of 4 and of 8 bytes in some maps. */
    @Test
    void theSizeOfADescriptorMayDiffer() {
        Schema declared = schema(List.of(), descriptors(Scalar.U32));
        Schema actual = schema(List.of(), descriptors(Scalar.U64));

        assertThat(messages(declared.asForeign(), actual)).isEmpty();
        assertThat(messages(declared, actual)).hasSize(1);
    }

    private static MapDef descriptors(CType value) {
        return Samples.plain("sockets", MapKind.SOCKMAP, 16, Scalar.U32, value);
    }

    private static List<String> foreign(CType declared, CType actual) {
        return messages(withValue(declared).asForeign(), withValue(actual));
    }

    private static MapDef map(long flags) {
        return new MapDef("counts", MapRole.PLAIN, MapKind.HASH, 16, flags, Scalar.U32, Scalar.U64, null);
    }

    private static EnumType state(int size, String constants) {
        return new EnumType("state", size, false, constants(constants));
    }
}
