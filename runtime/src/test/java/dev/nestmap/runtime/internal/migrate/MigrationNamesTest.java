/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static dev.nestmap.runtime.internal.migrate.PinnedCounts.AFTER;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.BEFORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A migration may name only maps and fields that exist. */
class MigrationNamesTest {
    private static final Migration TO_AFTER = PinnedCounts.from(BEFORE);
    private static final Migration TO_BEFORE = PinnedCounts.from(AFTER);

    private static void require(Migration migration, Schema records) {
        Schema old = SchemaText.parse(String.valueOf(migration.schemaText()));
        new MigrationCheck(migration, records, Set.of(), new MigrationNames(migration, old, records).problems())
                .requireComplete("load of object network");
    }

    private static void assertRejects(Migration migration, Schema records, String... parts) {
        assertThatThrownBy(() -> require(migration, records))
                .isInstanceOfSatisfying(
                        BpfException.class, e -> assertThat(e.operation()).isEqualTo("load of object network"))
                .hasMessageContainingAll(parts);
    }

    @Test
    void acceptsNamesThatExist() {
        require(TO_AFTER.drain(() -> "tenant").compute("flow", "drops", old -> 1), AFTER);
        require(TO_BEFORE.drain(() -> "tenant").drop("flow", "drops"), BEFORE);
    }

    @Test
    void rejectsAWordForAMapThatOneOfTheVersionsDoesNotHave() {
        Schema none = new Schema("", "none", List.of(), List.of(), List.of());
        assertRejects(
                PinnedCounts.from(none).drain(() -> "tenant"),
                AFTER,
                "a word for tenant, but the schema text in Migration.from has no such map");
        assertRejects(
                TO_AFTER.drain(() -> "flow_map"), AFTER, "the records declare no outer or plain map of this name");
    }

    @Test
    void rejectsRulesForStructsAndComponentsThatDoNotExist() {
        assertRejects(
                TO_BEFORE.drop("Flow", "drops").drop("visit", "drops"),
                BEFORE,
                "a rule for Flow.drops, which no map uses",
                "a rule for visit.drops, which no map uses");
        assertRejects(TO_BEFORE.drop("flow", "dropz"), BEFORE, "a rule for flow.dropz, which no map uses");
        assertRejects(TO_BEFORE.drop("flow", "bytes"), BEFORE, "a rule for flow.bytes, which no map uses");
        assertRejects(TO_AFTER.compute("flow", "dropz", old -> 1), AFTER, "a rule for flow.dropz, which no map uses");
    }

    /** A rule is for all maps with the struct, and only one of them needs it. */
    @Test
    void acceptsARuleThatOneOfTwoMapsUses() {
        StructType flow = PinnedCounts.FLOW;
        MapDef total = new MapDef("total", MapRole.PLAIN, MapKind.HASH, 4, 0, Scalar.U32, flow, null);
        MapDef sum = new MapDef("sum", MapRole.PLAIN, MapKind.HASH, 4, 0, Scalar.U32, flow, null);
        MapDef number = new MapDef("sum", MapRole.PLAIN, MapKind.HASH, 4, 0, Scalar.U32, Scalar.U32, null);
        Schema before = new Schema("", "sums", List.of(), List.of(flow), List.of(total, number));
        Schema after = new Schema("", "sums", List.of(), List.of(flow), List.of(total, sum));

        require(PinnedCounts.from(before).rename("flow", "", "packets"), after);
    }
}
