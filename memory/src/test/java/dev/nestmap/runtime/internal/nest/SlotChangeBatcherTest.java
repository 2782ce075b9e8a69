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
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Changes of slots that share a grace period fail one by one. */
class SlotChangeBatcherTest {
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 1, 0);
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 16, 0);

    private final Lock turn = new ReentrantLock(true);
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger started = new AtomicInteger();

    /** Calls that already run can't be cancelled, so they must not be reported as failed. */
    @Test
    void makesEveryCallIfNoMoreThreadsCanBeCreated() {
        SlotChangeBatcher queue = new SlotChangeBatcher(outer(), turn, Runnable::run, this::onTwoThreads);
        List<SlotChange> calls =
                IntStream.range(0, 5).mapToObj(SlotChangeBatcherTest::call).toList();

        queue.add(calls);

        assertThat(calls).allSatisfy(call -> {
            assertThat(call.answer().error()).isNull();
            assertThat(call.result()).isZero();
        });
        assertThat(made).hasValue(5);
    }

    @Test
    void aSlotThatCannotBeReadFailsOnlyItsChange() {
        SlotChange unreadable = call(1, RawMap.NOEXIST);
        SlotChange unconditional = call(2, RawMap.ANY);
        SlotChange readable = call(3, RawMap.NOEXIST);
        OpenMap outer = outer(block -> unreadable.slot().isAt(block), false);

        new SlotChangeBatcher(outer, turn, Runnable::run, Runnable::run)
                .add(List.of(unreadable, unconditional, readable));

        assertThat(unreadable.answer().error()).hasMessageContaining("ENOMEM");
        assertThat(unconditional.answer().error()).isNull();
        assertThat(readable.answer().error()).isNull();
        assertThat(made).hasValue(2);
    }

    @Test
    void aFailedReadOfTheOuterMapFailsOnlyChangesWithACondition() {
        List<SlotChange> conditional =
                IntStream.range(0, 8).mapToObj(key -> call(key, RawMap.NOEXIST)).toList();
        SlotChange unconditional = call(8, RawMap.ANY);
        SlotChangeBatcher queue =
                new SlotChangeBatcher(outer(block -> false, true), turn, Runnable::run, Runnable::run);

        queue.add(Stream.concat(conditional.stream(), Stream.of(unconditional)).toList());

        assertThat(conditional)
                .allSatisfy(change -> assertThat(change.answer().error()).hasMessageContaining("ENOMEM"));
        assertThat(unconditional.answer().error()).isNull();
        assertThat(made).hasValue(1);
    }

    /**
     * The kernel may reject any element of a batch that makes each update twice. A change has failed if its slot has not changed. The
     * second update of a change is made, too.
     */
    @ParameterizedTest
    @MethodSource("rejections")
    void aRejectedElementFailsOnlyItsChange(int changes, int rejected, boolean lasting) {
        RejectingOuter map = new RejectingOuter(rejected, lasting);
        SlotChangeBatcher queue = new SlotChangeBatcher(new OpenMap("tenant", map), turn, Runnable::run, Runnable::run);
        List<SlotChange> calls =
                IntStream.range(0, changes).mapToObj(map::newChange).toList();

        queue.add(calls);

        for (int key = 0; key < changes; key++) {
            SlotChange call = calls.get(key);
            assertThat(call.answer().isAnswered())
                    .as("change %s is answered", key)
                    .isTrue();
            assertThat(call.answer().error()).as("change %s", key).isNull();
            assertThat(call.result() == 0).as("change %s succeeded", key).isEqualTo(map.updates(key) > 0);
        }
        boolean isFirstUpdate = rejected % RejectingOuter.TIMES == 0;
        assertThat(calls.stream().filter(SlotChange::isUnchecked))
                .as("changes whose second update was not made")
                .hasSize(lasting && !isFirstUpdate ? 1 : 0);
        assertThat(calls.stream().filter(call -> call.result() != 0)).hasSize(lasting && isFirstUpdate ? 1 : 0);
        if (!lasting && !isFirstUpdate) {
            assertThat(map.updates(rejected / RejectingOuter.TIMES))
                    .as("updates of the change whose second update was rejected")
                    .isEqualTo(RejectingOuter.TIMES);
        }
    }

    /** The first update of the second change was made, so this change is made, even if the second update fails for lack of memory. */
    @Test
    void anErrorAfterTheBatchFailsNoChangeThatWasMade() {
        RejectingOuter map = new RejectingOuter(RejectingOuter.TIMES + 1, false);
        RawMap withoutMemory = new DelegatingMap(map) {
            @Override
            public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
                throw new OutOfMemoryError("no memory for the call");
            }
        };
        SlotChangeBatcher queue =
                new SlotChangeBatcher(new OpenMap("tenant", withoutMemory), turn, Runnable::run, Runnable::run);
        List<SlotChange> calls = IntStream.range(0, 3).mapToObj(map::newChange).toList();

        queue.add(calls);

        assertThat(calls.stream().map(SlotChange::result)).containsExactly(0, 0, -1);
        assertThat(calls.stream().map(call -> map.updates(call.slot().bytes()[3])))
                .containsExactly(RejectingOuter.TIMES, 1, 0);
    }

    static Stream<Arguments> rejections() {
        return Stream.of(2, 3, 8)
                .flatMap(changes -> IntStream.range(0, RejectingOuter.TIMES * changes)
                        .boxed()
                        .flatMap(rejected ->
                                Stream.of(true, false).map(lasting -> Arguments.of(changes, rejected, lasting))));
    }

    private void onTwoThreads(Runnable task) {
        if (started.getAndIncrement() >= 2) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        new Thread(task).start();
    }

    private OpenMap outer() {
        return outer(block -> false, false);
    }

    /**
     * Behaves like a kernel without batches of deletes.
     *
     * @param unreadable whether lookups of the key at the start of a block fail
     * @param failsBatches whether batches of lookups fail
     */
    private OpenMap outer(Predicate<OffHeapBlock> unreadable, boolean failsBatches) {
        HeapMapFactory factory = new HeapMapFactory();
        RawMap map = new DelegatingMap(factory.create(OUTER, factory.create(INNER, null))) {
            @Override
            public int lookup(OffHeapBlock block, int keyAt, int valueAt, long flags) {
                return unreadable.test(block) ? -ErrnoNumbers.ENOMEM : super.lookup(block, keyAt, valueAt, flags);
            }

            @Override
            public int lookupBatch(Batch batch) {
                return failsBatches ? -ErrnoNumbers.ENOMEM : super.lookupBatch(batch);
            }

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
        return call(key, RawMap.ANY);
    }

    private static SlotChange call(int key, long condition) {
        SlotKey slot =
                new SlotKey(key, ByteBuffer.allocate(Integer.BYTES).putInt(key).array());
        return new SlotChange(slot, condition);
    }
}
