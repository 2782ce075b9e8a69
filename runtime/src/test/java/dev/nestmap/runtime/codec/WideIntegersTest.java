/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.codec;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bit-fields and wide integers are where clang puts them. */
class WideIntegersTest {
    private static final long SEED = Long.getLong("nestmap.seed", System.nanoTime());

    /** What clang makes of {@code struct { __u32 a : 3; __u32 b : 9; } = { 5, 0x1a3 }} for either byte order. */
    @Test
    void areWhereClangPutsThem() {
        ByteBuffer little = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        ValueBytes.putBits(little, 0, 0, 3, 5);
        ValueBytes.putBits(little, 0, 3, 9, 0x1a3);
        assertThat(little.array()).containsExactly(0x1d, 0x0d, 0, 0);

        ByteBuffer big = ByteBuffer.allocate(4).order(ByteOrder.BIG_ENDIAN);
        ValueBytes.putBits(big, 0, 0, 3, 5);
        ValueBytes.putBits(big, 0, 3, 9, 0x1a3);
        assertThat(big.array()).containsExactly((byte) 0xba, 0x30, 0, 0);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void areReadBackAndLeaveTheirNeighboursUnchanged(ByteOrder order) {
        Random random = new Random(SEED);
        for (int round = 0; round < 20_000; round++) {
            ByteBuffer buffer = ByteBuffer.allocate(16).order(order);
            random.nextBytes(buffer.array());
            int bit = random.nextInt(8);
            int bits = 1 + random.nextInt(64);
            long value = random.nextLong();
            long before = bit == 0 ? 0 : ValueBytes.getUnsignedBits(buffer, 3, 0, bit);
            long after = ValueBytes.getUnsignedBits(buffer, 3 + (bit + bits) / 8, (bit + bits) % 8, 9);
            ValueBytes.putBits(buffer, 3, bit, bits, value);

            String what = "seed " + SEED + ", round " + round + ": " + bits + " bits from " + bit;
            assertThat(ValueBytes.getSignedBits(buffer, 3, bit, bits))
                    .as(what)
                    .isEqualTo(value << (64 - bits) >> (64 - bits));
            assertThat(ValueBytes.getUnsignedBits(buffer, 3, bit, bits))
                    .as(what)
                    .isEqualTo(value << (64 - bits) >>> (64 - bits));
            assertThat(bit == 0 ? 0 : ValueBytes.getUnsignedBits(buffer, 3, 0, bit))
                    .as(what)
                    .isEqualTo(before);
            assertThat(ValueBytes.getUnsignedBits(buffer, 3 + (bit + bits) / 8, (bit + bits) % 8, 9))
                    .as(what)
                    .isEqualTo(after);
        }
    }

    @ParameterizedTest
    @MethodSource("orders")
    void rangesAreThoseOfTheirBits(ByteOrder order) {
        ByteBuffer buffer = ByteBuffer.allocate(16).order(order);
        ValueBytes.putUnsignedBits(buffer, 0, 0, 3, 7, "A.b");
        ValueBytes.putSignedBits(buffer, 0, 3, 3, -4, "A.b");
        ValueBytes.putSignedBits(buffer, 0, 6, 3, 3, "A.b");
        assertThat(ValueBytes.getUnsignedBits(buffer, 0, 0, 3)).isEqualTo(7);
        assertThat(ValueBytes.getSignedBits(buffer, 0, 3, 3)).isEqualTo(-4);
        assertThat(ValueBytes.getSignedBits(buffer, 0, 6, 3)).isEqualTo(3);
        ValueBytes.putSignedBits(buffer, 0, 0, 64, Long.MIN_VALUE, "A.b");
        assertThat(ValueBytes.getSignedBits(buffer, 0, 0, 64)).isEqualTo(Long.MIN_VALUE);
        ValueBytes.putUnsignedBits(buffer, 0, 0, 64, -1, "A.b");
        assertThat(ValueBytes.getUnsignedBits(buffer, 0, 0, 64)).isEqualTo(-1);
        assertInvalid(() -> ValueBytes.putUnsignedBits(buffer, 0, 0, 3, 8, "A.b"))
                .hasMessage("A.b is 8, outside of 0 to 7, the range of 3 bits");
        assertInvalid(() -> ValueBytes.putUnsignedBits(buffer, 0, 0, 1, 2, "A.b"))
                .hasMessage("A.b is 2, outside of 0 to 1, the range of 1 bit");
        assertInvalid(() -> ValueBytes.putUnsignedBits(buffer, 0, 0, 3, -1, "A.b"), "A.b is -1");
        assertInvalid(() -> ValueBytes.putSignedBits(buffer, 0, 0, 3, 4, "A.b"))
                .hasMessage("A.b is 4, outside of -4 to 3, the range of 3 bits");
        assertInvalid(() -> ValueBytes.putSignedBits(buffer, 0, 0, 3, -5, "A.b"), "A.b is -5");
    }

    @ParameterizedTest
    @MethodSource("orders")
    void wideIntegersAreReadBack(ByteOrder order) {
        ByteBuffer buffer = ByteBuffer.allocate(20).order(order);
        BigInteger most = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);
        BigInteger least = BigInteger.ONE.shiftLeft(127).negate();
        for (BigInteger value : List.of(BigInteger.ZERO, BigInteger.TEN, most, most.shiftRight(64))) {
            ValueBytes.putU128(buffer, 4, value, "A.b");
            assertThat(ValueBytes.getU128(buffer, 4)).isEqualTo(value);
        }
        for (BigInteger value : List.of(BigInteger.ZERO, least, least.not(), BigInteger.valueOf(-2))) {
            ValueBytes.putS128(buffer, 4, value, "A.b");
            assertThat(ValueBytes.getS128(buffer, 4)).isEqualTo(value);
        }
        ValueBytes.putU128(buffer, 4, BigInteger.ONE, "A.b");
        assertThat(buffer.get(order == ByteOrder.LITTLE_ENDIAN ? 4 : 19)).isEqualTo((byte) 1);
        assertInvalid(() -> ValueBytes.putU128(buffer, 4, most.add(BigInteger.ONE), "A.b"), "outside of 0 to 2^128-1");
        assertInvalid(() -> ValueBytes.putU128(buffer, 4, least, "A.b"), "outside of 0");
        assertInvalid(() -> ValueBytes.putS128(buffer, 4, most, "A.b"), "outside of -2^127");
        assertInvalid(() -> ValueBytes.putS128(buffer, 4, null, "A.b"), "A.b is null");
    }

    @Test
    void unsignedNumbersOf64BitsAreReadBack() {
        ByteBuffer buffer = ByteBuffer.allocate(12).order(ByteOrder.nativeOrder());
        BigInteger most = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
        for (BigInteger value : List.of(BigInteger.ZERO, BigInteger.TEN, most, most.clearBit(0))) {
            ValueBytes.putU64(buffer, 4, value, "A.b");
            assertThat(ValueBytes.getU64(buffer, 4)).isEqualTo(value);
            assertThat(buffer.getLong(4)).isEqualTo(value.longValue());
            ValueBytes.putBe64(buffer, 4, value, "A.b");
            assertThat(ValueBytes.getBe64(buffer, 4)).isEqualTo(value);
            assertThat(buffer.array()[11]).isEqualTo(value.byteValue());
        }
        assertInvalid(() -> ValueBytes.putU64(buffer, 4, most.add(BigInteger.ONE), "A.b"), "outside of 0 to 2^64-1");
        assertInvalid(() -> ValueBytes.putBe64(buffer, 4, BigInteger.ONE.negate(), "A.b"), "outside of 0 to 2^64-1");
    }

    static List<ByteOrder> orders() {
        return List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    }
}
