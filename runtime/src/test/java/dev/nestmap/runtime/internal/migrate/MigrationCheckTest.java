/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static dev.nestmap.runtime.internal.migrate.PinnedCounts.AFTER;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.BEFORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

    @Test
    void aChangedMapNeedsAWord() {
        assertThat(problems(PinnedCounts.from(BEFORE), AFTER))
                .singleElement()
                .asString()
                .contains("tenant has changed", ".drain(TENANT_MAP)", ".copy(TENANT_MAP)", ".discard(TENANT_MAP)");
        assertThat(problems(DRAIN, AFTER)).isEmpty();
        assertThat(problems(PinnedCounts.from(BEFORE).copy(() -> "tenant"), AFTER))
                .isEmpty();
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
        assertThat(problems(without.drain(() -> "tenant"), BEFORE))
                .singleElement()
                .asString()
                .contains("flow.drops is no longer declared", "flow.packets");
        assertThat(problems(without.discard(() -> "tenant"), BEFORE)).isEmpty();
    }

    @Test
    void runsEachFunctionOnce() {
        assertThat(problems(DRAIN.compute("flow", "drops", old -> old.number("dropped")), AFTER))
                .singleElement()
                .asString()
                .contains(
                        "a function of tenant fails", "component dropped: the previous version has no such component");
        assertThat(problems(DRAIN.compute("flow", "drops", old -> 1 / old.number("packets")), AFTER))
                .as("an entry may never be zero")
                .isEmpty();
    }

    @Test
    void requireCompleteListsTheProblems() {
        assertThatThrownBy(() -> MigrationCheck.of(PinnedCounts.from(BEFORE), AFTER, PINNED)
                        .requireComplete())
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("tenant has changed");
        MigrationCheck.of(DRAIN, AFTER, PINNED).requireComplete();
    }

    @Test
    void derivesTheWayBack() {
        MigrationCheck back = MigrationCheck.of(DRAIN, AFTER, PINNED).rollback();

        assertThat(back.problems())
                .as("a wide counter")
                .singleElement()
                .asString()
                .contains("flow.packets was __u64 and is __u32", "saturate(...)");
        assertThat(back.migration())
                .hasToString("Migration.from(...)\n        .drop(\"flow\", \"drops\")\n        .drain(TENANT_MAP)");
        assertThat(problems(back.migration().saturate("flow", "packets"), BEFORE))
                .isEmpty();
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
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Migration.fromBtf().rollback("nestmap-schema 1"))
                .withMessageContaining("use Migration.from");
    }

    @Test
    void saturationCutsAndCounts() {
        Migration migration = Migration.fromBtf().drop("flow", "drops").saturate("flow", "packets");
        EntryCopier copy = EntryCopier.of(
                AFTER.innerOf(AFTER.map("tenant").orElseThrow()),
                BEFORE.innerOf(BEFORE.map("tenant").orElseThrow()),
                migration,
                BEFORE);
        ByteBuffer old = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder());
        old.putLong(0, 5).putLong(8, 1L << 40);

        ByteBuffer value = copy.value(old);

        assertThat(Integer.toUnsignedLong(value.getInt(0))).isEqualTo(0xffff_ffffL);
        assertThat(value.getLong(8)).isEqualTo(5);
        assertThat(copy.values().saturated()).isEqualTo(1);
    }

    private static StructType struct(String name, Member... members) {
        return StructType.of(name, List.of(members));
    }

    private static Schema plain(CType value) {
        MapDef map = new MapDef("total", MapRole.PLAIN, MapKind.ARRAY, 4, 0, Scalar.U32, value, null);
        return new Schema("", "total", List.of(), List.of((StructType) value), List.of(map));
    }
}
