/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.observe.OperationListener;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.MapsUnderTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of an outer map are sent to the kernel as batches, or one by one if the kernel has no batches. */
abstract class SlotChangeBatcherContract implements MapsUnderTest {
    private static final int ENTRIES = 1000;
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 1, 1);
    private static final MapShape HASH = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, ENTRIES, 0);
    private static final MapShape ARRAY = new MapShape("shard", MapKind.ARRAY_OF_MAPS, 4, 4, ENTRIES, 0);

    private final AtomicInteger batches = new AtomicInteger();
    private final AtomicInteger lookups = new AtomicInteger();
    private final AtomicInteger singles = new AtomicInteger();

    /** False before Linux 6.8. */
    private boolean sharesGracePeriods = true;

    private Nest state;

    @BeforeEach
    void open() {
        state = RawSlots.nest(factory(), HASH, INNER, Counting::new);
    }

    @AfterEach
    void close() {
        state.outer.revoke("the test is over");
        state.close("the test is over");
        state.outer.raw().close();
    }

    @Test
    void sendsAThousandUpdatesInOneBatch() {
        assume(KernelFeature.SHARED_GRACE_PERIODS);

        assertThat(state.create(slots(ENTRIES), (slot, inner) -> {})).allMatch(change -> change.result() == 0);
        assertThat(state.rotate(slots(ENTRIES), true)).allSatisfy(this::isHandedOut);
        assertThat(state.discard(slots(ENTRIES))).allMatch(change -> change.result() == 0);

        assertThat(batches).hasValue(3);
        assertThat(singles).hasValue(0);
    }

    @Test
    void updatesAnArrayInOneBatchAndDeletesInParallel() {
        assume(KernelFeature.SHARED_GRACE_PERIODS);
        reopen(ARRAY, Paired::new);

        assertThat(state.create(slots(200), (slot, inner) -> {})).allMatch(change -> change.result() == 0);
        assertThat(batches).hasValue(1);
        assertThat(state.take(slots(200), true)).allSatisfy(this::isHandedOut);

        assertThat(singles).hasValue(200);
    }

    @Test
    void combinesUpdatesOfManyThreadsInOneBatch() throws Exception {
        assume(KernelFeature.SHARED_GRACE_PERIODS);
        List<Thread> threads = new ArrayList<>();
        AtomicInteger made = new AtomicInteger();
        for (int i = 0; i < 32; i++) {
            SlotKey slot = RawSlots.slot(i);
            threads.add(new Thread(() ->
                    made.addAndGet(only(state.create(List.of(slot), (key, inner) -> {})) == 0 ? 1 : 0)));
        }
        // The first call ends when all threads wait for their changes.
        reopen(HASH, map -> new Counting(map) {
            @Override
            void beforeCall(boolean isSingle) {
                Await.until(
                        "all threads wait",
                        () -> threads.stream().allMatch(SlotChangeBatcherContract::waitsForItsChange));
            }
        });

        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(made).hasValue(32);
        assertThat(batches.get() + singles.get()).isLessThanOrEqualTo(2);
    }

    /** Also true of a thread whose change was made, and of the one that makes it. */
    private static boolean waitsForItsChange(Thread thread) {
        return thread.getState() == Thread.State.TERMINATED
                || thread.equals(Thread.currentThread())
                || waitsForItsTurn(thread);
    }

    private static boolean waitsForItsTurn(Thread thread) {
        return thread.getState() == Thread.State.TIMED_WAITING
                && Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(SlotChangeQueue.class.getName())
                                && frame.getMethodName().equals("make"));
    }

    @ParameterizedTest
    @EnumSource(names = {"ENOTSUPP", "EINVAL"})
    void sendsChangesOneByOneWithoutKernelBatches(Errno errno) {
        assume(KernelFeature.SHARED_GRACE_PERIODS);
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

    /** Before Linux 6.16, the next update would use the memory of the entry that the first one replaces. */
    @Test
    void updatesTwiceInABatchWhereReplacedEntriesAreReused() {
        assume(KernelFeature.SHARED_GRACE_PERIODS);
        List<List<Integer>> sent = new ArrayList<>();
        reopen(HASH, map -> new Counting(map) {
            @Override
            public boolean reusesReplacedEntries() {
                return true;
            }

            @Override
            public int updateBatch(Batch keys, List<RawMap> inners) {
                List<Integer> batch = new ArrayList<>();
                for (int i = 0; i < keys.count(); i += 2) {
                    assertThat(keys.key(i)).isEqualTo(keys.key(i + 1));
                    assertThat(inners.get(i)).isSameAs(inners.get(i + 1));
                    batch.add(Arrays.hashCode(keys.key(i)));
                }
                sent.add(batch);
                return super.updateBatch(keys, inners);
            }
        });

        assertThat(state.create(slots(20), (slot, inner) -> {})).allMatch(change -> change.result() == 0);
        assertThat(state.rotate(slots(20), true)).allSatisfy(this::isHandedOut);

        assertThat(sent)
                .hasSize(2)
                .allSatisfy(batch -> assertThat(batch).hasSize(20).doesNotHaveDuplicates());
        List<SlotKey> found = new ArrayList<>();
        state.slots().findAll(slots(20), (slot, inner) -> found.add(slot));
        assertThat(found).isEqualTo(slots(20));
        assertThat(state.discard(slots(20))).allMatch(change -> change.result() == 0);
    }

    /** A new entry uses the memory of a removed one at once, although programs may still be looking at it. */
    @Test
    void removesAndCreatesEntriesInTurns() throws Exception {
        AtomicInteger updates = new AtomicInteger();
        Thread creating = new Thread(() -> state.create(List.of(RawSlots.slot(2)), (slot, inner) -> {}));
        reopen(HASH, map -> new Counting(map) {
            @Override
            public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
                updates.incrementAndGet();
                return super.update(block, keyAt, inner, flags);
            }

            @Override
            public int delete(OffHeapBlock block, int keyAt) {
                creating.start();
                Await.until(
                        "an update follows, or a thread waits for its turn",
                        () -> updates.get() != 1 || waitsForItsTurn(creating));
                assertThat(updates).hasValue(1);
                return super.delete(block, keyAt);
            }
        });
        assertThat(only(state.create(List.of(RawSlots.slot(1)), (slot, inner) -> {})))
                .isZero();

        SlotChange removed = state.discard(List.of(RawSlots.slot(1))).get(0);
        creating.join();

        assertThat(removed.failure()).isNull();
        assertThat(updates).hasValue(2);
    }

    @Test
    void sendsChangesInParallelWhereEachElementWaits() {
        sharesGracePeriods = false;
        reopen(HASH, Paired::new);

        assertThat(state.create(slots(40), (slot, inner) -> {})).allMatch(change -> change.result() == 0);
        assertThat(state.discard(slots(40))).allMatch(change -> change.result() == 0);

        assertThat(batches).hasValue(0);
    }

    @Test
    void looksUpNoSlotsWhereEachLookupWaits() {
        sharesGracePeriods = false;
        reopen(HASH, Counting::new);

        assertThat(state.create(slots(30), (slot, inner) -> {})).allMatch(change -> change.result() == 0);
        assertThat(state.create(slots(40), (slot, inner) -> {}))
                .extracting(SlotChange::result)
                .containsExactlyElementsOf(IntStream.range(0, 40)
                        .mapToObj(i -> i < 30 ? -ErrnoNumbers.EEXIST : 0)
                        .toList());
        List<SlotKey> found = new ArrayList<>();
        state.slots().findAll(slots(50), (slot, inner) -> found.add(slot));
        assertThat(found).isEqualTo(slots(40));
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
    void readsAllSlotsAtOnceToFindHalfOfThem() {
        assume(KernelFeature.SHARED_GRACE_PERIODS);
        List<SlotKey> half = slots(ENTRIES / 2);

        assertThat(state.create(half, (slot, inner) -> {})).allMatch(change -> change.result() == 0);
        assertThat(state.create(half, (slot, inner) -> {})).allMatch(change -> change.result() == -ErrnoNumbers.EEXIST);
        assertThat(state.rotate(half, true)).allSatisfy(this::isHandedOut);
        assertThat(lookups).hasValue(0);

        assertThat(state.discard(slots(ENTRIES / 2 - 1))).allMatch(change -> change.result() == 0);
        assertThat(lookups).hasValue(ENTRIES / 2 - 1); // fewer are found faster by lookups
    }

    @Test
    void reportsWhyTheSlotsCouldNotBeReadBeforeTheChange() {
        assume(KernelFeature.SHARED_GRACE_PERIODS);
        AtomicInteger reads = new AtomicInteger();
        reopen(HASH, map -> new Counting(map) {
            @Override
            public int lookupBatch(Batch batch) {
                return reads.getAndIncrement() == 1 ? -ErrnoNumbers.ENOMEM : super.lookupBatch(batch);
            }
        });

        assertThrown(BpfException.class, () -> state.create(slots(ENTRIES / 2), (slot, inner) -> {}), "ENOMEM (12)");
        assertThat(batches).hasValue(0);
    }

    @Test
    void failsOnlyTheChangesThatTheKernelRejects() {
        state.create(slots(ENTRIES - 5), (slot, inner) -> {});
        batches.set(0);
        List<SlotKey> both = IntStream.range(ENTRIES - 100, ENTRIES + 20)
                .mapToObj(RawSlots::slot)
                .toList();

        List<SlotChange> changes = state.replace(both, filled -> {});

        assertThat(changes.stream().filter(change -> change.result() == 0)).hasSize(100);
        assertThat(changes.stream().filter(change -> change.result() == -ErrnoNumbers.E2BIG))
                .hasSize(20);
        assertThat(batches.get()).isLessThanOrEqualTo(5);
    }

    @Test
    void anErrorOfThePublisherThreadMakesTheObjectFail() {
        reopen(HASH, map -> new Counting(map) {
            @Override
            public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
                throw new OutOfMemoryError("no memory");
            }
        });

        assertThrown(
                InvalidHandleException.class,
                () -> {
                    state.create(List.of(RawSlots.slot(1)), (slot, inner) -> {}); // may get the error in its change
                    state.discard(List.of(RawSlots.slot(1)));
                },
                "OutOfMemoryError: no memory");
    }

    @Test
    void endsIdleThreads() throws Exception {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        sharesGracePeriods = false;
        reopen(HASH, map -> new Counting(map) {
            @Override
            void beforeCall(boolean isSingle) {
                threads.add(Thread.currentThread());
            }
        });
        assertThat(state.create(slots(2), (slot, inner) -> {})).allMatch(change -> change.result() == 0);

        assertThat(threads).isNotEmpty().doesNotContain(Thread.currentThread());
        for (Thread thread : threads) {
            assertThat(thread.isDaemon()).isTrue();
            thread.join(60_000);
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(state.discard(slots(2))).allMatch(change -> change.result() == 0);
    }

    /** A second thread would cost more than the call itself since Linux 6.19. */
    @Test
    void aCallerThatFindsTheTurnFreeMakesTheCall() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        reopen(HASH, map -> new Counting(map) {
            @Override
            void beforeCall(boolean isSingle) {
                threads.add(Thread.currentThread());
            }
        });

        assertThat(only(state.create(List.of(RawSlots.slot(1)), (slot, inner) -> {})))
                .isZero();
        assertThat(threads).containsExactly(Thread.currentThread());
    }

    /** It would wait for itself. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aListenerThatIsCalledWhileSlotsChangeCannotChangeThem(boolean isBatch) {
        sharesGracePeriods = isBatch;
        reopen(HASH, Counting::new);
        Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
        OperationListener nested = (kind, name) -> {
            if (kind == Operation.Kind.PUBLISH) {
                try {
                    state.discard(List.of(RawSlots.slot(2)));
                } catch (IllegalStateException e) {
                    thrown.add(e);
                }
            }
            return null;
        };
        OperationListeners.add(nested);
        try {
            assertThat(state.create(slots(2), (slot, inner) -> {})).allMatch(change -> change.result() == 0);
        } finally {
            OperationListeners.remove(nested);
        }

        assertThat(thrown)
                .isNotEmpty()
                .allSatisfy(e -> assertThat(e)
                        .hasMessageContaining("the slots of map tenant can't be changed inside a listener"));
    }

    @Test
    void changesOfOneKeyFollowEachOther() throws Exception {
        List<SlotKey> one = List.of(RawSlots.slot(1));
        Set<Integer> tickets = ConcurrentHashMap.newKeySet();
        List<Integer> left = Await.inThreads(4, thread -> {
            int created = 0;
            for (int i = 0; i < 200; i++) {
                created += only(state.create(one, (slot, inner) -> {})) == 0 ? 1 : 0;
                endOnlyTicket(state.rotate(one, true).get(0), tickets);
                created -= endOnlyTicket(state.take(one, true).get(0), tickets);
            }
            return created;
        });

        assertThat(left.stream().mapToInt(created -> created).sum())
                .isEqualTo((int) state.slots().count());
        assertThat(state.displacedCount()).isZero();
    }

    /** Ends the ticket of a displaced map, which has had none before. Returns 0 if the slot was empty, and otherwise 1. */
    private static int endOnlyTicket(SlotChange change, Set<Integer> tickets) {
        assertThat(change.failure()).isNull();
        OpenMap displaced = change.displaced();
        if (displaced == null) {
            return 0;
        }
        int id = displaced.id(); // no map is recycled
        assertThat(tickets.add(id)).as("map %s has one ticket", id).isTrue();
        displaced.close();
        return 1;
    }

    /** A close waits for the changes in progress, and those that wait fail. */
    @Test
    void aCloseEndsTheChangesThatWait() throws Exception {
        AtomicBoolean mayEnd = new AtomicBoolean();
        AtomicBoolean isCalled = new AtomicBoolean();
        reopen(HASH, map -> new Counting(map) {
            @Override
            void beforeCall(boolean isSingle) {
                isCalled.set(true);
                Await.until("the call may end", mayEnd::get);
            }
        });
        Nest closed = state;
        ExecutorService threads = Executors.newFixedThreadPool(3);
        Future<Integer> first =
                threads.submit(() -> only(closed.create(List.of(RawSlots.slot(1)), (slot, inner) -> {})));
        Await.until("the call is under way", isCalled::get);
        Future<List<SlotChange>> second =
                threads.submit(() -> closed.create(List.of(RawSlots.slot(2)), (slot, inner) -> {}));
        Future<?> closing = threads.submit(() -> {
            closed.outer.revoke("a test");
            closed.close("a test");
        });
        Await.until("new calls are rejected", () -> isRevoked(closed));
        mayEnd.set(true);

        assertThat(first.get(60, TimeUnit.SECONDS)).isZero();
        assertThat(second)
                .failsWithin(60, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCauseInstanceOf(InvalidHandleException.class);
        closing.get(60, TimeUnit.SECONDS);
        threads.shutdown();
    }

    private static boolean isRevoked(Nest nest) {
        try {
            nest.outer.checkValid();
            return false;
        } catch (InvalidHandleException e) {
            return true;
        }
    }

    /** The changes of all threads wait for the turn. */
    @Test
    void aSlowListenerDelaysOnlyTheThreadThatItRunsOn() throws Exception {
        AtomicBoolean isInListener = new AtomicBoolean();
        AtomicBoolean mayEnd = new AtomicBoolean();
        AtomicBoolean first = new AtomicBoolean(true);
        OperationListener slow = (kind, name) -> {
            boolean isSlow = kind == Operation.Kind.PUBLISH && first.getAndSet(false);
            return isSlow
                    ? operation -> {
                        isInListener.set(true);
                        Await.until("the listener may end", mayEnd::get);
                    }
                    : null;
        };
        ExecutorService threads = Executors.newFixedThreadPool(2);
        OperationListeners.add(slow);
        try {
            Future<Integer> delayed =
                    threads.submit(() -> only(state.create(List.of(RawSlots.slot(1)), (slot, inner) -> {})));
            Await.until("the listener runs", isInListener::get);
            Future<Integer> other =
                    threads.submit(() -> only(state.create(List.of(RawSlots.slot(2)), (slot, inner) -> {})));

            assertThat(other.get(60, TimeUnit.SECONDS)).isZero();
            assertThat(delayed.isDone()).isFalse();
            mayEnd.set(true);
            assertThat(delayed.get(60, TimeUnit.SECONDS)).isZero();
        } finally {
            mayEnd.set(true);
            OperationListeners.remove(slow);
            threads.shutdown();
        }
    }

    private void reopen(MapShape shape, UnaryOperator<RawMap> wrapper) {
        close();
        state = RawSlots.nest(factory(), shape, INNER, wrapper);
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
        return IntStream.range(0, count).mapToObj(RawSlots::slot).toList();
    }

    /** Counts the calls of a map. */
    private class Counting extends DelegatingMap {
        Counting(RawMap map) {
            super(map);
        }

        void beforeCall(boolean isSingle) {}

        @Override
        public boolean sharesGracePeriods() {
            return sharesGracePeriods && super.sharesGracePeriods();
        }

        @Override
        public int lookup(OffHeapBlock block, int keyAt, int valueAt, long flags) {
            lookups.incrementAndGet();
            return super.lookup(block, keyAt, valueAt, flags);
        }

        @Override
        public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
            begin(singles, true);
            return super.update(block, keyAt, inner, flags);
        }

        @Override
        public int delete(OffHeapBlock block, int keyAt) {
            begin(singles, true);
            return super.delete(block, keyAt);
        }

        @Override
        public int updateBatch(Batch keys, List<RawMap> inners) {
            begin(batches, false);
            return super.updateBatch(keys, inners);
        }

        @Override
        public int deleteBatch(Batch keys) {
            begin(batches, false);
            return super.deleteBatch(keys);
        }

        private void begin(AtomicInteger counter, boolean isSingle) {
            counter.incrementAndGet();
            beforeCall(isSingle);
        }
    }

    /** Makes calls without a batch only if another one is made at the same time. */
    private class Paired extends Counting {
        private final CyclicBarrier pair = new CyclicBarrier(2);

        Paired(RawMap map) {
            super(map);
        }

        @Override
        void beforeCall(boolean isSingle) {
            try {
                if (isSingle) {
                    pair.await(60, TimeUnit.SECONDS);
                }
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new AssertionError("no other call is made at the same time", e);
            }
        }
    }
}
