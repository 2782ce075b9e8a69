/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Types with bytes that belong to no value are found, however the types are nested. */
class UnusedBytesTest {
    private static final CType TEXT = new ArrayType(Scalar.CHAR, 16);

    @Test
    void findsTextsAndGaps() {
        CType padded = StructType.of("padded", List.of(member("a", Scalar.U8), member("b", Scalar.U32)));

        assertThat(UnusedBytes.inGaps(inside(padded))).isTrue();
        assertThat(UnusedBytes.afterTexts(inside(padded))).isFalse();
        assertThat(UnusedBytes.inGaps(inside(TEXT))).isFalse();
        assertThat(UnusedBytes.afterTexts(inside(TEXT))).isTrue();
    }

    /** Such a type is too large for the kernel, and a rule says so. That must not take minutes before. */
    @Test
    void looksAtATypeOnceThatIsThereAMillionTimes() {
        CType type = StructType.of("least", List.of(member("a", Scalar.U8)));
        for (int i = 0; i < 40; i++) {
            type = StructType.of("twice" + i, List.of(member("a", type), member("b", type)));
        }

        assertThat(UnusedBytes.inGaps(type)).isFalse();
        assertThat(UnusedBytes.afterTexts(type)).isFalse();
    }

    private static CType inside(CType type) {
        return StructType.of("outer", List.of(member("all", new ArrayType(type, 3))));
    }

    private static StructType.Member member(String name, CType type) {
        return new StructType.Member(name, type);
    }
}
