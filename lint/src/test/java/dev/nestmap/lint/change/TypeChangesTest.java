/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.change;

import static dev.nestmap.lint.change.ChangedSchemas.COUNT;
import static dev.nestmap.lint.change.ChangedSchemas.MISREAD;
import static dev.nestmap.lint.change.ChangedSchemas.REJECTED;
import static dev.nestmap.lint.change.ChangedSchemas.changes;
import static dev.nestmap.lint.change.ChangedSchemas.nest;
import static dev.nestmap.schema.Samples.FLOW_KEY;
import static dev.nestmap.schema.Samples.FLOW_STATE;
import static dev.nestmap.schema.Samples.constants;
import static dev.nestmap.schema.Samples.enumOf;
import static dev.nestmap.schema.Samples.hash;
import static dev.nestmap.schema.Samples.schema;
import static dev.nestmap.schema.Samples.struct;
import static dev.nestmap.schema.Samples.tenantFlows;
import static dev.nestmap.schema.Samples.union;
import static dev.nestmap.schema.Samples.withValue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Samples;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.TextCases;
import dev.nestmap.schema.compare.PinOutcome;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each change of a type is reported once, with what it breaks. */
class TypeChangesTest {
    private static final String KEPT = "the new version opens and reads a pinned `counts` as before";

    private static final String REJECTED_COUNTS = "the new version will reject a pinned `counts`" + PinOutcome.REMEDY;

    private static final String ZERO =
            "the new field takes the place of padding, so it is 0 in the entries of a pinned `counts`";

    private static final StructType FLAT = struct("v", "__u32 a; __u32 b; __u16 c;");

    private static final StructType GROUPED = struct("v", "__u32 a; ?;", struct("", "__u32 b; __u16 c;"));

    /** The type of a map's values in two versions. */
    static Stream<Arguments> values() {
        return TextCases.of("""
                an added field makes the value larger
                struct flow { __u64 packets; __u64 bytes; }
                struct flow { __u64 packets; __u64 drops; __u64 bytes; }
                > BREAKS_MAPS adding `drops` to `flow` changes value_size of `counts` from 16 to 24: REJECTED_COUNTS

                differences that resize the same value are one change
                struct flow { __u64 packets; __u64 bytes; __u32 state; }
                struct flow { __u32 octets; __u64 packets; }
                > BREAKS_MAPS removing `bytes` from `flow`, removing `state` from `flow` and adding `octets` to `flow` change \
                value_size of `counts` from 24 to 16: REJECTED_COUNTS

                a field in padding is zero in old entries of a plain map
                struct count { __u64 hits; __u32 last; }
                struct count { __u64 hits; __u32 last; __u16 cpu; }
                > COMPATIBLE adding `cpu` to `count`: ZERO

                a field that becomes padding
                struct count { __u64 hits; __u32 last; __u16 cpu; }
                struct count { __u64 hits; __u32 last; }
                > COMPATIBLE removing `cpu` from `count`: KEPT

                a field in place of another one is not zero
                struct count { __u64 hits; __u32 last; }
                struct count { __u64 hits; __u16 cpu; __u16 node; }
                > BREAKS_MAPS ...: MISREAD
                > BREAKS_MAPS ...: MISREAD
                > BREAKS_MAPS ...: MISREAD

                a plain map with the same sizes can be misread
                struct count { __u64 hits; __u32 last; }
                struct count { __u32 last; __u64 hits; }
                > BREAKS_MAPS changing the offset of `hits` of `count` from 0 to 8: MISREAD
                > BREAKS_MAPS changing the offset of `last` of `count` from 8 to 0: MISREAD

                another sign
                __u64
                __s64
                > BREAKS_MAPS changing the signedness of the value of `counts` from unsigned (__u64) to signed (__s64): MISREAD

                another byte order
                __u32
                __be32
                > BREAKS_MAPS changing the byte order of the value of `counts` from the machine's byte order (__u32) to big-endian (__be32): MISREAD

                a number in place of a truth value
                bool
                __u8
                > BREAKS_MAPS changing the type of the value of `counts` from bool to __u8: MISREAD

                a new name at the same place may be a renaming
                struct count { __u64 hits; __u32 last; }
                struct count { __u64 packets; __u32 last; }
                > COMPATIBLE replacing `hits` of `count` with `packets` (or renaming it): the new version opens a pinned `counts` \
                and reads its `hits` as `packets`

                a changed tag
                struct count { __u64 hits; __u32 last; }
                struct total { __u64 hits; __u32 last; }
                > COMPATIBLE replacing `struct count` with `struct total` (or renaming it): KEPT

                an added constant
                enum e { A = 0, B = 1 }
                enum e { A = 0, B = 1, C = 2 }
                > COMPATIBLE adding the constant `C` to `e`: KEPT

                a removed constant
                enum e { A = 0, B = 1, C = 2 }
                enum e { A = 0, B = 1 }
                > BREAKS_MAPS removing the constant `C` from `e`: MISREAD

                a changed constant
                enum e { A = 0, B = 1 }
                enum e { A = 0, B = 2 }
                > BREAKS_MAPS changing the constant `B` of `e` from 1 to 2: MISREAD

                larger elements of an array
                __u32[4]
                __u64[4]
                > BREAKS_MAPS changing the size of an element of the value of `counts` from 4 (__u32) to 8 (__u64) changes \
                value_size of `counts` from 16 to 32: REJECTED_COUNTS

                more elements of an array
                __u32[4]
                __u32[5]
                > BREAKS_MAPS changing the length of the value of `counts` from 4 to 5 changes value_size...

                an added member of a union
                union u { __u64 number; }
                union u { __u64 number; __u32 half; }
                > COMPATIBLE adding `half` to `u`: ...KEPT
                """);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void reportsTheChangesOfAValue(String name, String versions, List<String> changes) {
        List<CType> types = versions.lines().map(Samples::type).toList();

        TextCases.assertMatch(
                changes(types.get(0), types.get(1)),
                changes.stream()
                        .map(change -> change.replace("REJECTED_COUNTS", REJECTED_COUNTS)
                                .replace("MISREAD", MISREAD)
                                .replace("KEPT", KEPT)
                                .replace("ZERO", ZERO))
                        .toList());
    }

    @Test
    void theValuesOfInnerMapsAreThoseOfTheOuterMap() {
        StructType larger = struct("flow", "__u64 packets; __u64 drops; __u64 bytes; ? state;", FLOW_STATE);
        assertThat(changes(tenantFlows(), tenantFlows(FLOW_KEY, larger)))
                .containsExactly("BREAKS_MAPS adding `drops` to `flow` changes value_size of `flow_map` from 24 to 32: "
                        + REJECTED);
        assertThat(changes(nest(COUNT, 8), nest(struct("count", "__u64 packets; __u32 last;"), 8)))
                .containsExactly(
                        "BREAKS_MAPS replacing `hits` of `count` with `packets` (or renaming it): " + REJECTED);
        assertThat(changes(nest(FLAT, 8), nest(GROUPED, 8)))
                .as("the layout of an outer map contains the unnamed struct")
                .containsExactly("BREAKS_MAPS changing the unnamed structs in `v`: " + REJECTED);
    }

    /** C code finds the members of an unnamed struct beside the others. */
    @Test
    void anUnnamedStructKeepsTheBytes() {
        String kept = "COMPATIBLE changing the unnamed structs in `v`: " + KEPT;

        assertThat(changes(FLAT, GROUPED)).containsExactly(kept);
        assertThat(changes(GROUPED, FLAT)).containsExactly(kept);
        assertThat(changes(GROUPED, GROUPED)).isEmpty();
    }

    @Test
    void keysWithAFieldThatBecomesPaddingAreNoLongerFound() {
        assertThat(changes(withKey(struct("count", "__u64 hits; __u32 last; __u16 cpu;")), withKey(COUNT)))
                .containsExactly("BREAKS_MAPS removing `cpu` from `count`: " + MISREAD);
    }

    /** The padding after a bit-field consists of bits and of bytes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 12, 28})
    void aBitFieldInPaddingIsZeroInOldEntries(int bits) {
        StructType narrow = struct("count", "__u32 a : 4;");
        StructType filled = struct("count", "__u32 a : 4; __u32 b : " + bits + ";");

        assertThat(changes(narrow, filled)).containsExactly("COMPATIBLE adding `b` to `count`: " + ZERO);
        assertThat(changes(filled, narrow)).containsExactly("COMPATIBLE removing `b` from `count`: " + KEPT);
    }

    @Test
    void anotherAlignmentKeepsTheBytes() {
        StructType natural = struct("count", "__u32 a; __u32 b;");
        assertThat(changes(natural, new StructType("count", 8, 1, natural.fields())))
                .containsExactly("COMPATIBLE changing the alignment of `count` from 4 to 1: " + KEPT);
    }

    @Test
    void wideConstantsThatBtfHasLostAreNamed() {
        EnumType wide = enumOf("e", "A = 4294967297");
        assertThat(changes(wide, new EnumType("e", 8, false, List.of())))
                .containsExactly(
                        "COMPATIBLE changing the type of `e` from enum e to enum e whose constants BTF has lost: "
                                + KEPT);
    }

    @Test
    void wideConstantsAreNotCutOff() {
        EnumType cut = new EnumType("e", 8, false, constants("A = 1"));
        assertThat(changes(enumOf("e", "A = 4294967297"), cut))
                .containsExactly("BREAKS_MAPS changing the constant `A` of `e` from 4294967297 to 1: " + MISREAD);
    }

    @Test
    void reportsAnotherTypeOfTheSameBytes() {
        EnumType one = enumOf("e", "A = 0");
        MapDef counts = hash("counts", MapRole.PLAIN, 16, Scalar.U32, Scalar.U32);
        assertThat(changes(withValue(one), schema(List.of(one), counts)))
                .containsExactly("COMPATIBLE changing the type of `e` from enum e to __u32: " + KEPT);
    }

    /** Further changes follow from these. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            union  | __u32 b; __u32 c; | changing the type of `b` of `v` from __u32 to union
            struct | __s32 b;          | changing the signedness of `b` of `v`
            """)
    void anUnnamedMemberOfAnotherTypeIsMisread(String kind, String members, String change) {
        CType unnamed = kind.equals("union") ? union("", members) : struct("", members);
        assertThat(changes(struct("v", "__u32 a; __u32 b;"), struct("v", "__u32 a; ?;", unnamed)))
                .anyMatch(found -> found.startsWith("BREAKS_MAPS " + change));
    }

    @Test
    void aFieldInPaddingOfAStructWithoutATagIsZeroToo() {
        StructType before = struct("v", "? in;", struct("", "__u64 a; __u32 b;"));
        StructType after = struct("v", "? in;", struct("", "__u64 a; __u32 b; __u16 c;"));

        assertThat(changes(before, after))
                .isNotEmpty()
                .allMatch(change -> change.startsWith("COMPATIBLE adding `c`"))
                .anyMatch(change -> change.contains("takes the place of padding, so it is 0 in the entries"));
        assertThat(changes(after, before))
                .isNotEmpty()
                .allMatch(change -> change.startsWith("COMPATIBLE removing `c`"));
    }

    @Test
    void aMemberOfAUnionWithoutATagKeepsTheBytes() {
        StructType before = struct("v", "? in;", union("", "__u64 a;"));
        StructType after = struct("v", "? in;", union("", "__u64 a; __u32 b;"));

        assertThat(changes(before, after)).isNotEmpty().allMatch(change -> change.startsWith("COMPATIBLE adding"));
        assertThat(changes(after, before))
                .as("old entries may have the removed member")
                .anyMatch(change -> change.startsWith("BREAKS_MAPS removing"));
    }

    private static Schema withKey(StructType key) {
        return schema(List.of(key), hash("counts", MapRole.PLAIN, 16, key, Scalar.U64));
    }
}
