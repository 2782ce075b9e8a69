/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import static dev.nestmap.schema.text.SchemaTexts.TENANT_FLOWS;
import static dev.nestmap.schema.text.SchemaTexts.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.schema.RandomSchemas;
import dev.nestmap.schema.Samples;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.SchemaComparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A text that is not a schema is rejected, with the number of the line. */
@Tag("jdk-independent")
class RejectedTextTest {
    private static final String ONE_TYPE = """
            nestmap-schema 1
            header h.bpf.h

            struct t0: size 1, alignment 1
              field a: __u8, offset 0, size 1, unsigned
            """;

    /** Every line matters: without it the text is rejected or gives another schema. */
    @Test
    void noLineCanBeLeftOut() {
        List<String> lines = TENANT_FLOWS.lines().toList();
        for (int cut = 0; cut < lines.size(); cut++) {
            List<String> rest = new ArrayList<>(lines);
            if (rest.remove(cut).isEmpty()) {
                continue;
            }
            try {
                assertThat(SchemaText.parse(String.join("\n", rest)))
                        .as("without line %d", cut + 1)
                        .isNotEqualTo(Samples.tenantFlows());
            } catch (SchemaFormatException e) {
                assertThat(e.line()).as(e.getMessage()).isBetween(1, lines.size());
            }
        }
    }

    /** A jar can contain any text: it is rejected with its line number, or gives a usable schema. */
    @Test
    void damagedTextIsRejectedAtItsLine() {
        for (long seed = 1; seed <= 3_000; seed++) {
            Random random = new Random(seed);
            Schema whole = seed % 2 == 0 ? Samples.tenantFlows() : new RandomSchemas(seed % 100).next();
            String text = damaged(SchemaText.print(whole), random);
            assertThatCode(() -> parseAndCompare(text, whole))
                    .as("seed %d%n%s", seed, text)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void outerMapNeedsItsInnerMap() {
        assertThatThrownBy(() -> SchemaText.parse(TENANT_FLOWS.replace("inner: flow_map", "inner: flows")))
                .isInstanceOf(SchemaFormatException.class)
                .hasMessage("line 30 of the schema text: the lines before this one declare no inner map flows");
        assertThatThrownBy(() -> SchemaText.parse(TENANT_FLOWS.replace("map tenant:", "map flow_map:")))
                .isInstanceOf(SchemaFormatException.class)
                .hasMessage("line 30 of the schema text: the text declares map flow_map twice");
    }

    @Test
    void namesBothFormats() {
        assertRejected("nestmap-schema 2\nsomething !new\n", 1)
                .hasMessageContaining(
                        "written by a newer version of Nestmap, in format 2, and this version reads format 1");
        assertRejected("nestmap-schema 0\n", 1).hasMessageContaining("an older version");
    }

    @Test
    void rejectsTextsOfOtherKinds() {
        assertRejected("", 1).hasMessageContaining("empty");
        assertRejected("\n<html>\n", 2).hasMessageContaining("unexpected character \"<\"");
        assertRejected("hello\n", 1).hasMessageContaining("begins with \"nestmap-schema\"");
        assertRejected("nestmap-schema one\n", 1).hasMessageContaining("\"one\" is not a number");
        assertRejected("nestmap-schema 1\n", 1).hasMessageContaining("begins with \"header\"");
    }

    @Test
    void rejectsUnknownWordsWithTheirLine() {
        assertRejected(edited("from com", "origin com"), 2)
                .hasMessageContaining("unknown line: it begins with \"origin\"");
        assertRejected(edited("tenant_flows.bpf.h", "tenant_flows.h"), 3).hasMessageContaining(".bpf.h");
        assertRejected(edited("field packets: __u64", "field packets: u64"), 19)
                .hasMessageContaining("unknown type \"u64\"");
        assertRejected(edited("enum flow_state, offset", "struct flow_state, offset"), 21)
                .hasMessageContaining("no struct flow_state is declared before this line");
        assertRejected(edited("BPF_MAP_TYPE_HASH\n", "BPF_MAP_TYPE_TREE\n"), 24)
                .hasMessageContaining("unknown word \"BPF_MAP_TYPE_TREE\"");
        assertRejected(edited("  max_entries: 4096\n", ""), 24).hasMessageContaining("no attribute \"max_entries\"");
        assertRejected(edited("  inner: flow_map\n", "  pages: 4\n"), 34)
                .hasMessageContaining("unknown attribute \"pages\"");
        assertRejected(edited("max_entries: 64", "max_entries: 64 65"), 31).hasMessageContaining("contradicts");
        assertRejected(edited("max_entries: 64", "max_entries: many"), 31)
                .hasMessageContaining("\"many\" is not a number");
        assertRejected(edited("struct flow:", "struct flow_key:"), 18).hasMessageContaining("a second type");
        assertRejected(edited("field source: __be32", "field source: __be32[99999999999999999999]"), 11)
                .hasMessageContaining("not a number");
        assertRejected(edited("field source: __be32", "field source: __be32[9223372036854775807]"), 11)
                .hasMessageContaining("an array of 9223372036854775807 elements of 4 bytes");
        assertRejected(edited("struct flow: size 24, alignment 8", "struct flow: size 24, alignment 0"), 18)
                .hasMessageContaining("alignment of 0");
        assertRejected(edited("struct flow: size 24", "struct flow: size 999999999999999999"), 18)
                .hasMessageContaining("a size of 999999999999999999");
        assertRejected(edited("__u8, offset 12", "__u8, offset -12"), 15).hasMessageContaining("an offset of -12");
        assertRejected(edited("field protocol", "field \"protocol"), 15).hasMessageContaining("has no closing quote");
    }

    @Test
    void rejectsUnknownReadings() {
        assertRejected(TENANT_FLOWS + "reading enum flow_state x: Duration, 1 per second\n", 35)
                .hasMessageContaining("expected a struct, union, map or variable, but found \"enum\"");
        assertRejected(TENANT_FLOWS + "reading struct flow bytes: Period, 1 per second\n", 35)
                .hasMessageContaining("expected \"Duration\", but found \"Period\"");
        assertRejected(TENANT_FLOWS + "reading struct flow bytes: Duration, 0 per second\n", 35)
                .hasMessageContaining("0 units per second are not in the range");
        assertRejected(TENANT_FLOWS + "reading struct flow bytes: by state\n  member v4: 2\n", 36)
                .hasMessageContaining("expected \"case\", but found \"member\"");
    }

    @Test
    void rejectsFactsThatContradictEachOther() {
        assertRejected(edited("__u64, offset 8, size 8", "__u64, offset 8, size 4"), 20)
                .hasMessageContaining("require \"field bytes: __u64, offset 8, size 8, unsigned\"");
        assertRejected(edited("__u8, offset 12, size 1, unsigned", "__u8, offset 12, size 1, signed"), 15)
                .hasMessageContaining("contradicts");
        assertRejected(edited("pad _pad0: offset 13, size 3", "pad _pad0: offset 13, size 2"), 16)
                .hasMessageContaining("require \"pad _pad0: offset 13, size 3\"");
        assertRejected(edited("size 16, alignment 4", "size 20, alignment 4"), 16)
                .hasMessageContaining("require \"pad _pad0: offset 13, size 7\"");
    }

    /** Each type contains the one before twice, so the last one has 4 million members. */
    @Test
    void rejectsATypeWithTooManyMembers() {
        StringBuilder text = new StringBuilder(ONE_TYPE);
        for (int i = 1; i <= 22; i++) {
            long half = 1L << (i - 1);
            text.append(String.format("struct t%d: size %d, alignment 1%n", i, 2 * half))
                    .append(String.format("  field a: struct t%d, offset 0, size %d%n", i - 1, half))
                    .append(String.format("  field b: struct t%d, offset %d, size %d%n", i - 1, half, half));
        }

        assertThatThrownBy(() -> SchemaText.parse(text.toString()))
                .isInstanceOf(SchemaFormatException.class)
                .hasMessageContaining("a type with more than 16384 members, including those of nested types");
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 100_000})
    void rejectsTypesThatAreNestedTooDeep(int depth) {
        StringBuilder chain = new StringBuilder(ONE_TYPE);
        for (int i = 1; i <= depth; i++) {
            chain.append(String.format("struct t%d: size 1, alignment 1%n", i))
                    .append(String.format("  field a: struct t%d, offset 0, size 1%n", i - 1));
        }
        String dimensions = ONE_TYPE.replace("__u8", "__u8" + "[1]".repeat(depth));
        StringBuilder untagged = new StringBuilder(ONE_TYPE);
        for (int i = 1; i <= Math.min(depth, 2_000); i++) {
            untagged.append(" ".repeat(i)).append(String.format("field a: struct, offset 0, size 1, alignment 1%n"));
        }

        for (String text : List.of(chain.toString(), dimensions, untagged.toString())) {
            assertThatThrownBy(() -> SchemaText.parse(text))
                    .isInstanceOf(SchemaFormatException.class)
                    .hasMessageContaining("types are nested more than 64 deep");
        }
    }

    private static void parseAndCompare(String text, Schema whole) {
        Schema schema;
        try {
            schema = SchemaText.parse(text);
        } catch (SchemaFormatException e) {
            assertThat(e.line()).isBetween(1, Math.max(1, (int) text.lines().count()));
            return;
        }
        SchemaComparison.compare(schema, whole);
        SchemaComparison.compare(whole, schema);
    }

    private static String damaged(String text, Random random) {
        List<String> words = new ArrayList<>(List.of(text.split("(?<=[ \n])|(?=[ \n])")));
        int at = random.nextInt(words.size());
        String other = words.get(random.nextInt(words.size()));
        switch (random.nextInt(6)) {
            case 0 -> words.remove(at);
            case 1 -> words.add(at, other);
            case 2 -> words.set(at, other);
            case 3 -> words.set(at, words.get(at).replaceAll("[0-9]+", Long.toString(random.nextLong())));
            case 4 -> words.set(at, words.get(at) + (char) random.nextInt(256));
            default -> words = words.subList(0, at);
        }
        return String.join("", words);
    }

    private static String edited(String from, String to) {
        assertThat(TENANT_FLOWS).contains(from);
        return TENANT_FLOWS.replace(from, to);
    }
}
