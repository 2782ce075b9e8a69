/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nestmap.tests.types.UnsignedTypes.Pair;
import dev.nestmap.tests.types.UnsignedTypes.Seen;
import java.math.BigInteger;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unsigned numbers up to {@code UINT64_MAX} are keys and values. */
class UnsignedTypesTest {
    private static final long UINT64_MAX = Long.parseUnsignedLong("18446744073709551615");
    private static final Seen SEEN =
            new Seen(UINT64_MAX, pair(BigInteger.TWO.pow(64).subtract(BigInteger.ONE)));

    @TempDir
    Path directory;

    @Test
    void unsignedIntegersHaveTheBytesOfC() {
        HeaderCompiler c = new HeaderCompiler(directory);

        assertThat(CodecBytes.ofKey(UnsignedTypesBpf.SeenMap.CODEC, SEEN))
                .isEqualTo(c.bytes("unsigned_types", "__u64 expected", "18446744073709551615ULL"));
        assertThat(CodecBytes.ofValue(UnsignedTypesBpf.SeenMap.CODEC, SEEN))
                .isEqualTo(c.bytes(
                        "unsigned_types",
                        "struct pair expected",
                        "{ 9223372036854775808ULL, __builtin_bswap64(18446744073709551614ULL), 18446744073709551615ULL,"
                                + " __builtin_bswap64(1) }"));
    }

    @Test
    void rejectsValuesOutOfRange() {
        for (BigInteger value : new BigInteger[] {BigInteger.TWO.pow(64), BigInteger.valueOf(-1)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CodecBytes.ofValue(UnsignedTypesBpf.SeenMap.CODEC, new Seen(1, pair(value))))
                    .withMessage("Pair.third is " + value + ", outside of 0 to 2^64-1");
        }
    }

    private static Pair pair(BigInteger third) {
        return new Pair(1L << 63, UINT64_MAX - 1, third, BigInteger.ONE);
    }

    @Test
    void unsignedIntegersCanBeKeysOnBothLevels() {
        try (UnsignedTypesBpf bpf = UnsignedTypesBpf.inMemory()) {
            bpf.policy().create(UINT64_MAX).put(SEEN);

            assertThat(bpf.policy().get(UINT64_MAX, UINT64_MAX)).isEqualTo(SEEN);
            assertThat(bpf.policy().keys()).containsExactly(UINT64_MAX);
        }
    }
}
