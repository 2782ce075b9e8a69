/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.plan.MapPlan;
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A copy of entries that can't be proved to be complete says so. */
class EntryCopierTest {
    private static final int ENTRIES = 20;

    /** Others delete the key from which the scan of a trie continues, so it begins again. */
    @Test
    void aScanThatBeginsAgainCopiesTheNewerValue() {
        int prefixes = 3000;
        MapDef definition = new MapDef(
                "prefixes",
                MapRole.PLAIN,
                MapKind.LPM_TRIE,
                prefixes,
                MapKind.LPM_TRIE.requiredFlags(),
                new ArrayType(Scalar.U8, 2 * Integer.BYTES),
                Scalar.U64,
                null);
        HeapMapFactory factory = new HeapMapFactory();
        RawMap from = factory.create(MapShape.of(definition), null);
        for (int prefix = 0; prefix < prefixes; prefix++) {
            putPrefix(from, prefix, 1);
        }
        int[] updates = {0};
        RawMap to = new DelegatingMap(factory.create(MapShape.of(definition), null)) {
            @Override
            public int update(OffHeapBlock block, int keyAt, int valueAt, long flags) {
                int result = super.update(block, keyAt, valueAt, flags);
                int prefix = block.bytes().getInt(keyAt + Integer.BYTES);
                if (updates[0]++ < 10) {
                    putPrefix(from, prefix, 2);
                } else if (updates[0] <= prefixes) {
                    from.delete(block, keyAt);
                }
                return result;
            }
        };

        sameLayout(definition).copy(from, to);

        assertThat(updates[0]).as("entries that were copied again").isGreaterThan(prefixes);
        OffHeapBlock entry = OffHeapBlock.allocate(2 * Long.BYTES);
        long[] newer = {0};
        for (int prefix = 0; prefix < prefixes; prefix++) {
            entry.bytes().putInt(0, Integer.SIZE).putInt(Integer.BYTES, prefix);
            assertThat(to.lookup(entry, 0, Long.BYTES)).isZero();
            newer[0] += entry.bytes().getLong(Long.BYTES) == 2 ? 1 : 0;
        }
        assertThat(newer[0]).isEqualTo(10);
        from.close();
        to.close();
    }

    private static void putPrefix(RawMap map, int prefix, long value) {
        OffHeapBlock block = OffHeapBlock.allocate(2 * Long.BYTES);
        block.bytes().putInt(0, Integer.SIZE).putInt(Integer.BYTES, prefix).putLong(Long.BYTES, value);
        assertThat(map.update(block, 0, Long.BYTES, RawMap.ANY)).isZero();
    }

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
            sameLayout(definition).copy(from, to);
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

    private static EntryCopier sameLayout(MapDef map) {
        Schema schema = new Schema("", "sample", List.of(), List.of(), List.of(map));
        return EntryCopier.of(
                PinnedMapText.of(schema, map, 1, "total", "2c-17"), MapPlan.of(schema, map, schema, map), map);
    }
}
