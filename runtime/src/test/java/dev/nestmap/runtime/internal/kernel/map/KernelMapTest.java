/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Proves what {@code MapContract} leaves out of maps in the kernel: grace periods, the bounds of memory, and allocations. */
@KernelTest
class KernelMapTest {
    private static final long ANY = 0;
    private static final int KEY = 0;
    private static final int NEXT = 4;
    private static final int VALUE = 8;

    private final KernelMapFactory maps = new KernelMapFactory();
    private final Set<RawMap> open = new HashSet<>();
    private final OffHeapBlock block = OffHeapBlock.allocate(16);

    @AfterEach
    void closeAll() {
        open.forEach(RawMap::close);
    }

    private RawMap map(MapKind kind, long maxEntries) {
        RawMap map = maps.create(new MapShape("counts", kind, 4, 8, maxEntries, 0), null);
        open.add(map);
        return map;
    }

    private int put(RawMap map, int key, long value, long mode) {
        block.bytes().putInt(KEY, key).putLong(VALUE, value);
        return map.update(block, KEY, VALUE, mode);
    }

    private int lookup(RawMap map, int key) {
        block.bytes().putInt(KEY, key);
        return map.lookup(block, KEY, VALUE);
    }

    private int delete(RawMap map, int key) {
        block.bytes().putInt(KEY, key);
        return map.delete(block, KEY);
    }

    @Test
    void theKernelNeverWritesOutsideTheBlock() {
        RawMap hash = map(MapKind.HASH, 2);
        put(hash, 1, 1, ANY);
        MapShape smaller = new MapShape("smaller", MapKind.HASH, 4, 4, 2, 0);

        assertThrown(IndexOutOfBoundsException.class, () -> hash.lookup(block, KEY, 9));
        assertThrown(IndexOutOfBoundsException.class, () -> hash.lookup(block, -1, VALUE));
        assertThrown(IndexOutOfBoundsException.class, () -> hash.nextKey(block, KEY, 13));
        assertThrown(
                IndexOutOfBoundsException.class,
                () -> hash.batch(BatchCommand.LOOKUP, new Batch(smaller.keySize(), smaller.valueSize(), 8)));
    }

    @Test
    void valuesOfPerCpuMapsNeedRoomForEveryCpu() {
        RawMap array = map(MapKind.PERCPU_ARRAY, 1);
        OffHeapBlock room =
                OffHeapBlock.allocate(8 + 8 * KernelMapFactory.knownCpus().count());

        assertThat(array.lookup(room, 0, 8)).isZero();
        assertThrown(IndexOutOfBoundsException.class, () -> array.lookup(room, 0, 9));
    }

    @Test
    void anArrayHasValuesOf32MiBAndAHashHasNone() {
        int size = 32 << 20;
        RawMap array = maps.create(new MapShape("large", MapKind.ARRAY, 4, size, 1, 0), null);
        open.add(array);
        OffHeapBlock large = OffHeapBlock.allocate(VALUE + size);
        large.bytes().putLong(VALUE, 17).putLong(size, 18);

        assertThat(array.update(large, KEY, VALUE, ANY)).isZero();
        large.bytes().putLong(VALUE, 0).putLong(size, 0);
        assertThat(array.lookup(large, KEY, VALUE)).isZero();

        assertThat(large.bytes().getLong(VALUE)).isEqualTo(17);
        assertThat(large.bytes().getLong(size)).isEqualTo(18);
        assertBpfException(() -> maps.create(new MapShape("large", MapKind.HASH, 4, size, 1, 0), null))
                .hasErrno(Errno.E2BIG);
    }

    @Test
    void callsAllocateNothing() {
        RawMap hash = map(MapKind.HASH, 8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int rounds = 20_000;
        long allocated = Long.MAX_VALUE;
        // Earlier rounds let the JIT compile the calls; the last round is measured.
        for (int attempt = 0; attempt < 5 && allocated > 0; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < rounds; i++) {
                put(hash, 1, i, ANY);
                lookup(hash, 1);
                lookup(hash, 2);
                hash.nextKey(block, KEY, NEXT);
                delete(hash, 1);
            }
            allocated = (threads.getCurrentThreadAllocatedBytes() - before) / rounds;
        }

        assertThat(allocated).isZero();
    }
}
