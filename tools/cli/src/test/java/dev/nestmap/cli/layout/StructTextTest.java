/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A layout is shown with a better order, if there is one. */
class StructTextTest {
    private static final List<Member> WASTEFUL =
            List.of(new Member("a", Scalar.U8), new Member("b", Scalar.U64), new Member("c", Scalar.U16));

    @Test
    void theBetterOrderIsByAlignment() {
        StructType better = StructText.better(StructType.of("s", WASTEFUL)).orElseThrow();

        assertThat(better.size()).isEqualTo(16);
        assertThat(better.fields()).extracting("name").containsExactly("b", "c", "a");
    }

    @Test
    void aPackedStructStaysAsItIs() {
        StructType packed = StructType.of("s", WASTEFUL, new StructAttributes(true, 1));

        assertThat(StructText.better(packed)).isEmpty();
    }

    /** The members of an unnamed struct keep their places in it. */
    @Test
    void anUnnamedMemberMovesAsAWhole() {
        StructType unnamed = StructType.of("", List.of(new Member("b", Scalar.U64)));
        assertThat(printed(StructType.of(
                        "w", List.of(new Member("a", Scalar.U8), new Member("", unnamed), new Member("c", Scalar.U8)))))
                .endsWith("14 bytes of padding. In this order it has 16 bytes: struct {...}, a, c\n");
    }

    /** In another order, this struct has 16 bytes. */
    @Test
    void claimsNothingAboutOrdersThatItDoesNotTry() {
        StructType bits = StructType.of(
                "v",
                List.of(
                        new Member("a", Scalar.U32, 3, 1, 0),
                        new Member("b", Scalar.U64),
                        new Member("c", Scalar.U32)));

        assertThat(printed(bits)).endsWith(" bytes of padding\n");
        assertThat(printed(StructType.of("s", List.of(new Member("a", Scalar.U64), new Member("b", Scalar.U8)))))
                .endsWith("7 bytes of padding, which no order avoids\n");
    }

    @Test
    void jsonHasFieldsAndTheBetterOrder() {
        StringBuilder json = new StringBuilder();

        StructText.write(
                StructType.of(
                        "s",
                        List.of(new Member("a", Scalar.U8), new Member("b", Scalar.U64), new Member("c", Scalar.U8))),
                JsonWriter.ofLines(json::append));

        assertThat(json)
                .hasToString("{\"struct\":\"struct s\",\"size\":24,\"alignment\":8,\"padding\":14,\"fields\":["
                        + "{\"name\":\"a\",\"declaration\":\"__u8 a\",\"offset\":0,\"size\":1},"
                        + "{\"name\":\"b\",\"declaration\":\"__u64 b\",\"offset\":8,\"size\":8},"
                        + "{\"name\":\"c\",\"declaration\":\"__u8 c\",\"offset\":16,\"size\":1}],"
                        + "\"better\":{\"size\":16,\"order\":[\"b\",\"a\",\"c\"]}}\n");
    }

    @Test
    void jsonHasTheBitsOfABitField() {
        StringBuilder json = new StringBuilder();

        StructText.write(
                StructType.of("v", List.of(new Member("a", Scalar.U32, 3, 1, 0))), new JsonWriter(json::append));

        assertThat(json.toString()).contains("\"bits\":3").doesNotContain("better");
    }

    private static String printed(StructType struct) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Console console = new Console(out, out, false, false, false);
        new StructText(console).print(struct);
        console.flush();
        return out.toString(StandardCharsets.UTF_8);
    }
}
