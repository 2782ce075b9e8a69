/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static dev.nestmap.runtime.internal.migrate.PinnedCounts.AFTER;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.BEFORE;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

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
        Schema wordless = BEFORE.withMeanings(List.of());
        assertThat(problem(without.drain(() -> "tenant"), wordless))
                .contains("flow.drops is no longer declared", "flow.packets");
        assertThat(problems(without.discard(() -> "tenant"), wordless)).isEmpty();
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
        assertThat(back.migration()).hasToString("Migration.from(...)\n        .drain(TENANT_MAP)");
        Migration cut =
                back.migration().compute("flow", "packets", old -> Math.min(old.number("packets"), 0xffff_ffffL));
        assertThat(problems(cut, BEFORE)).isEmpty();
    }

    @Test
    void acceptsNamesThatExist() {
        assertThat(problems(DRAIN.compute("flow", "drops", old -> 1), AFTER)).isEmpty();
    }

    @Test
    void rejectsAWordForAMapThatOneOfTheVersionsDoesNotHave() {
        Schema none = new Schema("", "none", List.of(), List.of(), List.of());
        assertThat(problem(PinnedCounts.from(none).drain(() -> "tenant"), AFTER))
                .contains("a word for tenant, but the schema text in Migration.from has no such map");
        assertThat(problem(PinnedCounts.from(BEFORE).drain(() -> "flow_map"), AFTER))
                .contains("the records declare no outer or plain map of this name");
    }

    @Test
    void rejectsFunctionsOfStructsAndComponentsThatDoNotExist() {
        assertThat(problems(
                        DRAIN.compute("Flow", "drops", old -> 1)
                                .compute("visit", "drops", old -> 1)
                                .compute("flow", "dropz", old -> 1),
                        AFTER))
                .hasSize(3)
                .allMatch(problem -> problem.contains("which no map uses"));
    }

    /** A function is for all maps with the struct, and only one of them needs it. */
    @Test
    void acceptsAFunctionThatOneOfTwoMapsUses() {
        StructType flow = PinnedCounts.FLOW;
        MapDef total = new MapDef("total", MapRole.PLAIN, MapKind.HASH, 4, 0, Scalar.U32, flow, null);
        MapDef sum = new MapDef("sum", MapRole.PLAIN, MapKind.HASH, 4, 0, Scalar.U32, flow, null);
        MapDef number = new MapDef("sum", MapRole.PLAIN, MapKind.HASH, 4, 0, Scalar.U32, Scalar.U32, null);
        Schema before = new Schema("", "sums", List.of(), List.of(flow), List.of(total, number));
        Schema after = new Schema("", "sums", List.of(), List.of(flow), List.of(total, sum));
        Migration how = PinnedCounts.from(before).compute("flow", "bytes", old -> 1);

        assertThat(MigrationCheck.of(how, after, Set.of()).problems()).isEmpty();
    }
}
