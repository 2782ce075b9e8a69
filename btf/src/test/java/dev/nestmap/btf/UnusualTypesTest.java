/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Types that C compilers never or rarely write are read from the BTF of a map. */
class UnusualTypesTest {
    private final BtfBuilder btf = new BtfBuilder(ByteOrder.nativeOrder());
    private final int integer = btf.integer("unsigned int", 4);

    @Test
    void readsIntegersOfOtherSizesAsBytes() {
        assertThat(read(btf.integer("i24", 3))).isEqualTo(new OpaqueType(3, 1, "integer of 3 bytes"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 17})
    void rejectsNumbersOfOtherSizes(int size) {
        assertMalformed(
                btf.type("n", BtfKind.FLOAT, false, 0, size),
                "type 2, offset 8: a number of " + size + " bytes; numbers have 1 to 16 bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 16})
    void rejectsEnumsOfOtherSizes(int size) {
        assertMalformed(
                btf.type("e", BtfKind.ENUM, false, 0, size),
                "type 2, offset 8: an enum of " + size + " bytes; enums have 1, 2, 4 or 8 bytes");
    }

    @Test
    void onlyUnsignedNumbersAreBigEndian() {
        int signed = btf.type("int", BtfKind.INT, false, 0, 4, 1 << 24 | 32);

        assertThat(read(btf.modifier(BtfKind.TYPEDEF, "__be32", integer))).isEqualTo(Scalar.BE32);
        assertThat(read(btf.modifier(BtfKind.TYPEDEF, "__be32", signed))).isEqualTo(Scalar.S32);
        assertThat(read(btf.modifier(BtfKind.TYPEDEF, "__be16", integer))).isEqualTo(Scalar.U32);
    }

    /** The kernel reads the tag of a kptr only directly behind the pointer. A typedef can have the same name. */
    @Test
    void aTypedefIsNoTag() {
        int task = btf.type("task_struct", BtfKind.FWD, false, 0, 0);
        String tag = PointerType.Kind.KPTR.tag();

        assertThat(read(btf.pointer(btf.modifier(BtfKind.TYPE_TAG, tag, task))))
                .isEqualTo(new PointerType("struct task_struct", PointerType.Kind.KPTR));
        assertThat(read(btf.pointer(btf.modifier(BtfKind.TYPEDEF, tag, task))))
                .isEqualTo(new PointerType("struct task_struct"));
    }

    @Test
    void aForwardDeclarationSaysWhetherItIsAUnion() {
        int union = btf.type("address", BtfKind.FWD, true, 0, 0);

        assertThat(read(btf.pointer(union))).isEqualTo(new PointerType("union address"));
        assertThat(read(union)).isEqualTo(new OpaqueType(0, 1, "forward declaration of union address"));
    }

    @Test
    void anArrayMayHaveAlmostFourGibibytes() {
        int bytes = btf.integer("unsigned char", 1);

        assertThat(read(btf.array(bytes, -1))).isEqualTo(new ArrayType(Scalar.U8, 0xffff_ffffL));
    }

    @Test
    void fieldsAreSortedByOffset() {
        int struct = btf.struct("s", 8, "second", integer, 32, "first", integer, 0);

        assertThat(((StructType) read(struct)).fields())
                .containsExactly(new Field("first", Scalar.U32, 0), new Field("second", Scalar.U32, 4));
    }

    @Test
    void aByteOfPaddingInAHeaderIsAnArray() {
        int one = btf.integer("unsigned char", 1);
        int named = btf.struct("s", 8, "a", integer, 0, "_pad0", btf.array(one, 4), 32);
        int number = btf.struct("s", 8, "a", integer, 0, "_pad0", integer, 32);

        assertThat(((StructType) read(named)).fields()).hasSize(1);
        assertThat(((StructType) read(number)).fields()).hasSize(2);
    }

    @Test
    void aMemberWithoutBitsStartsAtAByte() {
        assertMalformed(
                btf.struct("s", 8, "a", integer, 4),
                "type 2: member a starts at bit 4, which is not the start of a byte");
    }

    @Test
    void aBitFieldFitsItsType() {
        int whole = btf.type("s", BtfKind.STRUCT, true, 1, 8, btf.name("a"), integer, 32 << 24);
        int wide = btf.type("s", BtfKind.STRUCT, true, 1, 8, btf.name("a"), integer, 33 << 24);

        assertThat(((StructType) read(whole)).fields()).containsExactly(new Field("a", Scalar.U32, 0, 0, 32));
        assertMalformed(wide, "type 3: member a has 33 bits, but its type has only 4 bytes");
    }

    @Test
    void membersOfAUnionStartWhereItStarts() {
        int later = btf.type("u", BtfKind.UNION, false, 1, 8, btf.name("a"), integer, 32);
        int bit = btf.type("u", BtfKind.UNION, true, 1, 8, btf.name("a"), integer, 3 << 24 | 1);

        assertMalformed(later, "type 2: member a of a union is not at offset 0");
        assertMalformed(bit, "type 3: member a of a union is not at offset 0");
    }

    /** A hostile file could have many, and comparing all with each other would take too long. */
    @Test
    void fourDefinitionsOfATagAreKept() {
        int last = 0;
        for (int i = 0; i < 5; i++) {
            int part = btf.struct("part", 4, "field" + i, integer, 0);
            last = i == 0 ? part : btf.struct("", 8, "last", last, 0, "part", part, 0);
        }

        assertThat(btf.hash(integer, last).parse().schema().types()).hasSize(4);
    }

    private CType read(int type) {
        return LoadedBtfTypes.parse("t", btf.section()).type(type);
    }

    private void assertMalformed(int type, String problem) {
        Malformed.assertMalformed(() -> read(type), "t: types: " + problem);
    }
}
