/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.codec;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Integers keep their values in every width and byte order, or are rejected. */
class ScalarsTest {
    private final ByteBuffer buffer = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());

    /** A scalar with a wider Java type: how it is written and read, and what fits. */
    record Wider(String name, Put put, Get get, int size, long min, long max) {
        @Override
        public String toString() {
            return name;
        }
    }

    interface Put {
        void put(ByteBuffer to, int at, long value, String component);
    }

    interface Get {
        long get(ByteBuffer from, int at);
    }

    static Stream<Wider> wider() {
        return Stream.of(
                new Wider("u8", Scalars::putU8, Scalars::getU8, 1, 0, 0xFF),
                new Wider("u16", Scalars::putU16, Scalars::getU16, 2, 0, 0xFFFF),
                new Wider("u32", Scalars::putU32, Scalars::getU32, 4, 0, 0xFFFF_FFFFL),
                new Wider("s8", Scalars::putS8, Scalars::getS8, 1, Byte.MIN_VALUE, Byte.MAX_VALUE),
                new Wider("s16", Scalars::putS16, Scalars::getS16, 2, Short.MIN_VALUE, Short.MAX_VALUE),
                new Wider("s32", Scalars::putS32, Scalars::getS32, 4, Integer.MIN_VALUE, Integer.MAX_VALUE),
                new Wider("be16", Scalars::putBe16, Scalars::getBe16, 2, 0, 0xFFFF),
                new Wider("be32", Scalars::putBe32, Scalars::getBe32, 4, 0, 0xFFFF_FFFFL));
    }

    @ParameterizedTest
    @MethodSource("wider")
    void keepsTheValue(Wider scalar) {
        for (long value : new long[] {scalar.min(), scalar.min() + 1, 0, 1, 42, scalar.max() - 1, scalar.max()}) {
            scalar.put().put(buffer, 3, value, "A.b");

            assertThat(scalar.get().get(buffer, 3)).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @MethodSource("wider")
    void writesAsManyBytesAsItHas(Wider scalar) {
        scalar.put().put(buffer, 8, scalar.max(), "A.b");

        for (int i = 0; i < buffer.capacity(); i++) {
            boolean inside = i >= 8 && i < 8 + scalar.size();
            assertThat(buffer.get(i) != 0).as("byte %d", i).isEqualTo(inside);
        }
    }

    @ParameterizedTest
    @MethodSource("wider")
    void rejectsWhatDoesNotFit(Wider scalar) {
        for (long value : new long[] {scalar.min() - 1, scalar.max() + 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertInvalid(() -> scalar.put().put(buffer, 0, value, "FlowKey.port"))
                    .hasMessage("FlowKey.port is %d, outside of %d to %d".formatted(value, scalar.min(), scalar.max()));
        }
        assertThat(buffer.getLong(0)).isZero();
    }

    @Test
    void keepsTheBitsOfTheSameWidth() {
        Scalars.putU8(buffer, 0, (byte) -1);
        Scalars.putU16(buffer, 2, (short) -2);
        Scalars.putU32(buffer, 4, -3);
        Scalars.putU64(buffer, 8, -4);

        assertThat((byte) Scalars.getU8(buffer, 0)).isEqualTo((byte) -1);
        assertThat((short) Scalars.getU16(buffer, 2)).isEqualTo((short) -2);
        assertThat((int) Scalars.getU32(buffer, 4)).isEqualTo(-3);
        assertThat(Scalars.getU64(buffer, 8)).isEqualTo(-4);
    }

    @Test
    void keepsTheSignOfTheSameWidth() {
        Scalars.putS8(buffer, 0, (byte) -1);
        Scalars.putS16(buffer, 2, (short) -2);
        Scalars.putS32(buffer, 4, -3);
        Scalars.putS64(buffer, 8, -4);

        assertThat(Scalars.getS8(buffer, 0)).isEqualTo(-1);
        assertThat(Scalars.getS16(buffer, 2)).isEqualTo(-2);
        assertThat(Scalars.getS32(buffer, 4)).isEqualTo(-3);
        assertThat(Scalars.getS64(buffer, 8)).isEqualTo(-4);
    }

    @Test
    void writesNetworkByteOrder() {
        Scalars.putBe16(buffer, 0, (short) 0x0102);
        Scalars.putBe32(buffer, 4, 0x01020304);
        Scalars.putBe64(buffer, 8, 0x0102030405060708L);

        assertThat(buffer.array()).containsExactly(1, 2, 0, 0, 1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8);
        assertThat((short) Scalars.getBe16(buffer, 0)).isEqualTo((short) 0x0102);
        assertThat((int) Scalars.getBe32(buffer, 4)).isEqualTo(0x01020304);
        assertThat(Scalars.getBe64(buffer, 8)).isEqualTo(0x0102030405060708L);
    }

    @Test
    void readsAnyByteButZeroAsTrue() {
        Scalars.putBool(buffer, 0, true);
        buffer.put(1, (byte) 2);

        assertThat(buffer.get(0)).isEqualTo((byte) 1);
        assertThat(Scalars.getBool(buffer, 0)).isTrue();
        assertThat(Scalars.getBool(buffer, 1)).isTrue();
        assertThat(Scalars.getBool(buffer, 2)).isFalse();
    }

    @Test
    void zeroesOnlyThePadding() {
        buffer.putLong(0, -1);

        Scalars.zero(buffer, 2, 3);

        assertThat(buffer.array()).startsWith(-1, -1, 0, 0, 0, -1, -1, -1);
        assertThatNoException().isThrownBy(() -> Scalars.zero(buffer, 16, 0));
    }

    @Test
    void namesTheComponentTheEnumAndTheValue() {
        assertThat(Scalars.unknownConstant(ByteOrderName.class, 7, "File.order"))
                .hasMessageContaining("File.order")
                .hasMessageContaining("ByteOrderName")
                .hasMessageContaining("7");
    }

    private enum ByteOrderName {}
}
