/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A discard and the end of a ticket remove the count of lost inserts into their map, unless somebody may still read it. */
@Timeout(60)
class DiscardedLossesTest {
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 8, 0);
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 4, 0);
    private static final MapShape LOST = new MapShape("flow_lost", MapKind.HASH, 4, 8, 8, 0);
    private static final SlotKey FIRST = RawSlots.slot(1);
    private static final SlotKey THIRD = RawSlots.slot(3);
    private static final SlotKey SECOND = RawSlots.slot(2);

    private final HeapMapFactory factory = new HeapMapFactory();
    private final RawMap counts = factory.create(LOST, null);
    private final LostInsertTable table = new LostInsertTable(new OpenMap("flow_lost", counts));

    private volatile Runnable beforeUpdate = () -> {};
    private volatile Runnable beforeDelete = () -> {};

    /** Runs once, before the slots are read. */
    private final AtomicReference<Runnable> beforeRead = new AtomicReference<>(() -> {});

    private OpenMap outer;
    private Nest nest;
    private SlottedInnerMap inner;

    @BeforeEach
    void open() {
        nest = RawSlots.nest(factory, OUTER, INNER, raw -> new DelegatingMap(raw) {
            @Override
            public int update(OffHeapBlock block, int keyAt, RawMap map, long flags) {
                beforeUpdate.run();
                return super.update(block, keyAt, map, flags);
            }

            @Override
            public int delete(OffHeapBlock block, int keyAt) {
                beforeDelete.run();
                return super.delete(block, keyAt);
            }

            @Override
            public int batch(BatchCommand command, Batch batch) {
                if (command == BatchCommand.LOOKUP) {
                    beforeRead.getAndSet(() -> {}).run();
                }
                return super.batch(command, batch);
            }
        });
        outer = nest.outer;
        nest.countLostInserts(table);
        nest.create(List.of(FIRST), (slot, map) -> {});
        inner = Objects.requireNonNull(nest.slots().find(FIRST, nest.slots().idOf(FIRST)));
        lose(inner.id());
    }

    private OpenMap rotated(SlotKey slot) {
        return Objects.requireNonNull(nest.rotate(List.of(slot), false).get(0).displaced());
    }

    private void lose(int id) {
        RawSlots.putEntry(counts, id, 3);
    }

    @AfterEach
    void close() {
        nest.close("the test is over");
        outer.close();
        counts.close();
    }

    /** The change has begun before the discard, and reaches the kernel after it. */
    @Test
    void keepsTheCountOfAMapThatAnotherThreadPutsIntoASlot() {
        int id = inner.id();
        CompletableFuture<Void> discarded = new CompletableFuture<>();
        AtomicReference<CompletableFuture<Void>> share = new AtomicReference<>();
        beforeUpdate = discarded::join;
        beforeDelete = () -> {
            share.set(CompletableFuture.runAsync(() -> nest.share(List.of(SECOND), List.of(inner.map()))));
            while (inner.pendingChanges() < 2) { // of the discard and the share
                assertThat(nest.knownMaps.isChanging(id))
                        .isTrue(); // under the lock, so that this thread sees the change
            }
        };

        nest.discard(List.of(FIRST));
        discarded.complete(null);
        Objects.requireNonNull(share.get()).join();

        assertThat(nest.slots().idOf(SECOND)).isEqualTo(id);
        assertThat(table.of(id)).isEqualTo(3);
    }

    /** Another process has put the map into both slots, so this one knows neither. A ticket begins while the slots are read. */
    @Test
    void keepsTheCountOfAMapThatIsDisplacedMeanwhile() {
        try (RawMap unknown = factory.create(INNER, null)) {
            RawSlots.put(outer, 2, unknown);
            RawSlots.put(outer, 3, unknown);
            lose(unknown.id());
            AtomicReference<OpenMap> ticket = new AtomicReference<>();
            beforeDelete = () -> beforeRead.set(() ->
                    CompletableFuture.runAsync(() -> ticket.set(rotated(THIRD))).join());

            nest.discard(List.of(SECOND));

            assertThat(Objects.requireNonNull(ticket.get()).id()).isEqualTo(unknown.id());
            assertThat(table.of(unknown.id())).isEqualTo(3);
            ticket.get().close();
        }
    }

    @Test
    void aTicketKeepsTheCountForTheOtherSlotAndTheOtherTicket() {
        nest.share(List.of(SECOND), List.of(inner.map()));
        int id = inner.id();
        OpenMap second = rotated(SECOND);
        nest.forgetLosses(second);
        assertThat(table.of(id)).as("the map is in the first slot").isEqualTo(3);

        OpenMap first = rotated(FIRST);
        nest.forgetLosses(second);
        second.close();
        assertThat(table.of(id)).as("the map has another ticket").isEqualTo(3);

        nest.forgetLosses(first);
        first.close();
        assertThat(table.has(id)).isFalse();
    }

    /** Its owner reads the count before the acknowledgement. */
    @Test
    void keepsTheCountOfADisplacedMap() {
        nest.share(List.of(SECOND), List.of(inner.map()));
        OpenMap displaced = rotated(SECOND);

        nest.discard(List.of(FIRST));

        assertThat(table.of(displaced.id())).isEqualTo(3);
        displaced.close();
    }
}
