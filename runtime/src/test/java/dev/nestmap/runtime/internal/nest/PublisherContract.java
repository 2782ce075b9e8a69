/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes of an outer map are sent to the kernel as batches, or one by one if the kernel has no batches. */
abstract class PublisherContract {
    private static final int ENTRIES = 1000;
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 1, 1);
    private static final MapShape HASH = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, ENTRIES, 0);
    private static final MapShape ARRAY = new MapShape("shard", MapKind.ARRAY_OF_MAPS, 4, 4, ENTRIES, 0);

    private final AtomicInteger batches = new AtomicInteger();
    private final AtomicInteger lookups = new AtomicInteger();
    private final AtomicInteger singles = new AtomicInteger();
    private final AtomicInteger concurrent = new AtomicInteger();
    private final AtomicInteger mostConcurrent = new AtomicInteger();
    private OpenMap outer;
    private Nest state;

    abstract MapFactory factory();

    /** Skips the test on kernels that wait for a grace period for each element of a batch. */
    void assumeSharedGracePeriods() {}

    @BeforeEach
    void open() {
        outer = outer(HASH, Counting::new);
        state = new Nest(outer, INNER, factory(), List.of(), null, null);
    }

    @AfterEach
    void close() {
        outer.revoke("the test is over");
        state.close("the test is over");
        outer.raw().close();
    }

    @Test
    void sendsAThousandUpdatesInOneBatch() {
        assumeSharedGracePeriods();

        assertThat(state.create(slots(ENTRIES), (slot, inner) -> {})).allMatch(change -> change.result() == 0);
        assertThat(state.rotate(slots(ENTRIES), true)).allSatisfy(this::isHandedOut);
        assertThat(state.discard(slots(ENTRIES))).allMatch(change -> change.result() == 0);

        assertThat(batches).hasValue(3);
        assertThat(singles).hasValue(0);
    }

    @Test
    void updatesAnArrayInOneBatchAndDeletesInParallel() {
        assumeSharedGracePeriods();
        reopen(ARRAY, Waiting::new);

        assertThat(state.create(slots(200), (slot, inner) -> {})).allMatch(change -> change.result() == 0);
        assertThat(batches).hasValue(1);
        assertThat(state.take(slots(200), true)).allSatisfy(this::isHandedOut);

        assertThat(singles).hasValue(200);
        assertThat(mostConcurrent).hasValueGreaterThan(1);
    }

    @Test
    void combinesUpdatesOfManyThreadsInBatches() throws Exception {
        assumeSharedGracePeriods();
        reopen(HASH, Waiting::new);
        ExecutorService threads = Executors.newFixedThreadPool(32);
        List<Future<?>> done = new ArrayList<>();
        for (int thread = 0; thread < 32; thread++) {
            int key = thread;
            done.add(threads.submit(() -> {
                for (int i = 0; i < 10; i++) {
                    assertThat(only(state.create(List.of(slot(key)), (slot, inner) -> {})))
                            .isZero();
                    assertThat(only(state.discard(List.of(slot(key))))).isZero();
                }
            }));
        }
        threads.shutdown();
        for (Future<?> each : done) {
            each.get();
        }

        assertThat(batches.get() + singles.get()).isLessThan(32 * 2 * 10 / 4);
    }

    @ParameterizedTest
    @EnumSource(names = {"ENOTSUPP", "EINVAL"})
    void sendsChangesOneByOneWithoutKernelBatches(Errno errno) {
        assumeSharedGracePeriods();
        reopen(HASH, map -> new Counting(map) {
            @Override
            public int updateBatch(Batch keys, List<RawMap> inners) {
                batches.incrementAndGet();
                return -errno.number();
            }

            @Override
            public int deleteBatch(Batch keys) {
                batches.incrementAndGet();
                return -errno.number();
            }
        });

        for (int i = 0; i < 3; i++) {
            assertThat(state.create(slots(20), (slot, inner) -> {})).allMatch(change -> change.result() == 0);
            assertThat(state.take(slots(20), true)).allSatisfy(this::isHandedOut);
        }

        assertThat(batches).hasValue(2); // tried once for updates and once for deletes
        assertThat(singles).hasValue(120);
    }

    @Test
    void sendsChangesInParallelWhereEachElementWaits() {
        reopen(HASH, map -> new Waiting(map) {
            @Override
            public boolean sharesGracePeriods() {
                return false; // as before Linux 6.8
            }
        });

        assertThat(state.create(slots(40), (slot, inner) -> {})).allMatch(change -> change.result() == 0);
        assertThat(state.discard(slots(40))).allMatch(change -> change.result() == 0);

        assertThat(batches).hasValue(0);
        assertThat(mostConcurrent).hasValueGreaterThan(1);
    }

    @Test
    void looksUpNoSlotsWhereEachLookupWaits() {
        reopen(HASH, map -> new Counting(map) {
            @Override
            public boolean sharesGracePeriods() {
                return false; // as before Linux 6.8
            }

            @Override
            public int lookup(Block block, int keyAt, int valueAt, long flags) {
                lookups.incrementAndGet();
                return super.lookup(block, keyAt, valueAt, flags);
            }
        });

        assertThat(state.create(slots(30), (slot, inner) -> {})).allMatch(change -> change.result() == 0);
        assertThat(state.create(slots(40), (slot, inner) -> {}))
                .extracting(SlotChange::result)
                .containsExactlyElementsOf(IntStream.range(0, 40)
                        .mapToObj(i -> i < 30 ? -ErrnoNumbers.EEXIST : 0)
                        .toList());
        assertThat(state.rotate(slots(40), true)).allSatisfy(this::isHandedOut);
        assertThat(state.take(slots(20), true)).allSatisfy(this::isHandedOut);
        assertThat(state.discard(slots(40)))
                .extracting(SlotChange::result)
                .containsExactlyElementsOf(IntStream.range(0, 40)
                        .mapToObj(i -> i < 20 ? -ErrnoNumbers.ENOENT : 0)
                        .toList());

        assertThat(lookups).hasValue(0);
    }

    @Test
    void failsOnlyTheChangesThatTheKernelRejects() {
        state.create(slots(ENTRIES - 5), (slot, inner) -> {});
        batches.set(0);
        List<SlotKey> both = IntStream.range(ENTRIES - 100, ENTRIES + 20)
                .mapToObj(PublisherContract::slot)
                .toList();
        List<OpenMap> maps =
                both.stream().map(slot -> state.createDetached(INNER)).toList();

        List<SlotChange> changes = state.swap(both, maps);

        assertThat(changes.stream().filter(change -> change.result() == 0)).hasSize(100);
        assertThat(changes.stream().filter(change -> change.result() == -ErrnoNumbers.E2BIG))
                .hasSize(20);
        assertThat(batches.get()).isLessThanOrEqualTo(5);
        for (int i = 0; i < both.size(); i++) {
            maps.get(i).close(); // closes the map if it was rejected; otherwise the handle is already invalid
            OpenMap displaced = changes.get(i).displaced();
            if (displaced != null) {
                displaced.close();
            }
        }
    }

    @Test
    void reportsAnErrorOfThePublisherThread() {
        reopen(HASH, map -> new Counting(map) {
            @Override
            public int update(Block block, int keyAt, RawMap inner, long flags) {
                throw new OutOfMemoryError("no memory");
            }
        });

        SlotChange change = state.create(List.of(slot(1)), (slot, inner) -> {}).get(0);

        assertThat(change.failure()).hasMessageContaining("no memory").hasRootCauseInstanceOf(OutOfMemoryError.class);
        assertThat(only(state.discard(List.of(slot(1))))).isEqualTo(-ErrnoNumbers.ENOENT);
    }

    @Test
    void endsIdleThreads() throws InterruptedException {
        state.create(slots(10), (slot, inner) -> {});
        long end = System.nanoTime() + 20_000_000_000L;

        while (isThreadAlive() && System.nanoTime() < end) {
            Thread.sleep(50);
        }

        assertThat(isThreadAlive()).isFalse();
        assertThat(only(state.discard(List.of(slot(1))))).isZero();
    }

    private static boolean isThreadAlive() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("nestmap-update-tenant"));
    }

    private void reopen(MapShape shape, UnaryOperator<RawMap> wrapper) {
        close();
        outer = outer(shape, wrapper);
        state = new Nest(outer, INNER, factory(), List.of(), null, null);
    }

    private OpenMap outer(MapShape shape, UnaryOperator<RawMap> wrapper) {
        RawMap prototype = factory().create(INNER, null);
        OpenMap map = new OpenMap(shape.name(), wrapper.apply(factory().create(shape, prototype)));
        prototype.close();
        return map;
    }

    private void isHandedOut(SlotChange change) {
        OpenMap map = change.displaced();
        assertThat(map).isNotNull();
        map.close();
    }

    private static int only(List<SlotChange> changes) {
        return changes.get(0).result();
    }

    private static List<SlotKey> slots(int count) {
        return IntStream.range(0, count).mapToObj(PublisherContract::slot).toList();
    }

    private static SlotKey slot(int key) {
        return new SlotKey(
                key,
                ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putInt(key)
                        .array());
    }

    /** Counts the calls of a map. */
    private class Counting extends DelegatingMap {
        Counting(RawMap map) {
            super(map);
        }

        void waitForPrograms() {}

        @Override
        public int update(Block block, int keyAt, RawMap inner, long flags) {
            begin(singles);
            int result = super.update(block, keyAt, inner, flags);
            end();
            return result;
        }

        @Override
        public int delete(Block block, int keyAt) {
            begin(singles);
            int result = super.delete(block, keyAt);
            end();
            return result;
        }

        @Override
        public int updateBatch(Batch keys, List<RawMap> inners) {
            begin(batches);
            int result = super.updateBatch(keys, inners);
            end();
            return result;
        }

        @Override
        public int deleteBatch(Batch keys) {
            begin(batches);
            int result = super.deleteBatch(keys);
            end();
            return result;
        }

        private void begin(AtomicInteger counter) {
            counter.incrementAndGet();
            mostConcurrent.accumulateAndGet(concurrent.incrementAndGet(), Math::max);
            waitForPrograms();
        }

        private void end() {
            concurrent.decrementAndGet();
        }
    }

    /** Waits in each change, like the kernel for a grace period. The heap does not wait. */
    private class Waiting extends Counting {
        Waiting(RawMap map) {
            super(map);
        }

        @Override
        void waitForPrograms() {
            LockSupport.parkNanos(3_000_000);
        }
    }
}
