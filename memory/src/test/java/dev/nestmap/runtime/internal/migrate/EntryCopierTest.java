/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.Scalar;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A copy of entries that can't be proved to be complete says so. */
class EntryCopierTest {
    private static final int ENTRIES = 20;

    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH", "RHASH"})
    void aCopyThatCanNotBeProvedToBeCompleteSaysSo(MapKind kind) {
        MapDef definition =
                new MapDef("flows", MapRole.PLAIN, kind, ENTRIES, kind.requiredFlags(), Scalar.U32, Scalar.U64, null);
        HeapMapFactory factory = new HeapMapFactory();
        RawMap from = factory.create(MapShape.of(definition), null);
        RawMap to = factory.create(MapShape.of(definition), null);
        OffHeapBlock entry = OffHeapBlock.allocate(16);
        for (int key = 0; key < ENTRIES; key++) {
            RawSlots.putEntry(from, key, 0);
        }

        try (LogRecords logs = LogRecords.of("dev.nestmap.runtime")) {
            EntryCopier.sameLayout(definition).copy(from, to);
            for (int key = 0; key < ENTRIES; key++) {
                entry.bytes().putInt(0, key);
                assertThat(to.lookup(entry, 0, 8, 0)).isZero();
            }

            if (kind == MapKind.RHASH) {
                assertThat(logs.only())
                        .contains(
                                "all entries that it found (20) of map flows, id",
                                "a read may miss entries",
                                "declare a HASH");
            } else {
                assertThat(logs.messages()).isEmpty();
            }
        }
        from.close();
        to.close();
    }
}
