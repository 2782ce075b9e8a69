/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A key is read back from the name of its pin. */
class KeyFileNamesTest {
    private static final CType PAIR =
            StructType.of("pair", List.of(new Member("a", Scalar.U16), new Member("b", Scalar.U16)));

    @Test
    void writesNumbersInDecimal() {
        assertThat(name(Scalar.U32, integer(42))).isEqualTo("42");
        assertThat(name(Scalar.U32, integer(-1))).isEqualTo("4294967295");
        assertThat(name(Scalar.S32, integer(-1))).isEqualTo("-1");
        assertThat(name(Scalar.BE16, new byte[] {1, (byte) 0xbb})).isEqualTo("443");
        assertThat(name(Scalar.U8, new byte[] {(byte) 200})).isEqualTo("200");
    }

    @Test
    void writesOtherKeysInHex() {
        assertThat(name(PAIR, new byte[] {0, 1, (byte) 0xab, (byte) 0xff})).isEqualTo("0001abff");
    }

    @ParameterizedTest
    @EnumSource
    void readsEveryNumberBack(Scalar type) {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        KeyFileNames names = new KeyFileNames(type);
        for (int i = 0; i < 1000; i++) {
            byte[] key = new byte[(int) type.size()];
            random.nextBytes(key);
            assertThat(names.key(names.name(key))).as("seed %s", seed).hasValue(key);
        }
    }

    @Test
    void rejectsOtherNames() {
        KeyFileNames numbers = new KeyFileNames(Scalar.U8);
        KeyFileNames pairs = new KeyFileNames(PAIR);

        assertThat(List.of("256", "-1", "042", "a", ""))
                .allSatisfy(name -> assertThat(numbers.key(name)).isEmpty());
        assertThat(List.of("0001abf", "0001abff00", "0001ABFF"))
                .allSatisfy(name -> assertThat(pairs.key(name)).isEmpty());
    }

    private static String name(CType type, byte[] key) {
        return new KeyFileNames(type).name(key);
    }

    private static byte[] integer(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }
}
