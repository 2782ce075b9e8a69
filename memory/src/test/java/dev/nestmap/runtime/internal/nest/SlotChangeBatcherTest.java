/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlotChangeBatcherTest {
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 1, 0);
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 16, 0);

    private final AtomicInteger made = new AtomicInteger();
    private final List<Runnable> started = new ArrayList<>();

    /** Calls that already run can't be cancelled, so they must not be reported as failed. */
    @Test
    void makesEveryCallIfNoMoreThreadsCanBeCreated() {
        SlotChangeBatcher queue = new SlotChangeBatcher(outer(), Runnable::run, this::onTwoThreads);
        List<SlotChange> calls =
                IntStream.range(0, 5).mapToObj(SlotChangeBatcherTest::call).toList();

        queue.add(calls);
        started.forEach(Runnable::run);

        assertThat(calls).allSatisfy(call -> {
            assertThat(call.error()).isNull();
            assertThat(call.result()).isZero();
        });
        assertThat(made).hasValue(5);
    }

    private void onTwoThreads(Runnable task) {
        if (started.size() == 2) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        started.add(task);
    }

    /** Behaves like a kernel without batches. */
    private OpenMap outer() {
        HeapMapFactory factory = new HeapMapFactory();
        RawMap map = new DelegatingMap(factory.create(OUTER, factory.create(INNER, null))) {
            @Override
            public int delete(OffHeapBlock block, int keyAt) {
                made.incrementAndGet();
                return 0;
            }

            @Override
            public int deleteBatch(Batch keys) {
                return -ErrnoNumbers.ENOTSUPP;
            }
        };
        return new OpenMap("tenant", map);
    }

    private static SlotChange call(int key) {
        SlotKey slot =
                new SlotKey(key, ByteBuffer.allocate(Integer.BYTES).putInt(key).array());
        return new SlotChange(slot, RawMap.ANY);
    }
}
