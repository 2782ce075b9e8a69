/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.rules;

import static dev.nestmap.schema.Samples.enumOf;
import static dev.nestmap.schema.Samples.schema;
import static dev.nestmap.schema.Samples.struct;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.lint.rules.RuleViolation.Part;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Maps are rejected that the kernel would accept, but not read as the record says. */
class RecordRulesTest {
    private static final Field LENGTH = new Field("length", Scalar.U32, 0);

    @ParameterizedTest
    @EnumSource(names = {"ARRAY", "ARRAY_OF_MAPS"})
    void keysOfArraysAreIndexes(MapKind kind) {
        StructType fourBytes = struct("id", "__u32 id;");
        List<CType> refused = List.of(
                Scalar.U16, Scalar.U64, Scalar.BE32, fourBytes, new ArrayType(Scalar.U8, 4), new OpaqueType(8, 1, ""));
        for (CType key : refused) {
            assertThat(check(map(kind, 0, key), false))
                    .as("once, also if the kernel refuses the size")
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.rule()).isEqualTo(Rule.ARRAY_KEY_NOT_AN_INDEX);
                        assertThat(finding.part()).isEqualTo(Part.KEY);
                        assertThat(finding.message()).contains("the key of array m is " + key.spelling() + ": ");
                    });
        }
        EnumType tier = enumOf("tier", "TIER_GOLD = 0");
        assertThat(check(map(kind, 0, tier), false)).isEmpty();
        assertThat(check(map(kind, 0, new OpaqueType(4, 1, "")), false)).isEmpty();
    }

    @Test
    void theKeyOfATrieBeginsWithItsLength() {
        Field data = new Field("data", new ArrayType(Scalar.U8, 4), 4);

        assertThat(trie(new StructType("k", 8, 4, List.of(LENGTH, data)))).isEmpty();
        assertThat(trie(new StructType("k", 12, 4, List.of(LENGTH, data))))
                .as("padding at the end")
                .isEmpty();
        assertThat(trie(new StructType("k", 12, 4, List.of(LENGTH, new Field("data", new ArrayType(Scalar.U8, 4), 8)))))
                .containsExactly(Rule.TRIE_KEY_WITH_PADDING);
        CType part = struct("part", "__u32 site; __u16 rack;");
        StructType parts = new StructType("k", 20, 4, List.of(LENGTH, new Field("parts", new ArrayType(part, 2), 4)));
        assertThat(check(map(MapKind.LPM_TRIE, MapFlags.NO_PREALLOC, parts), false))
                .as("padding at the end of a nested struct")
                .extracting(RuleViolation::message)
                .singleElement()
                .asString()
                .contains("has padding at byte 10 of struct k");
        assertThat(trie(new StructType("k", 12, 4, List.of(LENGTH, new Field("part", part, 4)))))
                .as("padding at the end of both")
                .isEmpty();
        for (Field other : List.of(
                new Field("length", Scalar.S32, 0),
                new Field("length", Scalar.BE32, 0),
                new Field("length", Scalar.U32, 0, 0, 31))) {
            assertThat(trie(new StructType("k", 8, 4, List.of(other, data))))
                    .as("%s", other)
                    .containsExactly(Rule.TRIE_KEY_WITHOUT_LENGTH);
        }
        assertThat(trie(Scalar.U64)).containsExactly(Rule.TRIE_KEY_WITHOUT_LENGTH);
        assertThat(trie(new StructType("none", 0, 1, List.of()))).containsExactly(Rule.TRIE_KEY_WITHOUT_LENGTH);
        assertThat(trie(bytes(8))).containsExactly(Rule.TRIE_KEY_WITHOUT_LENGTH);
        assertThat(trie(new OpaqueType(8, 1, "key declared by its size"))).isEmpty();
    }

    /** The length may be in a struct or union. Others also declare it as a signed number or as bytes, and can't change padding any more. */
    @Test
    void aTrieMayHaveItsLengthInsideOfItsKey() {
        Field data = new Field("data", new ArrayType(Scalar.U8, 4), 4);
        StructType header = new StructType("header", 4, 4, List.of(LENGTH));
        UnionType both = new UnionType("", 4, 4, List.of(new Field("hdr", header, 0), LENGTH));
        for (CType first : List.of(header, both, Scalar.S32, bytes(4))) {
            StructType key = new StructType("k", 8, 4, List.of(new Field("first", first, 0), data));
            assertThat(foreignTrie(key)).as(first.spelling()).isEmpty();
            boolean isUnsigned = List.of(header, both).contains(first);
            assertThat(trie(key))
                    .as(first.spelling())
                    .isEqualTo(isUnsigned ? List.of() : List.of(Rule.TRIE_KEY_WITHOUT_LENGTH));
        }
        assertThat(foreignTrie(bytes(8))).isEmpty();
        assertThat(foreignTrie(new StructType("k", 12, 4, List.of(LENGTH, new Field("data", Scalar.U32, 8)))))
                .as("padding")
                .isEmpty();
        for (CType first : List.of(Scalar.BE32, Scalar.U64)) {
            assertThat(foreignTrie(new StructType("k", 12, 4, List.of(new Field("first", first, 0)))))
                    .as("the record would misread the length")
                    .containsExactly(Rule.TRIE_KEY_WITHOUT_LENGTH);
        }
    }

    private static List<Rule> trie(CType key) {
        return rules(key, false);
    }

    private static List<Rule> foreignTrie(CType key) {
        return rules(key, true);
    }

    private static List<Rule> rules(CType key, boolean isForeign) {
        return check(map(MapKind.LPM_TRIE, MapFlags.NO_PREALLOC, key), isForeign).stream()
                .map(RuleViolation::rule)
                .toList();
    }

    private static List<RuleViolation> check(MapDef map, boolean isForeign) {
        Schema schema = schema(List.of(), map);
        return RecordRules.check(isForeign ? schema.asForeign() : schema);
    }

    private static MapDef map(MapKind kind, long flags, CType key) {
        boolean outer = kind.isMapOfMaps();
        return new MapDef(
                "m",
                outer ? MapRole.OUTER : MapRole.PLAIN,
                kind,
                4,
                flags,
                key,
                outer ? null : Scalar.U64,
                outer ? "inner" : null);
    }

    private static CType bytes(long count) {
        return new ArrayType(Scalar.U8, count);
    }
}
