/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.observe.OperationListener;
import dev.nestmap.runtime.observe.Uncounted;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import dev.nestmap.schema.UncountedMap.Counter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each refused addition is a doubt of the map that may have refused it, wherever that map goes. */
class RefusalsTest {
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 8, 0);
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 4, 0);
    private static final MapShape UNCOUNTED =
            new MapShape("tenant_uncounted", MapKind.PERCPU_ARRAY, 4, 8, Counter.values().length, 0);
    private static final List<SlotKey> SLOT = List.of(RawSlots.slot(1));

    private static final List<SlotKey> OTHERS = List.of(RawSlots.slot(2), RawSlots.slot(3));

    private final AtomicLong scans = new AtomicLong();
    private final HeapMapFactory factory = new HeapMapFactory();
    private final OpenMap counts = new OpenMap(UNCOUNTED.name(), factory.create(UNCOUNTED, null));
    private final UncountedTable table = new UncountedTable(counts);
    private OpenMap outer;
    private Nest nest;

    @BeforeEach
    void open() {
        nest = RawSlots.nest(
                factory,
                OUTER,
                INNER,
                raw -> DelegatingMap.of(raw, BatchCommand.LOOKUP, batch -> {
                    scans.addAndGet(batch.started() ? 0 : 1);
                    return raw.batch(BatchCommand.LOOKUP, batch);
                }));
        outer = nest.outer;
        nest.countUncounted(table, true, true, false);
        nest.create(SLOT, (slot, map) -> {});
    }

    @AfterEach
    void close() {
        nest.close("the test is over");
        outer.close();
        counts.close("the test is over");
    }

    /** A program has deleted the entries of the full map. */
    @Test
    void anEmptyMapThatMayHaveRefusedIsDisplaced() {
        assertThat(nest.withEntries(SLOT)).isEmpty();
        refuse(3);

        assertThat(nest.withEntries(SLOT)).isEqualTo(SLOT);
        OpenMap displaced = rotate(true);
        assertThat(nest.refused(state(displaced), () -> true)).isEqualTo(3);
        displaced.close();

        assertThat(nest.withEntries(SLOT))
                .as("the next map has refused nothing")
                .isEmpty();
    }

    /** Also those for another reason than a full map, and each for one map only. */
    @Test
    void refusalsForAnyReasonAreThoseOfTheMapThatWasInTheSlot() {
        refuse(2);
        table.increment(Counter.FAILED);
        OpenMap first = rotate(true);
        assertThat(nest.refused(state(first), () -> false)).isEqualTo(3);
        first.close();

        table.increment(Counter.FAILED);
        OpenMap second = rotate(true);
        assertThat(nest.refused(state(second), () -> false)).isEqualTo(1);
        second.close();
    }

    /** A service may drain without a call of drainAll(action), which marks refusals as reported. */
    @Test
    void aNewProcessTellsListenersOnlyWhatIsNew() {
        List<Uncounted> news = new CopyOnWriteArrayList<>();
        OperationListener listener = new OperationListener() {
            @Override
            public Consumer<Operation> started(Operation.Kind kind, String name) {
                return ended -> {};
            }

            @Override
            public void uncounted(Uncounted additions) {
                news.add(additions);
            }
        };
        refuse(3);
        Nestmap.addListener(listener);
        try {
            Refusals next = new Refusals("tenant", INNER, new UncountedTable(counts));
            next.report();
            assertThat(news).isEmpty();

            refuse(2);
            next.report();
            assertThat(news).containsExactly(new Uncounted("tenant", 2, 0, 0));
        } finally {
            Nestmap.removeListener(listener);
        }
    }

    /** The next process must not miss a doubt, and must not raise one again. */
    @Test
    void refusalsAreReportedWhenTheLastMapThatMayHaveRefusedHasEnded() {
        nest.create(OTHERS, (slot, map) -> {});
        refuse(3);
        OpenMap waiting = rotate(true);
        for (SlotKey other : OTHERS) {
            assertThat(table.read(Counter.REPORTED))
                    .as("%s is in its slot", other)
                    .isZero();
            end(nest.rotate(List.of(other), true));
        }
        assertThat(table.read(Counter.REPORTED)).as("a map waits").isZero();

        end(waiting);

        assertThat(table.read(Counter.REPORTED)).isEqualTo(3);
        refuse(1);
        assertThat(table.read(Counter.REPORTED)).isEqualTo(3);
    }

    /** A migration has left maps for the next load. They may have refused additions, too, and only that load lets them wait. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusalsAreNotReportedWhileRetiredMapsExist(boolean hasRetired) {
        Nest pinned = new Nest(outer, INNER, factory, List.of(), pins(hasRetired), null);
        pinned.countUncounted(table, true, true, false);
        refuse(3);

        OpenMap displaced =
                Objects.requireNonNull(pinned.rotate(SLOT, true).get(0).displaced());
        displaced.close();
        pinned.ended(state(displaced));
        pinned.drained(true);

        assertThat(table.read(Counter.REPORTED)).isEqualTo(hasRetired ? 0 : 3);
        pinned.close("the test is over");
    }

    /** Pins of which only the retired ones exist. */
    private static NestPins pins(boolean hasRetired) {
        return new FakeNestPins() {
            @Override
            boolean hasUnreadable() {
                return hasRetired;
            }
        };
    }

    /** Otherwise the cost of each drain would grow with the number of tenants. */
    @Test
    void aTenantThatIsNeverDrainedDoesNotLetEachTicketReadAllSlots() {
        nest.create(OTHERS, (slot, map) -> {});
        refuse(3);
        scans.set(0);
        int tickets = 40;
        for (int i = 0; i < tickets; i++) {
            end(nest.rotate(SLOT, true));
        }

        assertThat(table.read(Counter.REPORTED)).isZero();
        assertThat(scans.get()).isBetween(1L, (long) tickets / (1 + OTHERS.size()) + 2);
    }

    /** The kernel had no memory for an entry. */
    @Test
    void anEmptyMapStaysInItsSlotIfTheRefusalsAreOfFullMaps() {
        nest.countUncounted(table, true, true, true);
        refuse(3);
        assertThat(nest.withEntries(SLOT)).isEmpty();

        table.increment(Counter.FAILED);
        assertThat(nest.withEntries(SLOT)).isEqualTo(SLOT);
    }

    /** What Java code removes, a program may have been refused for. */
    @Test
    void anEmptyMapIsDisplacedIfJavaHasRemovedEntries() {
        nest.countUncounted(table, true, true, true);
        SlottedInnerMap inner = Objects.requireNonNull(
                nest.slots().find(SLOT.get(0), nest.slots().idOf(SLOT.get(0))));
        inner.map().delete(OffHeapBlock.allocate(Integer.BYTES), 0);
        assertThat(nest.withEntries(SLOT)).isEmpty();
        refuse(1);

        assertThat(nest.withEntries(SLOT)).isEqualTo(SLOT);
        OpenMap displaced = rotate(true);
        assertThat(nest.refused(state(displaced), () -> false)).isEqualTo(1);
        displaced.close();
    }

    private static final Map<MapShape, Boolean> SHAPES = Map.of(
            INNER,
            true,
            new MapShape("flow_map", MapKind.PERCPU_HASH, 4, 8, 8, 0),
            true,
            new MapShape("flow_map", MapKind.HASH, 4, 8, 8, MapFlags.NO_PREALLOC),
            false,
            new MapShape("flow_map", MapKind.RHASH, 4, 8, 8, MapFlags.NO_PREALLOC),
            false,
            new MapShape("flow_map", MapKind.LRU_HASH, 4, 8, 8, 0),
            false,
            new MapShape("flow_map", MapKind.ARRAY, 4, 8, 8, 0),
            false,
            new MapShape("flow_map", MapKind.QUEUE, 0, 8, 8, 0),
            false);

    /** Of the others, the kernel returns E2BIG for other reasons, too, or their entries can't be counted. */
    @Test
    void onlyTheEntriesOfSomeMapsTellThatTheyWereNeverFull() {
        SHAPES.forEach((shape, tells) -> {
            Refusals refusals = new Refusals("tenant", shape, table);
            refusals.knowFullMaps();
            OpenMap displaced = rotate(true);
            assertThat(refusals.dependsOnRoom(state(displaced))).as("%s", shape).isEqualTo(tells);
            end(displaced);
        });
    }

    private void end(List<SlotChange> changes) {
        end(Objects.requireNonNull(changes.get(0).displaced()));
    }

    /** As the end of a ticket does. */
    private void end(OpenMap displaced) {
        displaced.close();
        nest.ended(state(displaced));
    }

    private void refuse(int times) {
        for (int i = 0; i < times; i++) {
            table.increment(Counter.FULL);
        }
    }

    private OpenMap rotate(boolean exact) {
        return Objects.requireNonNull(nest.rotate(SLOT, exact).get(0).displaced());
    }

    private static DisplacedMap state(OpenMap displaced) {
        return (DisplacedMap) displaced.ending();
    }
}
