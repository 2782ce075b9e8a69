/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.internal.map.NumberField;
import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.plan.MapPlan;
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Entries of the old layout keep their values in the new one. {@code EntryPlanTest} of the schema has what converts at all. */
class LayoutConverterTest {
    private static final StructType FLOW =
            struct("flow", new Member("packets", Scalar.U32), new Member("bytes", Scalar.U64));

    private static StructType struct(String tag, Member... members) {
        return PinnedCounts.struct(tag, members);
    }

    @Test
    void convertsNumbersOfOtherByteOrderSignAndWidth() {
        StructType before = struct(
                "s",
                new Member("port", Scalar.BE16),
                new Member("low", Scalar.S8),
                new Member("bits", Scalar.U32, 3, 1, 0),
                new Member("more", Scalar.S32, 11, 1, 0));
        StructType after = struct(
                "s",
                new Member("more", Scalar.S64),
                new Member("low", Scalar.S128),
                new Member("bits", Scalar.U16, 9, 1, 0),
                new Member("port", Scalar.U32));
        ByteBuffer old = buffer(before);
        old.put(0, (byte) 1).put(1, (byte) 0xbb).put(2, (byte) -5);
        write(before, old, "bits", 6);
        write(before, old, "more", -1000);

        OldVersionValue value = run(before, after, old);

        assertThat(value.number("port")).isEqualTo(443);
        assertThat(value.number("bits")).isEqualTo(6);
        assertThat(value.number("more")).isEqualTo(-1000);
        assertThat(value.bytes("low")).startsWith(-5, -1, -1).endsWith(-1);
    }

    @Test
    void movesBitFieldsOfMoreThan64Bits() {
        Field before = new Field("id", Scalar.S128, 0, 3, 100);
        Field after = new Field("id", Scalar.S128, 0, 1, 120);
        StructType beforeStruct = new StructType("s", 16, 16, List.of(before));
        StructType afterStruct = new StructType("s", 16, 16, List.of(after));
        BigInteger value = new BigInteger("123456789abcdef0123456789", 16).negate();
        ByteBuffer old = buffer(beforeStruct);
        NumberField.of(before).orElseThrow().write(old, 0, value);

        ByteBuffer now = convert(schema(beforeStruct), schema(afterStruct), old);

        assertThat(NumberField.of(after).orElseThrow().read(now, 0)).isEqualTo(value);
    }

    @Test
    void convertsNestedStructsAndArraysWithoutManagedFields() {
        StructType before = struct("s", new Member("all", new ArrayType(FLOW, 2)));
        StructType wider = struct("flow", new Member("bytes", Scalar.U64), new Member("packets", Scalar.U64));
        StructType after =
                struct("s", new Member("lock", ManagedFieldType.SPIN_LOCK), new Member("all", new ArrayType(wider, 2)));
        ByteBuffer old = buffer(before);
        old.putInt(0, 1).putLong(8, 2).putInt(16, 3).putLong(24, 4);

        ByteBuffer now = convert(schema(before), schema(after), old);

        assertThat(List.of(now.getLong(8), now.getLong(16), now.getLong(24), now.getLong(32)))
                .containsExactly(2L, 1L, 4L, 3L);
    }

    @Test
    void copiesUnnamedMembersThatChangedPlaces() {
        StructType before = struct("pair", unnamed("a"), unnamed("b"));
        StructType after = struct("pair", unnamed("b"), unnamed("a"));
        ByteBuffer old = buffer(before).putLong(0, 1).putLong(8, 2);

        ByteBuffer now = convert(schema(before), schema(after), old);

        assertThat(List.of(now.getLong(0), now.getLong(8))).containsExactly(2L, 1L);
    }

    private static Member unnamed(String field) {
        return new Member("", struct("", new Member(field, Scalar.U64)));
    }

    @Test
    void constantsKeepTheirNamesAndOtherNumbersTheirs() {
        EnumType before = state("NEW", "OPEN");
        EnumType after = state("OPEN", "NEW");

        assertThat(state(before, after, 0)).isEqualTo(1);
        assertThat(state(before, after, 1)).isZero();
        assertThat(state(before, after, 7))
                .as("a number that the records call unknown")
                .isEqualTo(7);
        EnumType more = state("FIRST", "NEW", "OPEN");
        assertThat(state(before, more, 1)).isEqualTo(2);
        assertThatThrownBy(() -> state(before, more, 2))
                .hasMessageContaining("flow.state is 2, which was no constant of the old enum");
    }

    /** Defect: a number without a name became the constant that a version added there. */
    @Test
    void aNumberWithoutANameBecomesNoConstant() {
        EnumType before = state("NEW", "OPEN");
        EnumType after = state("NEW", "OPEN", "CLOSED");

        assertThat(state(before, after, 1)).isEqualTo(1);
        assertThat(state(before, after, 3)).isEqualTo(3);
        assertThatThrownBy(() -> state(before, after, 2))
                .hasMessageContaining("flow.state is 2, which was no constant of the old enum");
    }

    private static EnumType state(String... names) {
        List<EnumType.Constant> constants = new ArrayList<>();
        for (String name : names) {
            constants.add(new EnumType.Constant(name, constants.size()));
        }
        return EnumType.of("state", constants);
    }

    private static long state(EnumType before, EnumType after, int number) {
        StructType old = struct("flow", new Member("state", before));
        return run(old, struct("flow", new Member("state", after)), buffer(old).putInt(0, number))
                .number("state");
    }

    @Test
    void eachBitOfASetKeepsItsName() {
        StructType flow = struct("flow", new Member("states", Scalar.U32));
        Schema before =
                with(schema(flow), new FieldMeaning.Constants("struct flow", "states", state("A", "B", "C"), true));
        Schema after =
                with(schema(flow), new FieldMeaning.Constants("struct flow", "states", state("C", "A", "B"), true));

        assertThat(convert(before, after, buffer(flow).putInt(0, 0b101)).getInt(0))
                .isEqualTo(0b011);
    }

    @Test
    void timesHaveTheirNewUnit() {
        StructType flow = struct("flow", new Member("busy", Scalar.U32));
        StructType wider = struct("flow", new Member("busy", Scalar.U64));
        Schema before = with(schema(flow), new FieldMeaning.Time("struct flow", "busy", false, 1));
        Schema after = with(schema(wider), new FieldMeaning.Time("struct flow", "busy", false, 1_000));

        assertThat(convert(before, after, buffer(flow).putInt(0, -1)).getLong(0))
                .isEqualTo(0xffff_ffffL * 1_000);
    }

    /** Entries of a batch lie one after the other, and structs are members of others. */
    @Test
    void convertsAtEveryPlace() {
        StructType after = struct(
                "flow",
                new Member("tag", new ArrayType(Scalar.U8, 2)),
                new Member("bytes", Scalar.U64),
                new Member("packets", Scalar.U64));
        StructType oldPair = struct("pair", new Member("first", FLOW), new Member("second", FLOW));
        StructType newPair = struct("pair", new Member("second", after), new Member("first", after));
        ByteBuffer old = ByteBuffer.allocate(8 + (int) oldPair.size()).order(ByteOrder.nativeOrder());
        old.putInt(8, 1).putLong(16, 2).putInt(24, 3).putLong(32, 4);
        ByteBuffer now = ByteBuffer.allocate(24 + (int) newPair.size()).order(ByteOrder.nativeOrder());

        copier(schema(oldPair), schema(newPair)).values().run(old, 8, now, 24);

        assertThat(now.slice(0, 24)).isEqualTo(ByteBuffer.allocate(24));
        requireFlow(after, now, 24 + (int) newPair.fields().get(0).offset(), 3);
        requireFlow(after, now, 24 + (int) newPair.fields().get(1).offset(), 1);
    }

    private static void requireFlow(StructType type, ByteBuffer bytes, int at, int packets) {
        OldVersionValue flow = new OldVersionValue(type, bytes, at);
        assertThat(flow.bytes("tag")).containsExactly(0, 0);
        assertThat(flow.number("bytes")).isEqualTo(packets + 1);
        assertThat(flow.number("packets")).isEqualTo(packets);
    }

    /** The only component of a value has no name in C, and its name is in the schema. */
    @Test
    void aNumberBecomesAComponentOfAStructAndTheReverse() {
        StructType count = struct("count", new Member("hits", Scalar.U64), new Member("misses", Scalar.U64));
        Schema only = with(schema(Scalar.U64), new FieldMeaning.Component("map total", "value", "hits"));
        Schema both = with(schema(count), new FieldMeaning.Omittable("struct count", "misses"));
        ByteBuffer old = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(0, -1);

        ByteBuffer now = convert(only, both, old);

        assertThat(List.of(now.getLong(0), now.getLong(8))).containsExactly(-1L, 0L);
        assertThat(convert(both, only, now.putLong(8, 7)).getLong(0)).isEqualTo(-1);
    }

    private static Schema schema(CType value) {
        MapDef map = new MapDef("total", MapRole.PLAIN, MapKind.HASH, 4, 0, Scalar.U32, value, null);
        List<NamedType> types =
                map.types().stream().filter(type -> !type.name().isEmpty()).toList();
        return new Schema("", "total", List.of(), types, List.of(map));
    }

    private static Schema with(Schema schema, FieldMeaning meaning) {
        List<FieldMeaning> meanings = new ArrayList<>(schema.meanings());
        meanings.add(meaning);
        List<NamedType> types = new ArrayList<>(schema.types());
        if (meaning instanceof FieldMeaning.Constants constants) {
            types.add(constants.type());
        }
        return schema.withTypes(types).withMeanings(meanings);
    }

    private static EntryCopier copier(Schema before, Schema after) {
        MapDef map = after.maps().get(0);
        PinnedMapText text = PinnedMapText.of(before, before.maps().get(0), 1, "total", "2c-17");
        return EntryCopier.of(text, MapPlan.of(before, text.definition(), after, map), map);
    }

    private static OldVersionValue run(CType before, CType after, ByteBuffer old) {
        return value(after, convert(schema(before), schema(after), old));
    }

    private static OldVersionValue value(CType type, ByteBuffer bytes) {
        return new OldVersionValue(type, bytes, 0);
    }

    private static ByteBuffer convert(Schema before, Schema after, ByteBuffer old) {
        ByteBuffer now = ByteBuffer.allocate(after.maps().get(0).valueSize()).order(ByteOrder.nativeOrder());
        copier(before, after).values().run(old, 0, now, 0);
        return now;
    }

    private static void write(StructType type, ByteBuffer bytes, String field, long value) {
        NumberField.of(type.fields().stream()
                        .filter(one -> one.name().equals(field))
                        .findFirst()
                        .orElseThrow())
                .orElseThrow()
                .writeLong(bytes, 0, value);
    }

    private static ByteBuffer buffer(CType type) {
        return ByteBuffer.allocate((int) type.size()).order(ByteOrder.nativeOrder());
    }
}
