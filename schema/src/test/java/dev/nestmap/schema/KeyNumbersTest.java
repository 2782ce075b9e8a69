/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The numbers of a slot's key become the bytes of the key. */
class KeyNumbersTest {
    private static final StructType PLACE =
            StructType.of("place", List.of(Samples.member("region", Scalar.BE16), Samples.member("id", Scalar.S64)));
    private static final StructType KEY = StructType.of(
            "key",
            List.of(
                    Samples.member("place", PLACE),
                    Samples.member("on", Scalar.BOOL),
                    Samples.member("pair", new ArrayType(Scalar.U16, 2)),
                    Samples.member("state", Samples.FLOW_STATE)));

    @Test
    void encodesEachNumberAtItsOffsetInItsByteOrder() {
        byte[] key = of(KEY).encode(List.of(0x0102L, -3L, 1L, 0xfffeL, 5L, 1L));

        ByteBuffer expected = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
        expected.put(0, (byte) 1).put(1, (byte) 2);
        expected.putLong(8, -3).put(16, (byte) 1);
        expected.putShort(18, (short) 0xfffe).putShort(20, (short) 5).putInt(24, 1);
        assertThat(key).isEqualTo(expected.array());
        assertThatThrownBy(() -> of(KEY).encode(List.of(1L)))
                .hasMessageContaining("the key consists of 6 numbers, but the slot has 1");
    }

    @Test
    void partsHoldTheNumbersOfTheirType() {
        assertThat(holds(Scalar.U8, 255)).isTrue();
        assertThat(holds(Scalar.U8, 256)).isFalse();
        assertThat(holds(Scalar.U8, -1)).isFalse();
        assertThat(holds(Scalar.S16, -32768)).isTrue();
        assertThat(holds(Scalar.S16, 32768)).isFalse();
        assertThat(holds(Scalar.U32, 0xffff_ffffL)).isTrue();
        assertThat(holds(Scalar.U64, -1)).isTrue();
        assertThat(holds(Scalar.BOOL, 2)).isFalse();
    }

    @Test
    void anIndexIsOneNumberOfFourBytesInTheMachinesOrder() {
        assertThat(of(Scalar.U32).index()).isPresent();
        assertThat(of(Samples.FLOW_STATE).index()).isPresent();
        assertThat(of(Scalar.BE32).index()).isEmpty();
        assertThat(of(Scalar.U16).index()).isEmpty();
        assertThat(of(new ArrayType(Scalar.U16, 2)).index()).isEmpty();
    }

    @Test
    void keysOfOtherTypesHaveNoParts() {
        assertThat(KeyNumbers.of(Scalar.U128)).isEmpty();
        assertThat(KeyNumbers.of(new PointerType("void"))).isEmpty();
        assertThat(KeyNumbers.of(new ArrayType(Scalar.U8, 64))).isPresent();
        assertThat(KeyNumbers.of(new ArrayType(Scalar.U8, 65))).isEmpty();
        assertThat(KeyNumbers.of(new ArrayType(Scalar.U8, 1L << 40))).isEmpty();
    }

    @Test
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void arraysOfEmptyStructsHaveNoParts() {
        CType empty = StructType.of("empty", List.of());
        CType arrays = new ArrayType(new ArrayType(empty, 1L << 40), 1L << 40);

        assertThat(of(arrays).parts()).isEmpty();
    }

    private static KeyNumbers of(CType key) {
        return KeyNumbers.of(key).orElseThrow();
    }

    private static boolean holds(CType type, long number) {
        return of(type).parts().get(0).holds(number);
    }
}
