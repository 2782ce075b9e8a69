/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A layout is shown with a better order, if there is one. */
class StructTextTest {
    private static final List<Member> WASTEFUL =
            List.of(new Member("a", Scalar.U8), new Member("b", Scalar.U64), new Member("c", Scalar.U16));

    @Test
    void theBetterOrderIsByAlignment() {
        StructType better = StructText.better(StructType.of("s", WASTEFUL));

        assertThat(better.size()).isEqualTo(16);
        assertThat(better.fields()).extracting("name").containsExactly("b", "c", "a");
    }

    @Test
    void aPackedStructStaysAsItIs() {
        StructType packed = StructType.of("s", WASTEFUL, new StructAttributes(true, 1));

        assertThat(StructText.better(packed)).isSameAs(packed);
    }

    @Test
    void picturesEscapeNames() {
        assertThat(StructPicture.of(StructType.of("s<", List.of(new Member("a&", Scalar.U64)))))
                .contains("struct s&lt;, 8 bytes", ">a&amp;</text>");
    }
}
