/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.schema.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Types have C's spelling, size and sign. */
class CTypeTest {
    private static final ArrayType MATRIX = new ArrayType(new ArrayType(Scalar.S16, 3), 2);

    @Test
    void declaresVariablesAsCDoes() {
        assertThat(Scalar.BE16.declare("port")).isEqualTo("__be16 port");
        assertThat(Samples.FLOW.declare("flow")).isEqualTo("struct flow flow");
        assertThat(Samples.FLOW_STATE.declare("state")).isEqualTo("enum flow_state state");
        assertThat(new UnionType("u", 4, 4, List.of()).declare("u")).isEqualTo("union u u");
        assertThat(MATRIX.declare("matrix")).isEqualTo("__s16 matrix[2][3]");
        assertThat(new OpaqueType(16, 1, "bytes").declare("raw")).isEqualTo("__u8 raw[16]");
    }

    @Test
    void spellsTypesWithoutAName() {
        assertThat(MATRIX.spelling()).isEqualTo("__s16[2][3]");
        assertThat(new OpaqueType(16, 1, "bytes").spelling()).isEqualTo("__u8[16]");
        assertThat(Samples.FLOW.spelling()).isEqualTo("struct flow");
    }

    @Test
    void arraysAreAsLargeAsTheirElements() {
        assertThat(MATRIX.size()).isEqualTo(12);
        assertThat(MATRIX.alignment()).isEqualTo(2);
        assertThatThrownBy(() -> new ArrayType(Scalar.U8, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ArrayType(Scalar.U64, Long.MAX_VALUE)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void enumsAreSignedWhereAValueIsNegative() {
        EnumType signed = EnumType.of("e", List.of(new EnumType.Constant("A", -1)));
        assertThat(signed.signed()).isTrue();
        assertThat(signed.size()).isEqualTo(4);
        assertThat(Samples.FLOW_STATE.signed()).isFalse();
    }

    @Test
    void scalarsAreAlignedToTheirSize() {
        assertThat(Scalar.values()).allMatch(scalar -> scalar.alignment() == scalar.size());
    }

    /** The smallest and largest values of each width, and those beyond them. */
    @Test
    void enumsAreAsWideAsTheirValues() {
        assertThat(enumOf(0, 0xffff_ffffL)).isEqualTo("4 bytes, unsigned");
        assertThat(enumOf(0, 0x1_0000_0000L)).isEqualTo("8 bytes, unsigned");
        assertThat(enumOf(-1, Integer.MAX_VALUE)).isEqualTo("4 bytes, signed");
        assertThat(enumOf(-1, Integer.MAX_VALUE + 1L)).isEqualTo("8 bytes, signed");
        assertThat(enumOf(Integer.MIN_VALUE, 0)).isEqualTo("4 bytes, signed");
        assertThat(enumOf(Integer.MIN_VALUE - 1L, 0)).isEqualTo("8 bytes, signed");
    }

    private static String enumOf(long one, long other) {
        EnumType type = EnumType.of("e", List.of(new EnumType.Constant("A", one), new EnumType.Constant("B", other)));
        return type.size() + " bytes, " + (type.signed() ? "signed" : "unsigned");
    }

    /** {@code linux/bpf.h} in Linux 6.18. */
    @Test
    void managedTypesHaveTheSizesOfTheKernel() {
        assertThat(ManagedFieldType.SPIN_LOCK.size()).isEqualTo(4);
        assertThat(ManagedFieldType.TIMER.size()).isEqualTo(16);
        assertThat(ManagedFieldType.LIST_HEAD.size()).isEqualTo(16);
        assertThat(ManagedFieldType.RB_ROOT.size()).isEqualTo(16);
        assertThat(new PointerType("task_struct").size()).isEqualTo(8);
    }

    @Test
    void unionsNeedAttributesOnlyForAnotherAlignment() {
        StructAttributes packed = new StructAttributes(true, 1);
        StructAttributes wide = new StructAttributes(false, 16);

        assertThat(unionOf(StructAttributes.NATURAL).size()).isEqualTo(4);
        assertThat(unionOf(StructAttributes.NATURAL).shape()).isEqualTo(StructAttributes.NATURAL);
        assertThat(unionOf(packed).alignment()).isEqualTo(1);
        assertThat(unionOf(packed).shape()).isEqualTo(packed);
        assertThat(unionOf(wide).size()).isEqualTo(16);
        assertThat(unionOf(wide).shape()).isEqualTo(wide);
    }

    private static UnionType unionOf(StructAttributes shape) {
        return UnionType.of(
                "u",
                List.of(new StructType.Member("small", Scalar.U8), new StructType.Member("large", Scalar.U32)),
                shape);
    }

    @Test
    void aBitFieldEndsWithItsLastByte() {
        assertThat(new Field("bits", Scalar.U16, 1, 3, 5).end()).isEqualTo(2);
        assertThat(new Field("bits", Scalar.U16, 1, 3, 6).end()).isEqualTo(3);
        assertThat(new Field("whole", Scalar.U16, 2, 0, 0).end()).isEqualTo(4);
    }
}
