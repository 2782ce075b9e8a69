/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static dev.nestmap.runtime.internal.migrate.PinnedCounts.struct;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.internal.map.NumberField;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entries of the old layout keep their values in the new one, or the change is refused. */
class LayoutConverterTest {
    private static final Migration PLAIN =
            Migration.from(SchemaText.print(new Schema("", "none", List.of(), List.of(), List.of())));
    private static final StructType FLOW =
            struct("flow", new Member("packets", Scalar.U32), new Member("bytes", Scalar.U64));

    @ParameterizedTest
    @CsvSource({
        "U32, U64, true", "U32, S64, true", "S32, S64, true", "S32, U64, false", "U32, S32, false", "U64, U32, false",
        "BE16, U32, true", "BE16, BE32, true", "U16, BE16, true", "BOOL, U8, false", "U8, BOOL, false",
                "CHAR, U8, false",
        "U64, U128, true", "S64, S128, true", "U8, U8, true", "S16, S8, false"
    })
    void widensWhereEachValueKeepsItsMeaning(Scalar before, Scalar after, boolean taken) {
        MigrationRules rules = new MigrationRules(PLAIN.rules());
        new LayoutConverter(rules, false, struct("s", new Member("a", before)), struct("s", new Member("a", after)));

        assertThat(rules.problems()).hasSize(taken ? 0 : 1);
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

        OldVersionValue value = run(PLAIN, before, after, old);

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

        ByteBuffer now = convert(PLAIN, beforeStruct, afterStruct, old);

        assertThat(NumberField.of(after).orElseThrow().read(now, 0)).isEqualTo(value);
    }

    @Test
    void requiresARuleForEachRemovedComponent() {
        StructType now = struct("flow", new Member("packets", Scalar.U64), new Member("octets", Scalar.U64));

        assertThat(problem(PLAIN, FLOW, now))
                .contains(
                        "flow.bytes is no longer declared",
                        "rename(\"flow\", \"bytes\", ...)",
                        "drop(\"flow\", \"bytes\")");
        assertThat(run(PLAIN.rename("flow", "bytes", "octets"), FLOW, now, flow(1, 7))
                        .number("octets"))
                .isEqualTo(7);
        assertThat(run(PLAIN.drop("flow", "bytes"), FLOW, now, flow(1, 7)).number("octets"))
                .isZero();
        assertThat(problem(PLAIN.drop("flow", "bytes").drop("flow", "drops"), FLOW, now))
                .contains("the migration has a rule for flow.drops, which no map uses");
    }

    @Test
    void requiresARuleForAComponentWhoseNameIsReused() {
        StructType now = struct("flow", new Member("bytes", Scalar.U64));

        assertThat(problem(PLAIN.rename("flow", "packets", "bytes"), FLOW, now))
                .contains("flow.bytes is no longer declared");
    }

    /** A drain would report the count twice. */
    @Test
    void copiesAComponentOnce() {
        StructType before = struct("flow", new Member("packets", Scalar.U64));
        StructType after = struct("flow", new Member("total", Scalar.U64), new Member("packets", Scalar.U64));
        Migration renamed = PLAIN.rename("flow", "packets", "total");
        ByteBuffer old = buffer(before).putLong(0, 9);

        assertThat(problem(renamed, before, after))
                .isEqualTo("flow.total and flow.packets both copy the previous packets: compute one of them with"
                        + " compute(...) or computeBytes(...)");
        assertThat(problem(renamed.rename("flow", "packets", "packets"), before, after))
                .contains("both copy the previous packets");
        assertThat(problem(PLAIN.rename("flow", "", "total").rename("flow", "", "packets"), Scalar.U64, after))
                .contains("flow.total and flow.packets both copy the previous value");
        OldVersionValue value = run(renamed.compute("flow", "packets", entry -> 0), before, after, old);
        assertThat(value.number("total")).isEqualTo(9);
        assertThat(value.number("packets")).isZero();
        StructType timer =
                struct("flow", new Member("packets", ManagedFieldType.TIMER), new Member("total", Scalar.U64));
        assertThat(problems(renamed, before, timer)).isEmpty();
    }

    @Test
    void computesNumbersWithFunctions() {
        StructType now = struct("flow", new Member("packets", Scalar.U8), new Member("bytes", Scalar.U64));
        Migration how = PLAIN.compute("flow", "packets", old -> old.number("packets") + old.number("bytes"));

        assertThat(run(how, FLOW, now, flow(3, 4)).number("packets")).isEqualTo(7);
        assertInvalid(() -> run(how, FLOW, now, flow(255, 1)), "__u8 packets has values from 0 to 255, not 256");
        Migration wrong = PLAIN.compute("flow", "packets", old -> old.number("drops"));
        assertThatThrownBy(() -> run(wrong, FLOW, now, flow(255, 1))).hasMessageContaining("component drops");
    }

    @Test
    void computesBytesWithFunctions() {
        StructType now =
                struct("flow", new Member("packets", Scalar.U32), new Member("name", new ArrayType(Scalar.U8, 3)));
        Migration how = PLAIN.drop("flow", "bytes")
                .computeBytes("flow", "name", old -> Arrays.copyOf(old.bytes("bytes"), (int) old.number("packets")));

        assertThat(run(how, FLOW, now, flow(3, 0x030201L)).bytes("name")).containsExactly(1, 2, 3);
        assertInvalid(
                () -> run(how, FLOW, now, flow(2, 0)), "the function for flow.name returned 2 bytes instead of 3");
        assertThat(problem(PLAIN.drop("flow", "bytes").compute("flow", "name", old -> 1), FLOW, now))
                .contains("compute it with computeBytes(...)");
        assertThatThrownBy(() -> how.compute("flow", "name", old -> 1)).hasMessageContaining("flow.name has two rules");
    }

    /** Entries of a batch lie one after the other, and structs are members of others. */
    @Test
    void convertsAtEveryPlace() {
        CType name = new ArrayType(Scalar.U8, 3);
        StructType after = struct(
                "flow",
                new Member("tag", new ArrayType(Scalar.U8, 2)),
                new Member("octets", Scalar.U64),
                new Member("twice", Scalar.U64),
                new Member("packets", Scalar.U64));
        StructType oldPair =
                struct("pair", new Member("first", FLOW), new Member("second", FLOW), new Member("name", name));
        StructType newPair =
                struct("pair", new Member("second", after), new Member("name", name), new Member("first", after));
        Migration how = PLAIN.rename("flow", "bytes", "octets")
                .compute("flow", "twice", old -> 2 * old.number("packets"))
                .computeBytes(
                        "flow", "tag", old -> new byte[] {(byte) old.number("packets"), (byte) old.number("bytes")});
        ByteBuffer old = ByteBuffer.allocate(8 + (int) oldPair.size()).order(ByteOrder.nativeOrder());
        old.putInt(8, 1).putLong(16, 2).putInt(24, 3).putLong(32, 4).put(40, new byte[] {5, 6, 7});
        ByteBuffer now = ByteBuffer.allocate(24 + (int) newPair.size()).order(ByteOrder.nativeOrder());

        new LayoutConverter(new MigrationRules(how.rules()), false, oldPair, newPair).run(old, 8, now, 24);

        assertThat(now.slice(0, 24)).isEqualTo(ByteBuffer.allocate(24));
        requireFlow(after, now, 24 + (int) newPair.fields().get(0).offset(), 3);
        requireFlow(after, now, 24 + (int) newPair.fields().get(2).offset(), 1);
        assertThat(now.slice(24 + (int) newPair.fields().get(1).offset(), 3))
                .isEqualTo(ByteBuffer.wrap(new byte[] {5, 6, 7}));
    }

    private static void requireFlow(StructType type, ByteBuffer bytes, int at, int packets) {
        OldVersionValue flow = new OldVersionValue(type, bytes, at);
        assertThat(flow.bytes("tag")).containsExactly(packets, packets + 1);
        assertThat(flow.number("octets")).isEqualTo(packets + 1);
        assertThat(flow.number("twice")).isEqualTo(2L * packets);
        assertThat(flow.number("packets")).isEqualTo(packets);
    }

    @Test
    void convertsANumberToAStructAtEveryPlace() {
        StructType count = struct("count", new Member("hits", Scalar.U64), new Member("misses", Scalar.U64));
        StructType before = struct("pair", new Member("id", Scalar.U64), new Member("seen", Scalar.U64));
        StructType after = struct("pair", new Member("seen", count), new Member("id", Scalar.U64));
        Migration how = PLAIN.rename("count", "", "misses").compute("count", "hits", old -> old.number("") + 1);
        ByteBuffer old = ByteBuffer.allocate(24)
                .order(ByteOrder.nativeOrder())
                .putLong(8, 5)
                .putLong(16, 7);
        ByteBuffer now = ByteBuffer.allocate(40).order(ByteOrder.nativeOrder());

        new LayoutConverter(new MigrationRules(how.rules()), false, before, after).run(old, 8, now, 16);

        assertThat(List.of(now.getLong(8), now.getLong(16), now.getLong(24), now.getLong(32)))
                .containsExactly(0L, 8L, 7L, 5L);
    }

    @Test
    void functionsForBytesNeedBytesOfTheirOwn() {
        StructType bits = struct("flow", new Member("few", Scalar.U32, 3, 1, 0));
        StructType timer = struct("flow", new Member("timer", ManagedFieldType.TIMER));
        Migration how = PLAIN.drop("flow", "packets").drop("flow", "bytes");

        assertThat(problems(how.computeBytes("flow", "few", old -> new byte[4]), FLOW, bits))
                .containsExactly(
                        "flow.few is a bit-field, which has no bytes of its own: compute it with compute(...)");
        assertThat(problems(how.computeBytes("flow", "timer", old -> new byte[16]), FLOW, timer))
                .containsExactly("flow.timer is managed by the kernel and starts empty: remove its rule");
    }

    @Test
    void convertsANumberToAStructIfARuleNamesTheNumber() {
        StructType now = struct("count", new Member("hits", Scalar.U64), new Member("misses", Scalar.U64));
        ByteBuffer old = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(0, -1);

        assertThat(problem(PLAIN, Scalar.U64, now))
                .contains("the value was __u64", "rename(\"count\", \"\", ...)", "drop(\"count\", \"\")");
        Migration copied = PLAIN.rename("count", "", "hits").compute("count", "misses", value -> 7);
        assertThat(run(copied, Scalar.U64, now, old).number("hits")).isEqualTo(-1);
        assertThat(run(copied, Scalar.U64, now, old).number("misses")).isEqualTo(7);
        Migration computed = PLAIN.drop("count", "").compute("count", "hits", value -> value.number("") + 2);
        assertThat(run(computed, Scalar.U64, now, old).number("hits")).isEqualTo(1);
        assertThat(run(computed, Scalar.U64, now, old).number("misses")).isZero();
    }

    /** Otherwise the old number would be lost without a word. */
    @Test
    void requiresARuleForANumberThatBecomesAStruct() {
        StructType now = struct("count", new Member("hits", Scalar.U64), new Member("misses", Scalar.U64));
        Migration other = PLAIN.compute("count", "misses", value -> 0);

        assertThat(problem(other, Scalar.U64, now))
                .isEqualTo("the value was __u64, without a name, and is struct count: name its new component with"
                        + " rename(\"count\", \"\", ...), or give its values up with drop(\"count\", \"\")."
                        + " Functions read the old value as old.number(\"\") in both cases");
        assertThat(problem(
                        other,
                        struct("flow", new Member("count", Scalar.U64)),
                        struct("flow", new Member("count", now))))
                .contains("flow.count was __u64, without a name, and is struct count");
        assertThat(problems(other.rename("count", "packets", "hits"), Scalar.U64, now))
                .anySatisfy(
                        problem -> assertThat(problem)
                                .contains(
                                        "the migration renames packets to count.hits, but the previous version has no packets"));
        assertThat(problem(
                        PLAIN.rename("count", "", "hits"), Scalar.U64, struct("count", new Member("hits", Scalar.U8))))
                .contains("count.hits was __u64 and is __u8");
        MigrationRules keys = new MigrationRules(PLAIN.compute("count", "hits", value -> 1)
                .compute("count", "misses", value -> 2)
                .rules());
        new LayoutConverter(keys, true, Scalar.U64, now);
        assertThat(keys.problems()).singleElement().asString().contains("the key was __u64, without a name");
    }

    @Test
    void reportsARuleForAnUnnamedNumberThatDoesNotExist() {
        assertThat(problem(PLAIN.drop("flow", ""), FLOW, FLOW))
                .contains("the migration has a rule for flow.\"\", which no map uses");
    }

    @Test
    void requiresAFunctionForNewComponentsOfKeys() {
        StructType before = struct("key", new Member("port", Scalar.U16));
        StructType after = struct("key", new Member("port", Scalar.U16), new Member("protocol", Scalar.U8));
        MigrationRules rules = new MigrationRules(PLAIN.rules());

        new LayoutConverter(rules, true, before, after);

        assertThat(rules.problems())
                .singleElement()
                .asString()
                .contains("key.protocol is new, and a key needs a value for it");
    }

    @Test
    void convertsNestedStructsAndArraysWithoutManagedFields() {
        StructType before = struct("s", new Member("all", new ArrayType(FLOW, 2)));
        StructType wider = struct("flow", new Member("bytes", Scalar.U64), new Member("packets", Scalar.U64));
        StructType after =
                struct("s", new Member("lock", ManagedFieldType.SPIN_LOCK), new Member("all", new ArrayType(wider, 2)));
        ByteBuffer old = buffer(before);
        old.putInt(0, 1).putLong(8, 2).putInt(16, 3).putLong(24, 4);

        ByteBuffer now = convert(PLAIN, before, after, old);

        assertThat(List.of(now.getLong(8), now.getLong(16), now.getLong(24), now.getLong(32)))
                .containsExactly(2L, 1L, 4L, 3L);
        assertThat(problems(PLAIN, before, struct("s", new Member("all", new ArrayType(FLOW, 3)))))
                .hasSize(1);
    }

    @Test
    void acceptsEnumsThatKeepTheirConstants() {
        EnumType before = EnumType.of("state", List.of(new EnumType.Constant("NEW", 0)));
        EnumType more = EnumType.of("state", List.of(new EnumType.Constant("OLD", 1), new EnumType.Constant("NEW", 0)));
        EnumType other = EnumType.of("state", List.of(new EnumType.Constant("NEW", 1)));

        assertThat(problems(PLAIN, before, more)).isEmpty();
        assertThat(problems(PLAIN, before, other)).hasSize(1);
        assertThat(problems(PLAIN, before, Scalar.U32)).hasSize(1);
    }

    @Test
    void copiesUnnamedMembersThatChangedPlaces() {
        StructType before = struct("pair", unnamed(Scalar.U64, "a"), unnamed(Scalar.U64, "b"));
        StructType after = struct("pair", unnamed(Scalar.U64, "b"), unnamed(Scalar.U64, "a"));
        ByteBuffer old = buffer(before).putLong(0, 1).putLong(8, 2);

        ByteBuffer now = convert(PLAIN, before, after, old);

        assertThat(List.of(now.getLong(0), now.getLong(8))).containsExactly(2L, 1L);
    }

    @Test
    void copiesAComponentThatWasRenamedInAnUnnamedMember() {
        StructType before = struct("pair", unnamed(Scalar.U64, "a"), unnamed(Scalar.U64, "b"));
        StructType after = struct("pair", unnamed(Scalar.U64, "c"), unnamed(Scalar.U64, "b"));
        ByteBuffer old = buffer(before).putLong(0, 1).putLong(8, 2);

        ByteBuffer now = convert(PLAIN.rename("", "a", "c"), before, after, old);

        assertThat(List.of(now.getLong(0), now.getLong(8))).containsExactly(1L, 2L);
    }

    private static Member unnamed(CType type, String field) {
        return new Member("", struct("", new Member(field, type)));
    }

    @Test
    void ignoresRulesForStructsOfOtherMaps() {
        Migration how = PLAIN.drop("visit", "seen").rename("flow", "bytes", "octets");
        StructType after = struct("flow", new Member("packets", Scalar.U32), new Member("octets", Scalar.U64));
        MigrationRules rules = new MigrationRules(how.rules());

        new LayoutConverter(rules, false, FLOW, after);

        assertThat(rules.problems()).isEmpty();
        assertThat(rules.unused(Set.of("visit"))).isEmpty();
        assertThat(problem(how, FLOW, after)).contains("the migration has a rule for visit.seen, which no map uses");
    }

    private static List<String> problems(Migration how, CType before, CType after) {
        MigrationRules rules = new MigrationRules(how.rules());
        new LayoutConverter(rules, false, before, after);
        return Stream.concat(rules.problems().stream(), rules.unused(Set.of()).stream())
                .toList();
    }

    private static String problem(Migration how, CType before, CType after) {
        List<String> problems = problems(how, before, after);
        assertThat(problems).hasSize(1);
        return problems.get(0);
    }

    private static OldVersionValue run(Migration how, CType before, CType after, ByteBuffer old) {
        return new OldVersionValue(after, convert(how, before, after, old), 0);
    }

    private static ByteBuffer convert(Migration how, CType before, CType after, ByteBuffer old) {
        MigrationRules rules = new MigrationRules(how.rules());
        LayoutConverter conversion = new LayoutConverter(rules, false, before, after);
        assertThat(rules.problems()).isEmpty();
        ByteBuffer now = buffer(after);
        conversion.run(old, 0, now, 0);
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

    private static ByteBuffer flow(int packets, long bytes) {
        return buffer(FLOW).putInt(0, packets).putLong(8, bytes);
    }

    private static ByteBuffer buffer(CType type) {
        return ByteBuffer.allocate((int) type.size()).order(ByteOrder.nativeOrder());
    }
}
