/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import static dev.nestmap.schema.text.SchemaTexts.TENANT_FLOWS;
import static dev.nestmap.schema.text.SchemaTexts.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.nestmap.schema.RandomSchemas;
import dev.nestmap.schema.Samples;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.SchemaComparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A text that is not a schema is rejected, with the number of the line. */
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            nestmap-schema 2\\nsomething !new\\n | 1 | written by a newer version of Nestmap, in format 2, and this version reads format 1
            nestmap-schema 0\\n               | 1 | an older version
            -                                | 1 | empty
            '\\n<html>\\n'                     | 2 | unexpected character "<"
            hello\\n                          | 1 | begins with "nestmap-schema"
            nestmap-schema one\\n             | 1 | "one" is not a number
            nestmap-schema 1\\n               | 1 | begins with "header"
            """)
    void rejectsTextsOfOtherKinds(@Nullable String text, int line, String message) {
        assertRejected(text == null ? "" : text.translateEscapes(), line).hasMessageContaining(message);
    }

    /** Unknown words, facts that contradict each other, and numbers that are out of range. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            from com                  | origin com                 |  2 | unknown line: it begins with "origin"
            tenant_flows.bpf.h        | tenant_flows.h             |  3 | .bpf.h
            field packets: __u64      | field packets: u64         | 19 | unknown type "u64"
            enum flow_state, offset   | struct flow_state, offset  | 21 | no struct flow_state is declared before this line
            BPF_MAP_TYPE_HASH\\n       | BPF_MAP_TYPE_TREE\\n        | 24 | unknown word "BPF_MAP_TYPE_TREE"
            '  max_entries: 4096\\n'   | ''                         | 24 | no attribute "max_entries"
            inner: flow_map           | pages: 4                   | 34 | unknown attribute "pages"
            inner: flow_map           | inner: flows               | 30 | the lines before this one declare no inner map flows
            map tenant:               | map flow_map:              | 30 | the text declares map flow_map twice
            max_entries: 64           | max_entries: 64 65         | 31 | contradicts
            max_entries: 64           | max_entries: many          | 31 | "many" is not a number
            max_entries: 64\\n         | 'max_entries: 64\\n  max_entries: 64\\n'    | 32 | the map has the attribute "max_entries" twice
            max_entries: 64\\n         | 'max_entries: 64\\n  numa_node: 2147483648\\n' | 32 | numa_node 2147483648 is out of range
            max_entries: 64\\n         | 'max_entries: 64\\n  numa_node: -1\\n'      | 32 | numa_node -1 is out of range
            struct flow:              | struct flow_key:           | 18 | a second type
            field source: __be32      | field source: __be32[99999999999999999999] | 11 | not a number
            field source: __be32      | field source: __be32[9223372036854775807]  | 11 | an array of 9223372036854775807 elements of 4 bytes
            size 24, alignment 8      | size 24, alignment 0       | 18 | alignment of 0
            size 24, alignment 8      | size 24, alignment 2147483648 | 18 | an alignment of 2147483648 is out of range
            struct flow: size 24      | struct flow: size 999999999999999999 | 18 | a size of 999999999999999999
            __u8, offset 12           | __u8, offset -12           | 15 | an offset of -12
            field protocol            | field "protocol            | 15 | has no closing quote
            __u64, offset 8, size 8   | __u64, offset 8, size 4    | 20 | require "field bytes: __u64, offset 8, size 8, unsigned"
            offset 12, size 1, unsigned | offset 12, size 1, signed | 15 | contradicts
            offset 13, size 3         | offset 13, size 2          | 16 | require "pad _pad0: offset 13, size 3"
            size 16, alignment 4      | size 20, alignment 4       | 16 | require "pad _pad0: offset 13, size 7"
            __be32, offset 0, size 4, unsigned, big-endian | __u32, offset 0, bit 0, bits 33 | 11 | a bit-field of 33 bits from bit 0 does not fit __u32
            __be32, offset 0, size 4, unsigned, big-endian | __u32, offset 0, bit 0, bits 0 | 11 | a bit-field of 0 bits from bit 0 does not fit __u32
            __be32, offset 0, size 4, unsigned, big-endian | __u32, offset 0, bit 8, bits 1 | 11 | a bit-field of 1 bit from bit 8 does not fit __u32
            __be32, offset 0, size 4, unsigned, big-endian | 'opaque(size 1073741824, alignment 1, "x"), offset 0, bit 0, bits 2147483648' \
            | 11 | a bit-field of 2147483648 bits from bit 0 does not fit __u8[1073741824]
            map flow_map | 'enum flow_state #2: size 4, unsigned\\n  constant FLOW_STATE_NEW: 0\\n  constant FLOW_STATE_OPEN: 1\\n\\nmap flow_map' \
            | 24 | a second type with the tag flow_state, equal to the first
            """)
    void rejectsWhatIsWrongInALine(String from, String to, int line, String message) {
        String part = from.translateEscapes();
        assertThat(TENANT_FLOWS).contains(part);

        assertRejected(TENANT_FLOWS.replace(part, to.translateEscapes()), line).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            enum flow_state x: Duration, 1 per second            | expected a struct, union, map or variable, but found "enum"
            struct flow bytes: Period, 1 per second              | expected "Duration", but found "Period"
            struct flow bytes: Duration, 0 per second            | 0 units per second are not in the range
            struct flow bytes: Duration, 1000000001 per second   | 1000000001 units per second are not in the range
            """)
    void rejectsUnknownReadings(String reading, String message) {
        assertRejected(TENANT_FLOWS + "reading " + reading + "\n", 35).hasMessageContaining(message);
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

        assertRejected(text.toString(), "a type with more than 16384 members, including those of nested types");
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
            assertRejected(text, "types are nested more than 64 deep");
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
}
