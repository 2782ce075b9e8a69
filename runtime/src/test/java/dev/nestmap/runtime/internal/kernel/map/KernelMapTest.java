/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Operations on maps of bytes do what the kernel documents, with its error numbers. */
@KernelTest
class KernelMapTest {
    private static final long ANY = 0;
    private static final long NOEXIST = 1;
    private static final long EXIST = 2;
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

    private RawMap outer(MapKind kind, long maxEntries, RawMap prototype) {
        RawMap map = maps.create(new MapShape("outer", kind, 4, 4, maxEntries, 0), prototype);
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

    private int putInner(RawMap outer, int key, RawMap inner, long mode) {
        block.bytes().putInt(KEY, key);
        return outer.update(block, KEY, inner, mode);
    }

    @Test
    void hashStoresEntries() {
        RawMap hash = map(MapKind.HASH, 2);

        assertThat(lookup(hash, 1)).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(put(hash, 1, 0x1122334455667788L, ANY)).isZero();
        assertThat(lookup(hash, 1)).isZero();
        assertThat(block.bytes().getLong(VALUE)).isEqualTo(0x1122334455667788L);
        assertThat(delete(hash, 1)).isZero();
        assertThat(delete(hash, 1)).isEqualTo(-ErrnoNumbers.ENOENT);
    }

    @Test
    void hashRejectsByErrno() {
        RawMap hash = map(MapKind.HASH, 2);

        assertThat(put(hash, 1, 0, EXIST)).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(put(hash, 1, 0, NOEXIST)).isZero();
        assertThat(put(hash, 1, 0, NOEXIST)).isEqualTo(-ErrnoNumbers.EEXIST);
        assertThat(put(hash, 2, 0, ANY)).isZero();
        assertThat(put(hash, 3, 0, ANY)).isEqualTo(-ErrnoNumbers.E2BIG);
        assertThat(put(hash, 2, 5, EXIST)).isZero();
        assertThat(put(hash, 2, 5, 3)).isEqualTo(-ErrnoNumbers.EINVAL);
    }

    @Test
    void fullLruHashEvicts() {
        RawMap lru = map(MapKind.LRU_HASH, 2);

        for (int key = 0; key < 1000; key++) {
            assertThat(put(lru, key, key, ANY)).isZero();
        }
    }

    @Test
    void arrayHasItsIndicesAndNoOthers() {
        RawMap array = map(MapKind.ARRAY, 4);

        assertThat(lookup(array, 3)).isZero();
        assertThat(block.bytes().getLong(VALUE)).isZero();
        assertThat(put(array, 3, 7, ANY)).isZero();
        assertThat(put(array, 3, 7, NOEXIST)).isEqualTo(-ErrnoNumbers.EEXIST);
        assertThat(lookup(array, 4)).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(put(array, 4, 7, ANY)).isEqualTo(-ErrnoNumbers.E2BIG);
        assertThat(delete(array, 3)).isEqualTo(-ErrnoNumbers.EINVAL);
    }

    @Test
    void keysFollowEachOther() {
        RawMap hash = map(MapKind.HASH, 64);
        Set<Integer> expected = new HashSet<>();
        for (int key = 100; key < 150; key++) {
            put(hash, key, key, ANY);
            expected.add(key);
        }

        Set<Integer> found = new HashSet<>();
        int at = -1;
        while (hash.nextKey(block, at, NEXT) == 0) {
            found.add(block.bytes().getInt(NEXT));
            block.bytes().putInt(KEY, block.bytes().getInt(NEXT));
            at = KEY;
        }

        assertThat(found).isEqualTo(expected);
        assertThat(hash.nextKey(block, at, NEXT)).isEqualTo(-ErrnoNumbers.ENOENT);
    }

    @ParameterizedTest
    @EnumSource(
            value = MapKind.class,
            names = {"HASH", "LRU_HASH", "ARRAY"})
    void batchesGiveEveryEntryOnce(MapKind kind) {
        int entries = 1000;
        RawMap map = map(kind, entries);
        for (int key = 0; key < entries; key++) {
            put(map, key, key * 3L, ANY);
        }
        // An LRU map may have evicted entries, so the test compares with the keys.
        Set<Integer> expected = new HashSet<>();
        for (int key = 0; key < entries; key++) {
            if (lookup(map, key) == 0) {
                expected.add(key);
            }
        }

        Batch batch = new Batch(map, 64);
        Set<Integer> found = new HashSet<>();
        int result;
        do {
            result = map.batch(BatchCommand.LOOKUP, batch);
            assertThat(result).isIn(0, -ErrnoNumbers.ENOENT);
            for (int i = 0; i < batch.count(); i++) {
                int key = batch.memory().bytes().getInt(batch.keyAt(i));
                assertThat(found.add(key)).isTrue();
                assertThat(batch.memory().bytes().getLong(batch.valueAt(i))).isEqualTo(key * 3L);
            }
        } while (result == 0);

        assertThat(found).isEqualTo(expected);
    }

    @Test
    void aBatchTooSmallForABucketContinuesWithALargerOne() {
        RawMap hash = map(MapKind.HASH, 1024);
        for (int key = 0; key < 1024; key++) {
            put(hash, key, key, ANY);
        }

        Batch batch = new Batch(hash, 1);
        Set<Integer> found = new HashSet<>();
        int grown = 0;
        int result;
        do {
            result = hash.batch(BatchCommand.LOOKUP, batch);
            if (result == -ErrnoNumbers.ENOSPC) {
                batch = batch.grown(batch.capacity() * 2);
                grown++;
                continue;
            }
            for (int i = 0; i < batch.count(); i++) {
                assertThat(found.add(batch.memory().bytes().getInt(batch.keyAt(i))))
                        .isTrue();
            }
        } while (result == 0 || result == -ErrnoNumbers.ENOSPC);

        assertThat(result).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(grown).isPositive();
        assertThat(found).hasSize(1024);
    }

    @ParameterizedTest
    @EnumSource(
            value = MapKind.class,
            names = {"ARRAY_OF_MAPS", "HASH_OF_MAPS"})
    void outerHoldsInnerMaps(MapKind kind) {
        RawMap inner = map(MapKind.HASH, 8);
        RawMap outer = outer(kind, 2, inner);

        assertThat(lookup(outer, 1)).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(putInner(outer, 1, inner, ANY)).isZero();
        assertThat(lookup(outer, 1)).isZero();
        assertThat(block.bytes().getInt(VALUE)).isEqualTo(inner.id());
        assertThat(delete(outer, 1)).isZero();
        assertThat(delete(outer, 1)).isEqualTo(-ErrnoNumbers.ENOENT);
    }

    @Test
    void outerUpdateWaitsForRunningPrograms() {
        RawMap inner = map(MapKind.HASH, 8);
        RawMap outer = outer(MapKind.HASH_OF_MAPS, 2, inner);
        int updates = 20;

        long start = System.nanoTime();
        for (int i = 0; i < updates; i++) {
            assertThat(putInner(outer, 1, inner, ANY)).isZero();
        }

        // A grace period is milliseconds long; an update of another map takes less than a microsecond.
        assertThat((System.nanoTime() - start) / updates).isGreaterThan(100_000);
    }

    @Test
    void outerRejectsByErrno() {
        RawMap inner = map(MapKind.HASH, 8);
        RawMap other = map(MapKind.ARRAY, 8);
        RawMap hash = outer(MapKind.HASH_OF_MAPS, 1, inner);
        RawMap array = outer(MapKind.ARRAY_OF_MAPS, 1, inner);

        assertThat(putInner(hash, 1, other, ANY)).isEqualTo(-ErrnoNumbers.EINVAL);
        assertThat(putInner(hash, 1, inner, EXIST)).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(putInner(hash, 1, inner, NOEXIST)).isZero();
        assertThat(putInner(hash, 1, inner, NOEXIST)).isEqualTo(-ErrnoNumbers.EEXIST);
        assertThat(putInner(hash, 2, inner, ANY)).isEqualTo(-ErrnoNumbers.E2BIG);
        assertThat(putInner(array, 1, inner, ANY)).isEqualTo(-ErrnoNumbers.E2BIG);
        assertThat(putInner(array, 0, inner, NOEXIST)).isEqualTo(-ErrnoNumbers.EINVAL);
        inner.close();
        assertThat(putInner(hash, 1, inner, ANY)).isEqualTo(-ErrnoNumbers.EBADF);
    }

    @Test
    void aClosedMapReturnsEbadf() {
        RawMap hash = map(MapKind.HASH, 2);
        hash.close();
        hash.close();

        // Another map has the number of its file descriptor now.
        RawMap other = map(MapKind.HASH, 2);
        assertThat(put(hash, 1, 1, ANY)).isEqualTo(-ErrnoNumbers.EBADF);
        assertThat(lookup(hash, 1)).isEqualTo(-ErrnoNumbers.EBADF);
        assertThat(delete(hash, 1)).isEqualTo(-ErrnoNumbers.EBADF);
        assertThat(hash.nextKey(block, -1, NEXT)).isEqualTo(-ErrnoNumbers.EBADF);
        assertThat(hash.batch(BatchCommand.LOOKUP, new Batch(hash, 8))).isEqualTo(-ErrnoNumbers.EBADF);
        assertThat(other.nextKey(block, -1, NEXT)).isEqualTo(-ErrnoNumbers.ENOENT);
    }

    @Test
    void theKernelNeverWritesOutsideTheBlock() {
        RawMap hash = map(MapKind.HASH, 2);
        put(hash, 1, 1, ANY);
        MapShape smaller = new MapShape("smaller", MapKind.HASH, 4, 4, 2, 0);

        assertThatThrownBy(() -> hash.lookup(block, KEY, 9)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> hash.lookup(block, -1, VALUE)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> hash.nextKey(block, KEY, 13)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> hash.batch(BatchCommand.LOOKUP, new Batch(smaller.keySize(), smaller.valueSize(), 8)))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void valuesOfPerCpuMapsNeedRoomForEveryCpu() {
        RawMap array = map(MapKind.PERCPU_ARRAY, 1);
        OffHeapBlock room =
                OffHeapBlock.allocate(8 + 8 * KernelMapFactory.knownCpus().count());

        assertThat(array.lookup(room, 0, 8)).isZero();
        assertThatThrownBy(() -> array.lookup(room, 0, 9)).isInstanceOf(IndexOutOfBoundsException.class);
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
