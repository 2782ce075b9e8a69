/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.change;

import static dev.nestmap.lint.change.ChangedSchemas.COUNT;
import static dev.nestmap.lint.change.ChangedSchemas.MISREAD;
import static dev.nestmap.lint.change.ChangedSchemas.REJECTED;
import static dev.nestmap.lint.change.ChangedSchemas.changes;
import static dev.nestmap.lint.change.ChangedSchemas.nest;
import static dev.nestmap.lint.change.ChangedSchemas.struct;
import static dev.nestmap.schema.Samples.FLOW;
import static dev.nestmap.schema.Samples.FLOW_KEY;
import static dev.nestmap.schema.Samples.FLOW_STATE;
import static dev.nestmap.schema.Samples.hash;
import static dev.nestmap.schema.Samples.member;
import static dev.nestmap.schema.Samples.schema;
import static dev.nestmap.schema.Samples.tenantFlows;
import static dev.nestmap.schema.Samples.withValue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.PinOutcome;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each change of a type is reported once, with what it breaks. */
class TypeChangesTest {
    @Test
    void anAddedFieldMakesTheValueLarger() {
        StructType larger = struct(
                "flow",
                member("packets", Scalar.U64),
                member("drops", Scalar.U64),
                member("bytes", Scalar.U64),
                member("state", FLOW_STATE));
        assertThat(changes(tenantFlows(), tenantFlows(FLOW_KEY, larger)))
                .containsExactly("BREAKS_MAPS adding `drops` to `flow` changes value_size of `flow_map` from 24 to 32: "
                        + REJECTED);
        assertThat(changes(withValue(FLOW), withValue(larger)))
                .containsExactly(
                        "BREAKS_MAPS adding `drops` to `flow` changes value_size of `counts` from 24 to 32: the new"
                                + " version will reject a pinned `counts`" + PinOutcome.REMEDY);
    }

    @Test
    void differencesThatResizeTheSameValueAreOneChange() {
        StructType other = struct("flow", member("octets", Scalar.U32), member("packets", Scalar.U64));
        assertThat(changes(withValue(FLOW), withValue(other)))
                .containsExactly(
                        "BREAKS_MAPS removing `bytes` from `flow`, removing `state` from `flow` and adding `octets` to"
                                + " `flow` change value_size of `counts` from 24 to 16: the new version will reject a pinned"
                                + " `counts`" + PinOutcome.REMEDY);
    }

    @Test
    void aFieldInPaddingIsZeroInOldEntriesOfAPlainMap() {
        StructType filled =
                struct("count", member("hits", Scalar.U64), member("last", Scalar.U32), member("cpu", Scalar.U16));
        assertThat(changes(withValue(COUNT), withValue(filled)))
                .containsExactly(
                        "COMPATIBLE adding `cpu` to `count`: the new field takes the place of padding, so it is 0 in the entries of a pinned"
                                + " `counts`");
        assertThat(changes(withValue(filled), withValue(COUNT)))
                .containsExactly(
                        "COMPATIBLE removing `cpu` from `count`: the new version opens and reads a pinned `counts` as before");
        assertThat(changes(withKey(filled), withKey(COUNT)))
                .as("keys with a value in this field are no longer found")
                .containsExactly("BREAKS_MAPS removing `cpu` from `count`: " + MISREAD);
    }

    /** The padding after a bit-field consists of bits and of bytes. */
    @Test
    void aBitFieldInPaddingIsZeroInOldEntries() {
        StructType narrow = struct("count", new StructType.Member("a", Scalar.U32, 4, 1, 0));
        for (int bits : List.of(1, 4, 5, 12, 28)) {
            StructType filled = struct(
                    "count",
                    new StructType.Member("a", Scalar.U32, 4, 1, 0),
                    new StructType.Member("b", Scalar.U32, bits, 1, 0));

            assertThat(changes(withValue(narrow), withValue(filled)))
                    .as("%d bits", bits)
                    .containsExactly(
                            "COMPATIBLE adding `b` to `count`: the new field takes the place of padding, so it is 0 in the entries of a pinned"
                                    + " `counts`");
            assertThat(changes(withValue(filled), withValue(narrow)))
                    .containsExactly(
                            "COMPATIBLE removing `b` from `count`: the new version opens and reads a pinned `counts` as before");
        }
    }

    @Test
    void aFieldInPlaceOfAnotherOneIsNotZero() {
        StructType replaced =
                struct("count", member("hits", Scalar.U64), member("cpu", Scalar.U16), member("node", Scalar.U16));

        assertThat(changes(withValue(COUNT), withValue(replaced)))
                .hasSize(3)
                .allMatch(change -> change.startsWith("BREAKS_MAPS"))
                .noneMatch(change -> change.contains("padding"));
    }

    @Test
    void aPlainMapWithTheSameSizesCanBeMisread() {
        StructType swapped = struct("count", member("last", Scalar.U32), member("hits", Scalar.U64));
        assertThat(changes(withValue(COUNT), withValue(swapped)))
                .containsExactly(
                        "BREAKS_MAPS changing the offset of `hits` of `count` from 0 to 8: " + MISREAD,
                        "BREAKS_MAPS changing the offset of `last` of `count` from 8 to 0: " + MISREAD);
        assertThat(changes(withValue(Scalar.U64), withValue(Scalar.S64)))
                .containsExactly("BREAKS_MAPS changing the signedness of the value of `counts` from unsigned (__u64) to"
                        + " signed (__s64): " + MISREAD);
        assertThat(changes(withValue(Scalar.U32), withValue(Scalar.BE32)))
                .containsExactly("BREAKS_MAPS changing the byte order of the value of `counts` from the machine's byte"
                        + " order (__u32) to big-endian (__be32): " + MISREAD);
        assertThat(changes(withValue(Scalar.BOOL), withValue(Scalar.U8)))
                .containsExactly(
                        "BREAKS_MAPS changing the type of the value of `counts` from bool to __u8: " + MISREAD);
    }

    @Test
    void anotherAlignmentKeepsTheBytes() {
        List<Field> fields = List.of(new Field("a", Scalar.U32, 0), new Field("b", Scalar.U32, 4));
        StructType natural = new StructType("count", 8, 4, fields);
        assertThat(changes(withValue(natural), withValue(new StructType("count", 8, 1, fields))))
                .containsExactly(
                        "COMPATIBLE changing the alignment of `count` from 4 to 1: the new version opens and reads a"
                                + " pinned `counts` as before");
    }

    @Test
    void aNewNameAtTheSamePlaceMayBeARenaming() {
        StructType other = struct("count", member("packets", Scalar.U64), member("last", Scalar.U32));
        String change = "replacing `hits` of `count` with `packets` (or renaming it): ";
        assertThat(changes(withValue(COUNT), withValue(other)))
                .containsExactly("COMPATIBLE " + change
                        + "the new version opens a pinned `counts` and reads its `hits` as `packets`");
        assertThat(changes(nest(COUNT, 8), nest(other, 8))).containsExactly("BREAKS_MAPS " + change + REJECTED);
    }

    @Test
    void reportsAChangedTag() {
        StructType other = struct("total", member("hits", Scalar.U64), member("last", Scalar.U32));
        assertThat(changes(withValue(COUNT), withValue(other)))
                .containsExactly(
                        "COMPATIBLE replacing `struct count` with `struct total` (or renaming it): the new version opens and reads a pinned `counts` as before");
    }

    @Test
    void reportsChangedConstantsOfEnums() {
        EnumType more = enumOf("A", 0, "B", 1, "C", 2);
        EnumType fewer = enumOf("A", 0, "B", 1);
        EnumType other = enumOf("A", 0, "B", 2);
        assertThat(changes(withValue(fewer), withValue(more)))
                .containsExactly(
                        "COMPATIBLE adding the constant `C` to `e`: the new version opens and reads a pinned `counts`"
                                + " as before");
        assertThat(changes(withValue(more), withValue(fewer)))
                .containsExactly("BREAKS_MAPS removing the constant `C` from `e`: " + MISREAD);
        assertThat(changes(withValue(fewer), withValue(other)))
                .containsExactly("BREAKS_MAPS changing the constant `B` of `e` from 1 to 2: " + MISREAD);
    }

    @Test
    void wideConstantsAreNotCutOff() {
        EnumType wide = EnumType.of("e", List.of(new EnumType.Constant("A", 1L << 32 | 1)));
        EnumType cut = new EnumType("e", 8, false, List.of(new EnumType.Constant("A", 1)));
        assertThat(changes(withValue(wide), withValue(cut)))
                .containsExactly("BREAKS_MAPS changing the constant `A` of `e` from 4294967297 to 1: " + MISREAD);
    }

    @Test
    void reportsChangedElementsOfArrays() {
        assertThat(changes(withValue(array(Scalar.U32, 4)), withValue(array(Scalar.U64, 4))))
                .containsExactly(
                        "BREAKS_MAPS changing the size of an element of the value of `counts` from 4 (__u32) to 8"
                                + " (__u64) changes value_size of `counts` from 16 to 32: the new version will reject a pinned"
                                + " `counts`" + PinOutcome.REMEDY);
        assertThat(changes(withValue(array(Scalar.U32, 4)), withValue(array(Scalar.U32, 5))))
                .singleElement()
                .asString()
                .startsWith("BREAKS_MAPS changing the length of the value of `counts` from 4 to 5 changes value_size");
    }

    @Test
    void reportsAnotherTypeOfTheSameBytes() {
        assertThat(changes(withValue(enumOf("A", 0)), schema(List.of(enumOf("A", 0)), counts(Scalar.U32))))
                .containsExactly(
                        "COMPATIBLE changing the type of `e` from enum e to __u32: the new version opens and reads a"
                                + " pinned `counts` as before");
    }

    @Test
    void reportsChangedMembersOfUnions() {
        Field number = new Field("number", Scalar.U64, 0);
        UnionType one = new UnionType("u", 8, 8, List.of(number));
        UnionType two = new UnionType("u", 8, 8, List.of(number, new Field("half", Scalar.U32, 0)));
        assertThat(changes(withValue(one), withValue(two)))
                .singleElement()
                .asString()
                .startsWith("COMPATIBLE adding `half` to `u`: ")
                .endsWith("the new version opens and reads a pinned `counts` as before");
    }

    /** C code finds the members of an unnamed struct beside the others. */
    @Test
    void anUnnamedStructKeepsTheBytes() {
        StructType flat = struct("v", member("a", Scalar.U32), member("b", Scalar.U32), member("c", Scalar.U16));
        StructType inside = struct("", member("b", Scalar.U32), member("c", Scalar.U16));
        StructType grouped = struct("v", member("a", Scalar.U32), member("", inside));
        String change = "changing the unnamed structs in `v`: ";
        String kept = "the new version opens and reads a pinned `counts` as before";

        assertThat(changes(withValue(flat), withValue(grouped))).containsExactly("COMPATIBLE " + change + kept);
        assertThat(changes(withValue(grouped), withValue(flat))).containsExactly("COMPATIBLE " + change + kept);
        assertThat(changes(nest(flat, 8), nest(grouped, 8)))
                .as("the layout of an outer map contains the unnamed struct")
                .containsExactly("BREAKS_MAPS " + change + REJECTED);
        assertThat(changes(withValue(grouped), withValue(grouped))).isEmpty();
    }

    @Test
    void anUnnamedUnionIsAChange() {
        UnionType inside =
                UnionType.of("", List.of(member("b", Scalar.U32), member("c", Scalar.U32)), StructAttributes.NATURAL);
        StructType flat = struct("v", member("a", Scalar.U32), member("b", Scalar.U32));
        StructType grouped = struct("v", member("a", Scalar.U32), member("", inside));

        assertThat(changes(withValue(flat), withValue(grouped)))
                .anyMatch(
                        change -> change.startsWith("BREAKS_MAPS changing the type of `b` of `v` from __u32 to union"));
    }

    @Test
    void aFieldOfAnotherTypeInAnUnnamedStructIsMisread() {
        StructType flat = struct("v", member("a", Scalar.U32), member("b", Scalar.U32));
        StructType grouped = struct("v", member("a", Scalar.U32), member("", struct("", member("b", Scalar.S32))));

        assertThat(changes(withValue(flat), withValue(grouped)))
                .anyMatch(change -> change.startsWith("BREAKS_MAPS changing the signedness of `b` of `v`"));
    }

    @Test
    void aFieldInPaddingOfAStructWithoutATagIsZeroToo() {
        StructType less = struct("", member("a", Scalar.U64), member("b", Scalar.U32));
        StructType more = struct("", member("a", Scalar.U64), member("b", Scalar.U32), member("c", Scalar.U16));
        StructType before = struct("v", member("in", less));
        StructType after = struct("v", member("in", more));

        assertThat(changes(withValue(before), withValue(after)))
                .isNotEmpty()
                .allMatch(change -> change.startsWith("COMPATIBLE adding `c`"))
                .anyMatch(change -> change.contains("takes the place of padding, so it is 0 in the entries"));
        assertThat(changes(withValue(after), withValue(before)))
                .isNotEmpty()
                .allMatch(change -> change.startsWith("COMPATIBLE removing `c`"));
    }

    @Test
    void aMemberOfAUnionWithoutATagKeepsTheBytes() {
        UnionType less = UnionType.of("", List.of(member("a", Scalar.U64)), StructAttributes.NATURAL);
        UnionType more =
                UnionType.of("", List.of(member("a", Scalar.U64), member("b", Scalar.U32)), StructAttributes.NATURAL);
        Schema before = withValue(struct("v", member("in", less)));
        Schema after = withValue(struct("v", member("in", more)));

        assertThat(changes(before, after)).isNotEmpty().allMatch(change -> change.startsWith("COMPATIBLE adding"));
        assertThat(changes(after, before))
                .as("old entries may have the removed member")
                .anyMatch(change -> change.startsWith("BREAKS_MAPS removing"));
    }

    private static ArrayType array(CType element, int count) {
        return new ArrayType(element, count);
    }

    private static EnumType enumOf(Object... namesAndValues) {
        List<EnumType.Constant> constants = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            constants.add(new EnumType.Constant((String) namesAndValues[i], (Integer) namesAndValues[i + 1]));
        }
        return EnumType.of("e", constants);
    }

    private static MapDef counts(CType value) {
        return hash("counts", MapRole.PLAIN, 16, Scalar.U32, value);
    }

    private static Schema withKey(StructType key) {
        return schema(List.of(key), hash("counts", MapRole.PLAIN, 16, key, Scalar.U64));
    }
}
