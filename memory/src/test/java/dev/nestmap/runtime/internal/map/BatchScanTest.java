/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A scan finds each entry, also where the kernel's batches fail. */
class BatchScanTest {
    private static final MapShape INNER = new MapShape("counter_map", MapKind.ARRAY, 4, 8, 1, 0);
    private static final MapShape OUTER = new MapShape("shard", MapKind.ARRAY_OF_MAPS, 4, 4, 10, 0);

    private final HeapMapFactory factory = new HeapMapFactory();
    private final RawMap inner = factory.create(INNER, null);
    private final RawMap outer = factory.create(OUTER, inner);

    @Test
    void findsEveryEntry() {
        fill(0, 1, 3, 6);

        assertThat(scan(outer)).containsExactly(0, 1, 3, 6);
    }

    @Test
    void continuesKeyByKeyIfTheKernelFailsAtAnEmptySlot() {
        fill(0, 1, 3, 6);

        assertThat(scan(new Old(outer, 2))).containsExactly(0, 1, 3, 6);
    }

    @Test
    void iteratesKeyByKeyIfTheFirstSlotIsEmpty() {
        assertThat(scan(new Old(outer, 0))).isEmpty();
        fill(2, 9);

        assertThat(scan(new Old(outer, 0))).containsExactly(2, 9);
    }

    @Test
    void iteratesKeyByKeyInSeveralBatches() {
        MapShape large = OUTER.withMaxEntries(5000);
        RawMap many = factory.create(large, inner);
        for (int index = 1; index < 5000; index++) {
            RawSlots.put(many, index, inner);
        }

        assertThat(scan(new Old(many, 0))).hasSize(4999).doesNotHaveDuplicates().contains(1, 4999);
    }

    @Test
    void reportsTheErrnoOfALookup() {
        fill(0, 1);
        RawMap refusing = new Old(outer, 0) {
            @Override
            public int lookup(OffHeapBlock block, int keyAt, int valueAt, long flags) {
                return -ErrnoNumbers.EPERM;
            }
        };

        assertBpfException(() -> scan(refusing))
                .isOf("iteration")
                .onMap("shard")
                .hasErrno(Errno.EPERM);
    }

    /** The kernel also returns the entries that a batch has deleted if it then fails. */
    @Test
    void returnsTheEntriesThatAFailedBatchHasDeleted() {
        RawMap map = hash(1, 2);
        RawMap failing = DelegatingMap.of(map, BatchCommand.LOOKUP_AND_DELETE, batch -> {
            map.batch(BatchCommand.LOOKUP_AND_DELETE, batch);
            return -ErrnoNumbers.ENOMEM;
        });
        BatchScan scan = BatchScan.taking(failing, 0);

        assertThat(scan.next()).isTrue();
        assertThat(scan.batch().count()).isEqualTo(2);
        assertBpfException(scan::next).hasErrno(Errno.ENOMEM);
        assertBpfException(scan::next).hasErrno(Errno.ENOMEM);
    }

    @Test
    void returnsNoEntryTwiceIfALaterBatchDeletesNothing() {
        RawMap map = hash(1, 2);
        RawMap failing = DelegatingMap.of(
                map,
                BatchCommand.LOOKUP_AND_DELETE,
                batch -> batch.started() || map.batch(BatchCommand.LOOKUP_AND_DELETE, batch) == 0
                        ? -ErrnoNumbers.EBUSY
                        : 0);
        BatchScan scan = BatchScan.taking(failing, 0);

        assertThat(scan.next()).isTrue();
        assertBpfException(scan::next).hasErrno(Errno.EBUSY);
    }

    /** Another thread deletes each key that was read, and inserts it again. */
    @Test
    void endsAlthoughTheKernelStartsAgainAtTheFirstKey() {
        RawMap restarting = new DelegatingMap(hash(1, 2)) {
            @Override
            public int lookupBatch(Batch batch) {
                return -ErrnoNumbers.ENOTSUPP;
            }

            @Override
            public int nextKey(OffHeapBlock block, int keyAt, int nextAt) {
                return super.nextKey(block, -1, nextAt);
            }
        };

        assertBpfException(
                        () -> {
                            for (BatchScan scan = new BatchScan(restarting); scan.next(); ) {
                                assertThat(scan.batch().count()).isPositive();
                            }
                        },
                        "starts again",
                        "and 1025 keys were read in this way")
                .isOf("iteration")
                .onMap("flow_map");
    }

    /** The kernel moves entries meanwhile, and returns one in each batch twice. */
    @Test
    void passesNoEntryOfAResizedMapTwice() {
        RawMap map = resized(5000);
        RawMap moving = DelegatingMap.of(map, BatchCommand.LOOKUP, batch -> {
            int result = map.batch(BatchCommand.LOOKUP, batch);
            batch.move(0, batch.count() - 1);
            return result;
        });

        assertThat(keys(new BatchScan(map))).hasSize(5000).doesNotHaveDuplicates();
        assertThat(keys(new BatchScan(moving))).hasSizeBetween(4900, 4999).doesNotHaveDuplicates();
    }

    /** The kernel has moved the last key that was read to the new table, and goes on behind it there. */
    @Test
    void readsAResizedMapUntilAReadFindsNothingNew() {
        RawMap map = resized(5000);
        int[] reads = {0};
        RawMap moving = DelegatingMap.of(map, BatchCommand.LOOKUP, batch -> {
            reads[0] += batch.started() ? 0 : 1;
            if (batch.started() && reads[0] == 1) {
                return -ErrnoNumbers.ENOENT;
            }
            return map.batch(BatchCommand.LOOKUP, batch);
        });

        assertThat(keys(new BatchScan(moving))).hasSize(5000).doesNotHaveDuplicates();
    }

    /** Programs insert an entry during each read. */
    @Test
    void readsOfAResizedMapEnd() {
        RawMap map = resized(1000, 2000);
        int[] reads = {0};
        RawMap growing = DelegatingMap.of(map, BatchCommand.LOOKUP, batch -> {
            if (!batch.started()) {
                RawSlots.putEntry(map, - ++reads[0], 0);
            }
            return map.batch(BatchCommand.LOOKUP, batch);
        });

        assertThat(keys(new BatchScan(growing))).hasSize(1008).doesNotHaveDuplicates();
    }

    /** The key in the cursor was deleted, each time. */
    @Test
    void beginsAgainIfAResizedMapHasLostThePosition() {
        RawMap map = resized(10_000);
        RawMap losing = DelegatingMap.of(map, BatchCommand.LOOKUP, batch -> {
            if (batch.started()) {
                return -ErrnoNumbers.EAGAIN;
            }
            return map.batch(BatchCommand.LOOKUP, batch);
        });

        assertBpfException(() -> keys(new BatchScan(losing)), "starts again").isOf("iteration");
        assertThat(keys(BatchScan.taking(losing, 0))).hasSize(10_000).doesNotHaveDuplicates();
        assertThat(keys(new BatchScan(map))).isEmpty();
    }

    @Test
    void deletesTheEntriesOfAResizedMapOneByOne() {
        RawMap map = resized(100);
        RawMap shared = new DelegatingMap(map) {
            @Override
            public int lookupAndDeleteBatch(Batch batch) {
                throw new AssertionError("the kernel's batches return entries twice");
            }

            @Override
            public int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt, long flags) {
                // Another process takes one of the entries first.
                return block.bytes().getInt(keyAt) == 7
                        ? -ErrnoNumbers.ENOENT
                        : super.lookupAndDelete(block, keyAt, valueAt, flags);
            }
        };

        assertThat(keys(BatchScan.taking(shared, 0)))
                .hasSize(99)
                .doesNotContain(7)
                .doesNotHaveDuplicates();
        assertThat(keys(new BatchScan(map))).containsExactly(7);
    }

    /** The kernel fails, or another thread revokes the handle. */
    @ParameterizedTest
    @EnumSource(names = {"NOT_PERMITTED", "CLOSED"})
    void returnsWhatItHasDeletedOfAResizedMapBeforeAFailure(Reason reason) {
        int[] deletions = {0};
        RawMap failing = new DelegatingMap(resized(100)) {
            @Override
            public int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt, long flags) {
                if (++deletions[0] <= 10) {
                    return super.lookupAndDelete(block, keyAt, valueAt, flags);
                }
                if (reason == Reason.CLOSED) {
                    throw BpfException.of(Reason.CLOSED, "take").build();
                }
                return -ErrnoNumbers.EPERM;
            }
        };

        BatchScan scan = BatchScan.taking(failing, 0);
        assertThat(scan.next()).isTrue();
        assertThat(scan.batch().count()).isEqualTo(10);
        assertBpfException(scan::next).hasReason(reason);
    }

    private RawMap resized(int entries) {
        return resized(entries, entries);
    }

    private RawMap resized(int entries, int most) {
        RawMap map = factory.create(new MapShape("m", MapKind.RHASH, 4, 8, most, MapKind.RHASH.requiredFlags()), null);
        for (int key = 0; key < entries; key++) {
            RawSlots.putEntry(map, key, 0);
        }
        return map;
    }

    private static List<Integer> keys(BatchScan scan) {
        List<Integer> keys = new ArrayList<>();
        while (scan.next()) {
            for (int i = 0; i < scan.batch().count(); i++) {
                keys.add(scan.batch().memory().bytes().getInt(scan.batch().keyAt(i)));
            }
        }
        return keys;
    }

    @Test
    void givesItsMemoryBackOnce() {
        BatchScan scan = new BatchScan(outer);

        assertThat(scan.next()).isFalse();
        assertThat(scan.next()).isFalse();
        assertThat(new Batch(4, 4, 10).memory()).isNotSameAs(new Batch(4, 4, 10).memory());
    }

    private RawMap hash(int... keys) {
        RawMap hash = factory.create(new MapShape("flow_map", MapKind.HASH, 4, 8, 10, 0), null);
        Arrays.stream(keys).forEach(key -> RawSlots.putEntry(hash, key, 0));
        return hash;
    }

    private void fill(int... indices) {
        Arrays.stream(indices).forEach(index -> RawSlots.put(outer, index, inner));
    }

    /** The indices with the ids of their inner maps. */
    private List<Integer> scan(RawMap map) {
        List<Integer> found = new ArrayList<>();
        for (BatchScan scan = new BatchScan(map); scan.next(); ) {
            for (int i = 0; i < scan.batch().count(); i++) {
                assertThat(scan.batch().innerId(i)).isEqualTo(inner.id());
                found.add(scan.batch().memory().bytes().getInt(scan.batch().keyAt(i)));
            }
        }
        return found;
    }

    /** A kernel before 6.14, which returns the entries before the first empty slot and then fails. */
    private static class Old extends DelegatingMap {
        private final int before;

        Old(RawMap map, int before) {
            super(map);
            this.before = before;
        }

        @Override
        public int lookupBatch(Batch batch) {
            if (batch.started() || before == 0) {
                return -ErrnoNumbers.EINTR;
            }
            int result = super.lookupBatch(batch);
            batch.memory().bytes().putInt(batch.nextCursorAt(), before - 1);
            batch.read(before);
            return result == -ErrnoNumbers.ENOENT ? 0 : result;
        }
    }
}
