/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static dev.nestmap.runtime.internal.migrate.PinnedCounts.AFTER;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.BEFORE;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.struct;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A check of a migration between two schema texts finds what the rules leave out, without a kernel. */
class MigrationCheckTest {
    private static final Set<String> PINNED = Set.of("tenant");
    private static final Migration DRAIN = PinnedCounts.from(BEFORE).drain(() -> "tenant");

    private static List<String> problems(Migration migration, Schema records) {
        return MigrationCheck.of(migration, records, PINNED).problems();
    }

    private static String problem(Migration migration, Schema records) {
        List<String> problems = problems(migration, records);
        assertThat(problems).hasSize(1);
        return problems.get(0);
    }

    @Test
    void aChangedMapNeedsAWord() {
        assertThat(problem(PinnedCounts.from(BEFORE), AFTER))
                .contains("tenant has changed", ".drain(TENANT_MAP)", ".discard(TENANT_MAP)")
                .doesNotContain("copy");
        assertThat(problems(DRAIN, AFTER)).isEmpty();
        assertThat(problem(PinnedCounts.from(BEFORE).copy(() -> "tenant"), AFTER))
                .contains("add .drain(TENANT_MAP) instead of copy");
    }

    @Test
    void aMapThatIsNotPinnedOrHasNotChangedNeedsNone() {
        assertThat(MigrationCheck.of(PinnedCounts.from(BEFORE), AFTER, Set.of()).problems())
                .isEmpty();
        assertThat(problems(PinnedCounts.from(BEFORE), BEFORE)).isEmpty();
    }

    @Test
    void findsComponentsWithoutARuleUnlessTheMapIsDiscarded() {
        Migration without = PinnedCounts.from(AFTER);
        assertThat(problem(without.drain(() -> "tenant"), BEFORE))
                .contains("flow.drops is no longer declared", "flow.packets");
        assertThat(problems(without.discard(() -> "tenant"), BEFORE)).isEmpty();
    }

    @Test
    void runsEachFunctionOnce() {
        assertThat(problem(DRAIN.compute("flow", "drops", old -> old.number("dropped")), AFTER))
                .contains(
                        "a function of tenant fails", "component dropped: the previous version has no such component");
    }

    /** An entry may never be zero. But nobody must believe that the function was checked. */
    @Test
    void saysWhichFunctionsItCannotCheck() {
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            assertThat(problems(DRAIN.compute("flow", "drops", old -> 1 / old.number("packets")), AFTER))
                    .isEmpty();
            assertThat(log.only())
                    .contains("the migration of tenant can't be checked in full", "/ by zero for an entry of zeros");
        }
    }

    @Test
    void requireCompleteListsTheProblems() {
        assertBpfException(
                () -> MigrationCheck.of(PinnedCounts.from(BEFORE), AFTER, PINNED)
                        .requireComplete(),
                "tenant has changed");
        MigrationCheck.of(DRAIN, AFTER, PINNED).requireComplete();
    }

    @Test
    void derivesTheWayBack() {
        MigrationCheck back = MigrationCheck.of(DRAIN, AFTER, PINNED).rollback();

        assertThat(back.problems())
                .as("a wide counter")
                .singleElement()
                .asString()
                .contains("flow.packets was __u64 and is __u32", "compute(...)");
        assertThat(back.migration())
                .hasToString("Migration.from(...)\n        .drop(\"flow\", \"drops\")\n        .drain(TENANT_MAP)");
        Migration cut =
                back.migration().compute("flow", "packets", old -> Math.min(old.number("packets"), 0xffff_ffffL));
        assertThat(problems(cut, BEFORE)).isEmpty();
    }

    @Test
    void turnsRenamesAround() {
        StructType octets = struct("flow", new Member("octets", Scalar.U64));
        StructType bytes = struct("flow", new Member("bytes", Scalar.U64), new Member("seen", Scalar.U64));
        Schema before = plain(octets);
        Schema after = plain(bytes);
        Migration there =
                PinnedCounts.from(before).rename("flow", "octets", "bytes").copy(() -> "total");

        MigrationCheck check = MigrationCheck.of(there, after, Set.of("total"));

        assertThat(check.problems()).isEmpty();
        assertThat(check.rollback().problems()).isEmpty();
        assertThat(check.rollback().migration())
                .hasToString("Migration.from(...)\n        .rename(\"flow\", \"bytes\", \"octets\")\n"
                        + "        .drop(\"flow\", \"seen\")\n        .copy(TOTAL_MAP)");
    }

    @Test
    void theWayBackDropsANewComponentWithAnOldName() {
        Schema before = plain(struct("flow", new Member("packets", Scalar.U64)));
        Schema after = plain(struct("flow", new Member("total", Scalar.U64), new Member("packets", Scalar.U64)));
        Migration there = PinnedCounts.from(before)
                .rename("flow", "packets", "total")
                .compute("flow", "packets", old -> 0)
                .copy(() -> "total");

        MigrationCheck back = MigrationCheck.of(there, after, Set.of("total")).rollback();

        assertThat(back.problems()).isEmpty();
        assertThat(back.migration())
                .hasToString("Migration.from(...)\n        .rename(\"flow\", \"total\", \"packets\")\n"
                        + "        .drop(\"flow\", \"packets\")\n        .copy(TOTAL_MAP)");
    }

    /**
     * A single component that became a struct, and the reverse, each with its rules, and with those that lead back.
     *
     * @param isKey whether the key changes, and not the value
     */
    record Unnamed(
            boolean isKey,
            CType before,
            CType after,
            List<String> rules,
            @Nullable List<String> back) {
        Schema schema(CType changed) {
            MapDef map = isKey
                    ? new MapDef("total", MapRole.PLAIN, MapKind.HASH, 4, 0, changed, Scalar.U64, null)
                    : new MapDef("total", MapRole.PLAIN, MapKind.HASH, 4, 0, Scalar.U32, changed, null);
            MapDef other = new MapDef("other", MapRole.PLAIN, MapKind.HASH, 4, 0, Scalar.U32, OTHER, null);
            List<NamedType> types = new ArrayList<>(map.types());
            types.add(OTHER);
            return new Schema("", "total", List.of(), types, List.of(map, other));
        }
    }

    private static final StructType OTHER = struct("other", new Member("n", Scalar.U64));

    static Stream<Unnamed> unnamed() {
        Member bytes = new Member("bytes", Scalar.U64);
        StructType two = struct("flow", bytes, new Member("packets", Scalar.U64));
        StructType narrow = struct("flow", new Member("bytes", Scalar.U32), new Member("packets", Scalar.U64));
        StructType timed = struct("flow", bytes, new Member("timer", ManagedFieldType.TIMER));
        StructType locked = struct("flow", new Member("lock", ManagedFieldType.SPIN_LOCK), bytes);
        StructType one = struct("flow", bytes);
        StructType peer = struct("peer", new Member("address", Scalar.U32), new Member("port", Scalar.U32));
        String there = ".rename(\"flow\", \"\", \"bytes\")";
        String back = ".rename(\"flow\", \"bytes\", \"\")";
        String drop = ".drop(\"flow\", \"packets\")";
        String dropBytes = ".drop(\"flow\", \"bytes\")";
        String dropAll = ".drop(\"flow\", \"\")";
        ArrayType array = new ArrayType(Scalar.U64, 2);
        return Stream.of(
                new Unnamed(false, Scalar.U64, two, List.of(there), List.of(back, drop)),
                new Unnamed(false, Scalar.U64, timed, List.of(there), List.of(back)),
                new Unnamed(false, Scalar.U64, locked, List.of(there), List.of(back)),
                new Unnamed(false, Scalar.U64, one, List.of(there), List.of(back)),
                new Unnamed(
                        false,
                        array,
                        struct("flow", new Member("all", array)),
                        List.of(".rename(\"flow\", \"\", \"all\")"),
                        List.of(".rename(\"flow\", \"all\", \"\")")),
                new Unnamed(false, Scalar.U64, two, List.of(dropAll), List.of(dropBytes, drop)),
                new Unnamed(false, two, Scalar.U64, List.of(back, drop), List.of(there)),
                new Unnamed(false, timed, Scalar.U64, List.of(back), List.of(there)),
                new Unnamed(false, two, Scalar.U64, List.of(dropBytes, drop), List.of(dropAll)),
                new Unnamed(false, narrow, Scalar.U64, List.of(back, drop), null),
                new Unnamed(
                        true,
                        peer,
                        Scalar.U32,
                        List.of(".rename(\"peer\", \"address\", \"\")", ".drop(\"peer\", \"port\")"),
                        null));
    }

    private static Migration with(Migration migration, List<String> rules) {
        Migration all = migration;
        for (String rule : rules) {
            List<String> names = Pattern.compile("\"([^\"]*)\"")
                    .matcher(rule)
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            all = rule.startsWith(".rename")
                    ? all.rename(names.get(0), names.get(1), names.get(2))
                    : all.drop(names.get(0), names.get(1));
        }
        return all.copy(() -> "total");
    }

    private static String calls(List<String> rules) {
        return "Migration.from(...)\n        " + String.join("\n        ", rules) + "\n        .copy(TOTAL_MAP)";
    }

    @ParameterizedTest
    @MethodSource("unnamed")
    void aValueWithoutANameHasAWayThereAndBack(Unnamed change) {
        Schema before = change.schema(change.before());
        Schema after = change.schema(change.after());
        Migration without = PinnedCounts.from(before).copy(() -> "total");
        assertThat(MigrationCheck.of(without, after, Set.of("total")).problems())
                .as("nothing is lost without a rule")
                .isNotEmpty()
                .allMatch(problem -> problem.contains("rename(\"") && problem.contains("drop(\""));

        MigrationCheck check =
                MigrationCheck.of(with(PinnedCounts.from(before), change.rules()), after, Set.of("total"));

        assertThat(check.problems()).isEmpty();
        MigrationCheck back = check.rollback();
        if (change.back() == null) {
            assertThat(back.problems())
                    .as("a rule of the way back that nobody can derive")
                    .hasSize(1);
        } else {
            assertThat(back.problems()).isEmpty();
            assertThat(back.migration()).hasToString(calls(change.back()));
            assertThat(back.rollback().problems()).isEmpty();
        }
    }

    @Test
    void theWayBackKeepsTheNumbers() {
        StructType flow = struct("flow", new Member("packets", Scalar.U64), new Member("bytes", Scalar.U32));
        Schema before = plain(flow);
        Migration back = PinnedCounts.from(before).rename("flow", "bytes", "").drop("flow", "packets");
        Schema after = new Schema(
                "",
                "total",
                List.of(),
                List.of(),
                List.of(new MapDef("total", MapRole.PLAIN, MapKind.ARRAY, 4, 0, Scalar.U32, Scalar.U64, null)));
        ByteBuffer old = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
        old.putLong(0, 5).putInt(8, -2);

        assertThat(new MigrationNames(back, before, after).problems()).isEmpty();
        assertThat(value(copy(before, after, back), old).getLong(0)).isEqualTo(0xffff_fffeL);
        Migration computed = PinnedCounts.from(before)
                .compute("flow", "", value -> value.number("packets") + value.number("bytes"))
                .drop("flow", "packets")
                .drop("flow", "bytes");
        assertThat(value(copy(before, after, computed), old).getLong(0)).isEqualTo(5 + 0xffff_fffeL);
    }

    private static ByteBuffer value(EntryCopier copy, ByteBuffer old) {
        ByteBuffer value = ByteBuffer.allocate(copy.newShape().valueSize()).order(ByteOrder.nativeOrder());
        copy.values().run(old, 0, value, 0);
        return value;
    }

    private static EntryCopier copy(Schema before, Schema after, Migration migration) {
        return EntryCopier.of(
                before.map("total").orElseThrow(), after.map("total").orElseThrow(), migration.rules());
    }

    private static Schema plain(CType value) {
        MapDef map = new MapDef("total", MapRole.PLAIN, MapKind.ARRAY, 4, 0, Scalar.U32, value, null);
        return new Schema("", "total", List.of(), List.of((StructType) value), List.of(map));
    }
}
