/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.schema.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;

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
}
