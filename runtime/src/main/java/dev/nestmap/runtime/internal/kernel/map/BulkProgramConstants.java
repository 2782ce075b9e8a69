/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;

/**
 * The constants of the programs of a {@link BulkProgram}: {@code sizes} in {@code queries.h}. libbpf keeps them in a frozen map, which tells
 * other processes which map the programs read.
 *
 * @param buffer size of a buffer in bytes
 * @param mostQueries the most queries that one run answers
 * @param mostVisits the most entries or slots that one run visits
 * @param mapId id of the map that the programs read
 * @param layout shape of that map and of its inner maps
 */
record BulkProgramConstants(int buffer, int mostQueries, int mostVisits, int mapId, QueryLayout layout) {
    private static final int COUNT = 7;
    private static final int SIZE = COUNT * Integer.BYTES;
    private static final int MAP_ID_AT = SIZE - Integer.BYTES;

    /** Whether this may be the map with the constants of a loaded object. */
    private static boolean areIn(RawMap map) {
        MapShape shape = map.shape();
        return shape.kind() == MapKind.ARRAY
                && shape.maxEntries() == 1
                && shape.valueSize() == SIZE
                && (shape.flags() & MapFlags.RDONLY_PROG) != 0;
    }

    /** Returns the id of the map that the programs with these constants read; 0 if a map has no constants. */
    static int mapIdIn(RawMap map) {
        OffHeapBlock entry = OffHeapBlock.allocate(Long.BYTES + SIZE);
        return areIn(map) && map.lookup(entry, 0, Long.BYTES) == 0
                ? entry.bytes().getInt(Long.BYTES + MAP_ID_AT)
                : 0;
    }

    /** The content of the section {@code .rodata}. */
    OffHeapBlock toBlock() {
        int[] numbers = {
            buffer, layout.answerAt(), layout.keySize(), layout.valueBytes(), mostQueries, mostVisits, mapId
        };
        OffHeapBlock block = OffHeapBlock.allocate(SIZE);
        for (int i = 0; i < numbers.length; i++) {
            block.bytes().putInt(i * Integer.BYTES, numbers[i]);
        }
        return block;
    }
}
