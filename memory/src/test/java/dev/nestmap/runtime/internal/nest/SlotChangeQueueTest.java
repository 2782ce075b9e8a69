/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
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
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The changes of several callers, which one thread makes as a batch. */
class SlotChangeQueueTest {
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 16, 0);
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 8, 0);

    private final List<Thread> callers = new ArrayList<>();

    /** The steps with pins, of one thread at a time. */
    private final List<String> steps = new ArrayList<>();

    /** While true, the next update waits until all callers wait. */
    private volatile boolean isHeld;

    private final Nest nest = RawSlots.nest(new HeapMapFactory(), OUTER, INNER, Held::new, new Recorded());

    @AfterEach
    void close() {
        nest.outer.revoke("the test is over");
        nest.close("the test is over");
        nest.outer.raw().close();
    }

    /** A comparison would take a prepared change for one that its process has not finished, and remove its pins. */
    @Test
    void nothingComparesThePinsWhileAChangeOfTheBatchIsPrepared() throws Exception {
        for (int key = 0; key < 3; key++) {
            assertMade(nest.create(List.of(RawSlots.slot(key)), (slot, inner) -> {}));
        }
        steps.clear();
        isHeld = true;
        for (int key = 0; key < 3; key++) {
            SlotKey slot = RawSlots.slot(key);
            callers.add(new Thread(() -> closeDisplaced(nest.rotate(List.of(slot), true))));
        }
        callers.get(0).start();
        Await.until("the first change is under way", () -> !isHeld);
        callers.get(1).start();
        callers.get(2).start();
        for (Thread caller : callers) {
            caller.join();
        }

        assertThat(steps)
                .containsExactly(
                        "compare", "prepare", "finish", "compare", "compare", "prepare", "prepare", "finish", "finish");
    }

    /** A comparison would remove the pins of the change that calls the listener. */
    @Test
    void aListenerThatIsCalledWhileSlotsChangeCannotLookForDisplacedMaps() {
        List<String> thrown = new ArrayList<>();
        OperationListener nested = (kind, name) -> {
            if (kind == Operation.Kind.PUBLISH) {
                for (boolean again : new boolean[] {true, false}) {
                    try {
                        nest.findEarlier(again);
                    } catch (IllegalStateException e) {
                        thrown.add(String.valueOf(e.getMessage()));
                    }
                }
            }
            return null;
        };
        OperationListeners.add(nested);
        try {
            assertMade(nest.create(List.of(RawSlots.slot(1)), (slot, inner) -> {}));
        } finally {
            OperationListeners.remove(nested);
        }

        assertThat(thrown).hasSize(2).allMatch(message -> message.contains("can't be looked for inside a listener"));
    }

    /** A rotation of many looks at the slots before its turn, to create its maps at the same time as other callers. */
    @Test
    void aRotatedMapKeepsTheSizeThatAnotherThreadHasGivenIt() {
        MapShape larger = INNER.withMaxEntries(2 * INNER.maxEntries());
        List<SlotKey> slots = List.of(RawSlots.slot(1), RawSlots.slot(2));
        AtomicReference<Runnable> atLookup = new AtomicReference<>(() -> {});
        Nest unpinned = RawSlots.nest(new HeapMapFactory(), OUTER, INNER, map -> new DelegatingMap(map) {
            @Override
            public int lookup(OffHeapBlock block, int keyAt, int valueAt, long flags) {
                atLookup.get().run();
                return super.lookup(block, keyAt, valueAt, flags);
            }
        });
        assertMade(unpinned.create(slots, (slot, inner) -> {}));
        atLookup.set(() -> atLookup.set(
                () -> { // the first slot is seen
                    atLookup.set(() -> {});
                    assertMade(unpinned.discard(slots.subList(0, 1)));
                    assertMade(unpinned.create(slots.subList(0, 1), larger, (slot, inner) -> {}));
                }));

        List<SlotChange> rotated = unpinned.rotate(slots, true);

        assertThat(rotated)
                .allSatisfy(change -> assertThat(
                                change.requireIncoming().map().shape().maxEntries())
                        .isEqualTo(Objects.requireNonNull(change.displaced())
                                .shape()
                                .maxEntries()));
        assertThat(rotated.get(0).requireIncoming().map().shape().maxEntries()).isEqualTo(larger.maxEntries());
        rotated.forEach(change -> Objects.requireNonNull(change.displaced()).close());
        unpinned.outer.revoke("the test is over");
        unpinned.close("the test is over");
        unpinned.outer.raw().close();
    }

    private static void assertMade(List<SlotChange> changes) {
        assertThat(changes).allMatch(change -> change.result() == 0);
    }

    private static void closeDisplaced(List<SlotChange> changes) {
        OpenMap displaced = Objects.requireNonNull(changes.get(0).displaced());
        displaced.close();
    }

    private static boolean waits(Thread caller) {
        return caller.getState() == Thread.State.TIMED_WAITING
                && Arrays.stream(caller.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(SlotChangeQueue.class.getName()));
    }

    private final class Held extends DelegatingMap {
        Held(RawMap map) {
            super(map);
        }

        @Override
        public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
            if (isHeld) {
                isHeld = false;
                Await.until("the others wait", () -> callers.stream().skip(1).allMatch(SlotChangeQueueTest::waits));
            }
            return super.update(block, keyAt, inner, flags);
        }
    }

    private final class Recorded extends FakeNestPins {
        @Override
        Pins.Lock use(Nest of, String operation, @Nullable SlotKey slot) {
            steps.add("compare"); // as if a step had failed on another thread
            return Pins.Lock.NONE;
        }

        @Override
        void prepare(List<SlotChange> changes, boolean returnsOutgoing) {
            steps.add("prepare");
        }

        @Override
        void finish(SlotChange change) {
            steps.add("finish");
        }
    }
}
