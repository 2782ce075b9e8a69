/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import static dev.nestmap.schema.Samples.schema;
import static dev.nestmap.schema.Samples.withValue;
import static dev.nestmap.schema.text.SchemaTexts.TENANT_FLOWS;
import static dev.nestmap.schema.text.SchemaTexts.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.TypeLimits;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A text is read up to its limits, and rejected just beyond them. */
@Tag("slow")
class TextLimitsTest {
    private static final int MEMBERS = (int) TypeLimits.MAX_MEMBERS;

    @Test
    void aTypeHasALimitedNumberOfMembers() {
        assertRead(schema(List.of(struct("s", MEMBERS - 1))));
        assertRejectedAtItsLimit(schema(List.of(struct("s", MEMBERS))), "a type with more than 16384 members");

        StructType half = struct("half", MEMBERS / 2 - 1);
        assertRead(schema(List.of(half, StructType.of("whole", List.of(member(half), member(Scalar.U8))))));
        assertRejectedAtItsLimit(
                schema(List.of(half, StructType.of("whole", List.of(member(half), member(new ArrayType(half, 2)))))),
                "a type with more than 16384 members");
    }

    @Test
    void typesHaveALimitedDepth() {
        assertRead(schema(nested(Scalar.U8, TypeLimits.MAX_DEPTH)));
        assertRejectedAtItsLimit(
                schema(nested(Scalar.U8, TypeLimits.MAX_DEPTH + 1)), "types are nested more than 64 deep");
        assertRejectedAtItsLimit(
                schema(nested(new ArrayType(Scalar.U8, 1), TypeLimits.MAX_DEPTH)),
                "types are nested more than 64 deep");
    }

    @Test
    void arraysHaveALimitedNumberOfDimensions() {
        String text = TENANT_FLOWS.replace("protocol: __u8", "protocol: __u8" + "[1]".repeat(TypeLimits.MAX_DEPTH + 1));

        assertRead(withValue(array(TypeLimits.MAX_DEPTH)));
        assertRejected(text, 15).hasMessageContaining("types are nested more than 64 deep");
    }

    /** The depth counts types inside of each other, not beside each other. */
    @Test
    void aStructMayHaveManyStructsWithoutATag() {
        StructType part = StructType.of("", List.of(member(Scalar.U8)));
        List<StructType.Member> parts = IntStream.rangeClosed(0, TypeLimits.MAX_DEPTH)
                .mapToObj(i -> new StructType.Member("part" + i, part))
                .toList();

        assertRead(schema(List.of(StructType.of("s", parts))));
    }

    @Test
    void aBitFieldMayFillItsType() {
        assertRead(schema(List.of(StructType.of("s", List.of(new StructType.Member("whole", Scalar.U32, 32, 1, 0))))));
    }

    /** Each type is compared with all others of its tag. */
    @Test
    void aTagHasALimitedNumberOfTypes() {
        List<NamedType> types = new ArrayList<>();
        IntStream.rangeClosed(1, 64).forEach(i -> types.add(struct("s", i)));
        assertRead(schema(types));
        types.add(struct("s", 65));
        assertRejectedAtItsLimit(schema(types), "more than 64 types with the tag s");
    }

    /** In 20 seconds of a CPU, code that compares each declaration with all former ones reads a tenth of this text. */
    @Test
    @Timeout(300) // of a busy machine
    void manyDeclarationsAreReadInALinearTime() {
        List<GlobalDef> globals = IntStream.range(0, 300_000)
                .mapToObj(i -> new GlobalDef("g" + i, ".bss", Scalar.U8))
                .toList();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        assertRead(new Schema("", "many", List.of(), List.of(), List.of(), globals));
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - before)).isLessThan(Duration.ofSeconds(20));
    }

    /** Whether a letter is one depends on the version of Java. */
    @Test
    void namesWithoutQuotesAreAscii() {
        assertThat(SchemaTextNames.name("a-b.c$_9")).isEqualTo("a-b.c$_9");
        assertThat(SchemaTextNames.name("größe")).isEqualTo("\"gr\\u00f6\\u00dfe\"");
        assertThat(SchemaTextNames.name("\u1c89")).isEqualTo("\"\\u1c89\"");
    }

    @Test
    void aTextIsAscii() {
        Schema schema = new Schema("com.acme.Größe~\u007f", "sample", List.of(), List.of(), List.of());

        assertThat(SchemaText.print(schema)).contains("from \"com.acme.Gr\\u00f6\\u00dfe~\\u007f\"");
        assertRead(schema);
    }

    private static void assertRead(Schema schema) {
        assertThat(SchemaText.parse(SchemaText.print(schema))).isEqualTo(schema);
    }

    private static void assertRejectedAtItsLimit(Schema schema, String message) {
        assertRejected(SchemaText.print(schema), message);
    }

    private static StructType struct(String name, int fields) {
        return StructType.of(
                name,
                IntStream.range(0, fields)
                        .mapToObj(i -> new StructType.Member("f" + i, Scalar.U8))
                        .toList());
    }

    /** So many structs, each inside of the next one. */
    private static List<NamedType> nested(CType innermost, int depth) {
        List<NamedType> types = new ArrayList<>();
        CType last = innermost;
        for (int i = 0; i < depth; i++) {
            StructType type = StructType.of("t" + i, List.of(member(last)));
            types.add(type);
            last = type;
        }
        return types;
    }

    private static CType array(int dimensions) {
        CType type = Scalar.U8;
        for (int i = 0; i < dimensions; i++) {
            type = new ArrayType(type, 1);
        }
        return type;
    }

    private static StructType.Member member(CType type) {
        return new StructType.Member(type instanceof NamedType ? "inside" : "a", type);
    }
}
