/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The counts of programs on all CPUs are one sum, and no count is not the count 0. */
class CountMapTest {
    private static final SlotKey KEY = CountMap.key(1);

    private final HeapMapFactory factory = new HeapMapFactory();

    @Test
    void aKeyWithoutACountHasNone() {
        try (OpenMap map = open(MapKind.HASH)) {
            CountMap counts = new CountMap(map);
            assertThat(counts.read(KEY)).isEqualTo(-1);

            counts.put(KEY, 0);
            assertThat(counts.read(KEY)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = MapKind.class,
            names = {"ARRAY", "PERCPU_ARRAY"})
    void theCountsOfAllCpusAreOneSum(MapKind kind) {
        try (OpenMap map = open(kind)) {
            OffHeapBlock entry = OffHeapBlock.allocate(Long.BYTES + map.valueBytes());
            KEY.writeTo(entry, 0);
            long sum = 0;
            for (int at = Long.BYTES; at < entry.size(); at += Long.BYTES) {
                entry.bytes().putLong(at, 1000 + at);
                sum += 1000 + at;
            }
            assertThat(map.update(entry, 0, Long.BYTES, RawMap.ANY)).isZero();

            CountMap counts = new CountMap(map);
            assertThat(counts.read(KEY)).isEqualTo(sum);

            counts.put(KEY, 7);
            assertThat(counts.read(KEY)).isEqualTo(7);
        }
    }

    private OpenMap open(MapKind kind) {
        MapShape shape = new MapShape("counts", kind, Integer.BYTES, Long.BYTES, 4, 0);
        return new OpenMap(shape.name(), factory.create(shape, null));
    }
}
