/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A batch changes all entries that the kernel accepts, with or without batches of the kernel. */
class BatchChangeTest {
    private static final MapShape SHAPE = new MapShape("flow", MapKind.HASH, 4, 8, 4, 0);

    private final RawMap map = new HeapMapFactory().create(SHAPE, null);
    private final List<Integer> refused = new ArrayList<>();

    @Test
    void continuesAfterARejectedEntry() {
        change(map, 6);

        assertThat(refused).containsExactly(4, 5);
        assertThat(count()).isEqualTo(4);
    }

    /** The type of the map has no batches, or the kernel has none. */
    @ParameterizedTest
    @EnumSource(names = {"ENOTSUPP", "EINVAL"})
    void changesEntriesOneByOneWithoutBatches(Errno errno) {

        AtomicInteger asked = new AtomicInteger();
        change(
                DelegatingMap.of(map, BatchCommand.UPDATE, batch -> {
                    asked.incrementAndGet();
                    return -errno.number();
                }),
                6);

        assertThat(refused).containsExactly(4, 5);
        assertThat(count()).isEqualTo(4);
        assertThat(asked).as("how often a batch was tried").hasValue(1);
    }

    @Test
    void aRejectedEntryDoesNotMeanThatTheKernelHasNoBatches() {
        RawMap picky = new DelegatingMap(map) {
            @Override
            public int updateBatch(Batch batch) {
                while (batch.done() < batch.count()) {
                    if (batch.memory().bytes().getInt(batch.keyAt(batch.done())) == 1) {
                        return -ErrnoNumbers.EINVAL;
                    }
                    update(batch.memory(), batch.keyAt(batch.done()), batch.valueAt(batch.done()), 0);
                    batch.advance(1);
                }
                return 0;
            }

            @Override
            public int update(OffHeapBlock block, int keyAt, int valueAt, long flags) {
                return block.bytes().getInt(keyAt) == 1
                        ? -ErrnoNumbers.EINVAL
                        : super.update(block, keyAt, valueAt, flags);
            }
        };

        change(picky, 4);

        assertThat(refused).containsExactly(1);
        assertThat(count()).isEqualTo(3);
    }

    private void change(RawMap to, int count) {
        BatchChange change = BatchChange.updating(to, count, 0);
        change.batch().begin(count);
        for (int i = 0; i < count; i++) {
            change.batch().memory().bytes().putInt(change.batch().keyAt(i), i);
        }
        change.make((index, errno) -> refused.add(index));
    }

    private int count() {
        int count = 0;
        for (BatchScan scan = new BatchScan(map); scan.next(); ) {
            count += scan.batch().count();
        }
        return count;
    }
}
