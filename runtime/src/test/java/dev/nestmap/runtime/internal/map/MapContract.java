/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.SharedArrayValues;
import dev.nestmap.runtime.testing.MapsUnderTest;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Operations return the errno values of Linux 6.18 ({@code kernel-rules}), tested with each backend. */
public abstract class MapContract implements MapsUnderTest {
    private static final int ANY = 0;
    private static final int NOEXIST = 1;
    private static final int EXIST = 2;
    private static final int VALUE_AT = 8;
    private static final int NEXT_AT = 16;

    private final OffHeapBlock block = OffHeapBlock.allocate(32);
    private final List<RawMap> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(RawMap::close);
    }

    @Test
    void hashOfMaps() {
        RawMap map = outer(MapKind.HASH_OF_MAPS, 2);
        RawMap inner = create(MapKind.HASH, 4);

        assertThat(lookup(map, 1)).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(delete(map, 1)).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(updateInner(map, 1, inner, EXIST)).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(updateInner(map, 1, inner, NOEXIST)).isZero();
        assertThat(updateInner(map, 1, inner, NOEXIST)).isEqualTo(-ErrnoNumbers.EEXIST);
        assertThat(updateInner(map, 1, inner, EXIST)).isZero();
        assertThat(updateInner(map, 1, inner, 3)).isEqualTo(-ErrnoNumbers.EINVAL);
        assertThat(lookup(map, 1)).isZero();
        assertThat(block.bytes().getInt(VALUE_AT)).isEqualTo(inner.id());
        assertThat(updateInner(map, 2, inner, ANY)).isZero();
        assertThat(updateInner(map, 3, inner, ANY)).isEqualTo(-ErrnoNumbers.E2BIG);
        assertThat(delete(map, 1)).isZero();
    }

    @Test
    void arrayOfMaps() {
        RawMap map = outer(MapKind.ARRAY_OF_MAPS, 2);
        RawMap inner = create(MapKind.HASH, 4);

        assertThat(lookup(map, 1)).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(lookup(map, 2)).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(delete(map, 1)).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(delete(map, 2)).isEqualTo(-ErrnoNumbers.E2BIG);
        assertThat(updateInner(map, 1, inner, NOEXIST)).isEqualTo(-ErrnoNumbers.EINVAL);
        assertThat(updateInner(map, 1, inner, EXIST)).isEqualTo(-ErrnoNumbers.EINVAL);
        assertThat(updateInner(map, 2, inner, ANY)).isEqualTo(-ErrnoNumbers.E2BIG);
        assertThat(updateInner(map, 1, inner, ANY)).isZero();
        assertThat(lookup(map, 1)).isZero();
        assertThat(block.bytes().getInt(VALUE_AT)).isEqualTo(inner.id());
        assertThat(delete(map, 1)).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"HASH_OF_MAPS", "ARRAY_OF_MAPS"})
    void outerMapOnlyTakesMapsLikeItsPrototype(MapKind kind) {
        RawMap map = outer(kind, 2);

        assertThat(updateInner(map, 0, create(MapKind.HASH, 1000), ANY)).isZero();
        assertThat(updateInner(map, 0, create(MapKind.LRU_HASH, 4), ANY)).isEqualTo(-ErrnoNumbers.EINVAL);
        assertThat(updateInner(map, 0, create(new MapShape("m", MapKind.HASH, 5, 8, 4, 0), null), ANY))
                .isEqualTo(-ErrnoNumbers.EINVAL);
        assertThat(updateInner(map, 0, create(new MapShape("m", MapKind.HASH, 4, 4, 4, 0), null), ANY))
                .isEqualTo(-ErrnoNumbers.EINVAL);
        assertThat(updateInner(map, 0, create(new MapShape("m", MapKind.HASH, 4, 8, 4, 1), null), ANY))
                .isEqualTo(-ErrnoNumbers.EINVAL);
        assertThat(updateInner(map, 0, map, ANY)).isEqualTo(-ErrnoNumbers.EINVAL);
    }

    @Test
    void onlyTheOuterMapKeepsItsInnerMapsAlive() {
        RawMap map = outer(MapKind.HASH_OF_MAPS, 2);
        RawMap inner = factory().create(new MapShape("m", MapKind.HASH, 4, 8, 4, 0), null);
        int id = inner.id();
        assertThat(update(inner, 1, 42, ANY)).isZero();
        assertThat(updateInner(map, 1, inner, ANY)).isZero();
        inner.close();

        RawMap again = factory().open(id);
        assertThat(again).isNotNull();
        assertThat(lookup(again, 1)).isZero();
        assertThat(block.bytes().getLong(VALUE_AT)).isEqualTo(42);
        again.close();
        assertThat(delete(map, 1)).isZero();

        assertThat(openWithin(id, 2000)).isNull();
    }

    @Test
    void iteratesAHashByKeys() {
        RawMap map = create(MapKind.HASH, 64);
        assertThat(map.nextKey(block, -1, NEXT_AT)).isEqualTo(-ErrnoNumbers.ENOENT);
        for (int key = 0; key < 64; key++) {
            update(map, key, key, ANY);
        }

        Set<Integer> seen = new HashSet<>();
        int result = map.nextKey(block, -1, NEXT_AT);
        int first = block.bytes().getInt(NEXT_AT);
        while (result == 0) {
            assertThat(seen.add(block.bytes().getInt(NEXT_AT))).isTrue();
            result = map.nextKey(block, NEXT_AT, NEXT_AT);
        }

        assertThat(result).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(seen).hasSize(64);
        block.bytes().putInt(0, 99);
        assertThat(map.nextKey(block, 0, NEXT_AT)).isZero();
        assertThat(block.bytes().getInt(NEXT_AT))
                .as("an unknown key starts again")
                .isEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource(names = {"ARRAY", "ARRAY_OF_MAPS"})
    void iteratesAnArrayByKeys(MapKind kind) {
        RawMap map = kind == MapKind.ARRAY ? create(kind, 3) : outer(kind, 3);

        assertThat(next(map, -1)).isZero();
        assertThat(block.bytes().getInt(NEXT_AT)).isZero();
        assertThat(next(map, 0)).isZero();
        assertThat(block.bytes().getInt(NEXT_AT)).isEqualTo(1);
        assertThat(next(map, 2)).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(next(map, 3)).isZero();
        assertThat(block.bytes().getInt(NEXT_AT)).isZero();
    }

    @Test
    void anEmptyBatchFollowsAFullOne() {
        RawMap map = create(MapKind.ARRAY, 4);
        Batch batch = new Batch(map, 4);

        assertThat(map.batch(BatchCommand.LOOKUP, batch)).isZero();
        assertThat(batch.count()).isEqualTo(4);
        assertThat(map.batch(BatchCommand.LOOKUP, batch)).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(batch.count()).isZero();
    }

    @Test
    void smallBatchesReturnEachEntryOnce() {
        RawMap map = create(MapKind.HASH, 1024);
        for (int key = 0; key < 1024; key++) {
            update(map, key, key + 1000, ANY);
        }

        assertThat(scan(map, 1)).hasSize(1024);
    }

    @Test
    void skipsEmptySlotsInBatches() {
        RawMap map = outer(MapKind.ARRAY_OF_MAPS, 8);
        RawMap inner = create(MapKind.HASH, 4);
        updateInner(map, 2, inner, ANY);
        updateInner(map, 7, inner, ANY);
        Batch batch = new Batch(map, 8);

        assertThat(map.batch(BatchCommand.LOOKUP, batch)).isEqualTo(-ErrnoNumbers.ENOENT);

        assertThat(batch.count()).isEqualTo(2);
        assertThat(batch.memory().bytes().getInt(batch.keyAt(0))).isEqualTo(2);
        assertThat(batch.memory().bytes().getInt(batch.keyAt(1))).isEqualTo(7);
        assertThat(batch.innerId(1)).isEqualTo(inner.id());
    }

    @Test
    void rejectsInvalidShapes() {
        long page = factory().pageSize();
        List<MapShape> invalid = List.of(
                new MapShape("m", MapKind.HASH, 4, 8, 0, 0),
                new MapShape("m", MapKind.HASH, 0, 8, 1, 0),
                new MapShape("m", MapKind.HASH, 4, 0, 1, 0),
                new MapShape("m", MapKind.HASH, 4, 8, 1, 1 << 10),
                new MapShape("m", MapKind.HASH, 4, 8, 1, MapFlags.PROG_ACCESS),
                new MapShape("m", MapKind.HASH, 4, 8, 1, MapFlags.FD_ACCESS),
                new MapShape("m", MapKind.ARRAY, 8, 8, 1, 0),
                new MapShape("m", MapKind.ARRAY, 4, 8, 1, MapFlags.NO_PREALLOC),
                new MapShape("m", MapKind.LRU_HASH, 4, 8, 1, MapFlags.NO_COMMON_LRU | MapFlags.NUMA_NODE),
                new MapShape("m", MapKind.LPM_TRIE, 8, 8, 1, 0),
                new MapShape("m", MapKind.BLOOM_FILTER, 0, 8, 1, 0).withExtra(16),
                new MapShape("m", MapKind.RINGBUF, 0, 0, 3 * page, 0),
                new MapShape("m", MapKind.RINGBUF, 0, 0, page / 2, 0));
        assertThat(invalid).allSatisfy(shape -> assertThat(refusal(shape)).isEqualTo(ErrnoNumbers.EINVAL));
        create(new MapShape("m", MapKind.RINGBUF, 0, 0, page, 0), null);
        // The limit grows with the pages of the machine.
        int tooLarge = page == MapKind.PAGE_SIZE ? 4_194_252 : Integer.MAX_VALUE - 8;
        assertThat(refusal(new MapShape("m", MapKind.HASH, 4, tooLarge, 1, 1))).isEqualTo(ErrnoNumbers.E2BIG);
        create(new MapShape("m", MapKind.HASH, 4, 4_194_251, 1, 1), null);
        assertThat(refusal(new MapShape("m", MapKind.PERCPU_ARRAY, 4, 32_769, 1, 0)))
                .isEqualTo(ErrnoNumbers.E2BIG);
        assertThat(refusal(new MapShape("m", MapKind.LRU_HASH, 4, 8, 1, 1))).isEqualTo(ErrnoNumbers.ENOTSUPP);
        assertThat(refusal(new MapShape("m", MapKind.HASH_OF_MAPS, 4, 4, 2, 0), outer(MapKind.HASH_OF_MAPS, 2)))
                .isEqualTo(ErrnoNumbers.EINVAL);
    }

    @Test
    void respectsTheAccessOfAHandle() {
        RawMap reading = create(new MapShape("m", MapKind.HASH, 4, 8, 4, 8), null);
        RawMap writing = create(new MapShape("m", MapKind.HASH, 4, 8, 4, 16), null);

        assertThat(update(reading, 1, 1, ANY)).isEqualTo(-ErrnoNumbers.EPERM);
        assertThat(delete(reading, 1)).isEqualTo(-ErrnoNumbers.EPERM);
        assertThat(lookup(reading, 1)).isEqualTo(-ErrnoNumbers.ENOENT);
        assertThat(update(writing, 1, 1, ANY)).isZero();
        assertThat(lookup(writing, 1)).isEqualTo(-ErrnoNumbers.EPERM);
        assertThat(next(writing, 1)).isEqualTo(-ErrnoNumbers.EPERM);
        assertThat(reading.lookupAndDelete(block, 0, VALUE_AT)).isEqualTo(-ErrnoNumbers.EPERM);
        assertThat(writing.lookupAndDelete(block, 0, VALUE_AT)).isEqualTo(-ErrnoNumbers.EPERM);
    }

    @Test
    void aClosedHandleReturnsEbadf() {
        RawMap map = create(MapKind.HASH, 4);
        map.close();
        map.close();

        assertThat(lookup(map, 1)).isEqualTo(-ErrnoNumbers.EBADF);
        assertThat(update(map, 1, 1, ANY)).isEqualTo(-ErrnoNumbers.EBADF);
        assertThat(map.lookupAndDelete(block, 0, VALUE_AT)).isEqualTo(-ErrnoNumbers.EBADF);
        RawMap outer = outer(MapKind.HASH_OF_MAPS, 2);
        assertThat(updateInner(outer, 1, map, ANY)).isEqualTo(-ErrnoNumbers.EBADF);
        outer.close();
        assertThat(updateInner(outer, 1, create(MapKind.HASH, 4), ANY)).isEqualTo(-ErrnoNumbers.EBADF);
    }

    private Map<Integer, Long> scan(RawMap map, int capacity) {
        Map<Integer, Long> seen = new HashMap<>();
        Batch batch = new Batch(map, capacity);
        int result;
        do {
            result = map.batch(BatchCommand.LOOKUP, batch);
            if (result == -ErrnoNumbers.ENOSPC) {
                batch = batch.grown(2 * batch.capacity());
                continue;
            }
            assertThat(result).isIn(0, -ErrnoNumbers.ENOENT);
            for (int i = 0; i < batch.count(); i++) {
                Long before = seen.put(
                        batch.memory().bytes().getInt(batch.keyAt(i)),
                        batch.memory().bytes().getLong(batch.valueAt(i)));
                assertThat(before).isNull();
            }
        } while (result != -ErrnoNumbers.ENOENT);
        return seen;
    }

    /** The kernel frees a map after a grace period. */
    private @Nullable RawMap openWithin(int id, long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        while (true) {
            RawMap map = factory().open(id);
            if (map == null || System.nanoTime() > end) {
                return map;
            }
            map.close();
        }
    }

    private int refusal(MapShape shape) {
        return refusal(shape, null);
    }

    private int refusal(MapShape shape, @Nullable RawMap prototype) {
        return catchThrowableOfType(BpfException.class, () -> create(shape, prototype))
                .errnoNumber();
    }

    private RawMap outer(MapKind kind, int maxEntries) {
        RawMap prototype = create(MapKind.HASH, 4);
        return create(new MapShape("outer", kind, 4, 4, maxEntries, 0), prototype);
    }

    /** Generated accessors only offer views that the kernel allows. */
    @Test
    void memoryIsMappedAsTheFlagsAllow() {
        assertThat(mapped(0)).containsExactly(0, 0);
        assertThat(mapped(MapFlags.RDONLY)).containsExactly(ErrnoNumbers.EINVAL, ErrnoNumbers.EACCES);
        assertThat(mapped(MapFlags.WRONLY)).containsExactly(ErrnoNumbers.EACCES, ErrnoNumbers.EACCES);
        assertThat(mapped(MapFlags.RDONLY_PROG)).containsExactly(0, ErrnoNumbers.EACCES);
        assertThat(mapped(MapFlags.WRONLY_PROG)).containsExactly(0, 0);
    }

    /** The results of mapping an array with these flags for reading, and for reading and writing. */
    private List<Integer> mapped(long flags) {
        RawMap map = create(new MapShape("m", MapKind.ARRAY, 4, 8, 4, MapFlags.MMAPABLE | flags), null);
        return Stream.of(false, true).map(writable -> mapped(map, writable)).toList();
    }

    private static int mapped(RawMap map, boolean writable) {
        try (SharedArrayValues memory = map.mmap(writable)) {
            return memory.bytes().getLong(0) == 0 ? 0 : -1;
        } catch (BpfException e) {
            return e.errnoNumber();
        }
    }

    private RawMap create(MapKind kind, int maxEntries) {
        return create(new MapShape("m", kind, 4, 8, maxEntries, 0), null);
    }

    private RawMap create(MapShape shape, @Nullable RawMap prototype) {
        RawMap map = factory().create(shape, prototype);
        opened.add(map);
        return map;
    }

    private int lookup(RawMap map, int key) {
        block.bytes().putInt(0, key);
        return map.lookup(block, 0, VALUE_AT);
    }

    private int update(RawMap map, int key, long value, long flags) {
        block.bytes().putInt(0, key);
        block.bytes().putLong(VALUE_AT, value);
        return map.update(block, 0, VALUE_AT, flags);
    }

    private int updateInner(RawMap map, int key, RawMap inner, long flags) {
        block.bytes().putInt(0, key);
        return map.update(block, 0, inner, flags);
    }

    private int delete(RawMap map, int key) {
        block.bytes().putInt(0, key);
        return map.delete(block, 0);
    }

    private int next(RawMap map, int key) {
        block.bytes().putInt(0, key);
        return map.nextKey(block, 0, NEXT_AT);
    }
}
