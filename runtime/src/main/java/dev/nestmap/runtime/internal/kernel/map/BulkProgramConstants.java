/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;

/**
 * The constants of the programs of a {@link BulkProgram}: {@code sizes} in {@code queries.h}. libbpf keeps them in a frozen map. In a
 * pinned reader, this map tells an unprivileged process which map the programs read.
 *
 * @param buffer size of a buffer in bytes
 * @param mostQueries the most queries that one run answers
 * @param mostVisits the most entries or slots that one run visits
 * @param mapId id of the map that the programs read
 * @param layout shape of that map and of its inner maps
 */
public record BulkProgramConstants(int buffer, int mostQueries, int mostVisits, int mapId, QueryLayout layout) {
    private static final int COUNT = 14;
    private static final int SIZE = COUNT * Integer.BYTES;

    /** Whether this may be the map with the constants of a loaded object. */
    public static boolean areIn(RawMap map) {
        MapShape shape = map.shape();
        return shape.kind() == MapKind.ARRAY
                && shape.maxEntries() == 1
                && shape.valueSize() == SIZE
                && (shape.flags() & MapFlags.RDONLY_PROG) != 0;
    }

    /**
     * Reads the constants of the programs of an outer map.
     *
     * @param map the map with the constants
     * @param outer name of the outer map
     * @throws BpfException if the kernel refuses
     */
    public static BulkProgramConstants read(RawMap map, String outer) {
        int[] numbers = numbers(map);
        MapShape outerShape = shape(outer, numbers[7], numbers[8], Integer.BYTES, numbers[9], numbers[10]);
        MapShape inner = shape(outer + ".inner", numbers[11], numbers[2], numbers[3], numbers[12], numbers[13]);
        return new BulkProgramConstants(
                numbers[0], numbers[4], numbers[5], numbers[6], QueryLayout.of(outerShape, inner, numbers[3]));
    }

    /** Returns the id of the map that the programs with these constants read; 0 if a map has no constants. */
    static int mapIdIn(RawMap map) {
        return areIn(map) ? numbers(map)[6] : 0;
    }

    private static int[] numbers(RawMap map) {
        OffHeapBlock entry = OffHeapBlock.allocate(Long.BYTES + SIZE);
        int result = areIn(map) ? map.lookup(entry, 0, Long.BYTES) : -ErrnoNumbers.EINVAL;
        if (result != 0) {
            throw MapOperation.LOOKUP.failed(map.shape(), 0, result);
        }
        int[] numbers = new int[COUNT];
        for (int i = 0; i < COUNT; i++) {
            numbers[i] = entry.bytes().getInt(Long.BYTES + i * Integer.BYTES);
        }
        return numbers;
    }

    private static MapShape shape(String name, int type, int keySize, int valueSize, int maxEntries, int flags) {
        MapKind kind = MapKind.ofNumber(type).orElseThrow();
        return new MapShape(
                name, kind, keySize, valueSize, Integer.toUnsignedLong(maxEntries), Integer.toUnsignedLong(flags));
    }

    /** The content of the section {@code .rodata}. */
    OffHeapBlock toBlock() {
        MapShape map = layout.map();
        MapShape entries = layout.entries();
        int[] numbers = {
            buffer,
            layout.answerAt(),
            layout.keySize(),
            layout.valueBytes(),
            mostQueries,
            mostVisits,
            mapId,
            map.kind().number(),
            map.keySize(),
            (int) map.maxEntries(),
            (int) map.flags(),
            entries.kind().number(),
            (int) entries.maxEntries(),
            (int) entries.flags()
        };
        OffHeapBlock block = OffHeapBlock.allocate(SIZE);
        for (int i = 0; i < numbers.length; i++) {
            block.bytes().putInt(i * Integer.BYTES, numbers[i]);
        }
        return block;
    }
}
