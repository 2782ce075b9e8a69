/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.heap.HeapFactory;
import dev.nestmap.runtime.internal.map.KeyBatch;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.schema.MapKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChangeQueueTest {
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 1, 0);
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 16, 0);

    private final AtomicInteger made = new AtomicInteger();
    private final List<Runnable> started = new ArrayList<>();

    /** Changes that already run can't be cancelled, so they must not be reported as failed. */
    @Test
    void makesEveryChangeIfNoMoreThreadsCanBeCreated() {
        ChangeQueue queue = new Counting(outer());
        List<PendingChange> changes =
                IntStream.range(0, 5).mapToObj(ChangeQueueTest::change).toList();

        queue.add(changes);
        started.forEach(Runnable::run);

        assertThat(changes).allSatisfy(change -> {
            assertThat(change.failure()).isNull();
            assertThat(change.result()).isZero();
        });
        assertThat(made).hasValue(5);
    }

    private void onTwoThreads(Runnable task) {
        if (started.size() == 2) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        started.add(task);
    }

    private static LeasedMap outer() {
        HeapFactory factory = new HeapFactory();
        return new LeasedMap("tenant", factory.create(OUTER, factory.create(INNER, null)));
    }

    private static PendingChange change(int key) {
        return PendingChange.delete(
                new SlotKey(key, ByteBuffer.allocate(Integer.BYTES).putInt(key).array()));
    }

    /** Behaves like a kernel without batches. */
    private final class Counting extends ChangeQueue {
        Counting(LeasedMap outer) {
            super(outer, Runnable::run, ChangeQueueTest.this::onTwoThreads);
        }

        @Override
        int applySingle(LeasedMap map, Block key, PendingChange change) {
            made.incrementAndGet();
            return 0;
        }

        @Override
        int applyBatch(LeasedMap map, KeyBatch keys, List<PendingChange> changes) {
            return -ErrnoNumbers.ENOTSUPP;
        }
    }
}
