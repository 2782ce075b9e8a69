/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A discard removes the count of lost inserts into its map, unless somebody may still read it. */
@Timeout(60)
class DiscardedLossesTest {
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 8, 0);
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 4, 0);
    private static final MapShape LOST = new MapShape("flow_lost", MapKind.HASH, 4, 8, 8, 0);
    private static final SlotKey FIRST = new SlotKey(1, new byte[] {1, 0, 0, 0});
    private static final SlotKey SECOND = new SlotKey(2, new byte[] {2, 0, 0, 0});

    private final HeapMapFactory factory = new HeapMapFactory();
    private final RawMap counts = factory.create(LOST, null);
    private final LostInsertTable table = new LostInsertTable(new OpenMap("flow_lost", counts));

    private volatile Runnable beforeUpdate = () -> {};
    private volatile Runnable beforeDelete = () -> {};
    private OpenMap outer;
    private Nest nest;
    private SlottedInnerMap inner;

    @BeforeEach
    void open() {
        RawMap prototype = factory.create(INNER, null);
        outer = new OpenMap(OUTER.name(), new DelegatingMap(factory.create(OUTER, prototype)) {
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
        });
        prototype.close();
        nest = new Nest(outer, INNER, factory, List.of(), null, null);
        nest.countLostInserts(table);
        nest.create(List.of(FIRST), (slot, map) -> {});
        inner = Objects.requireNonNull(nest.maps().find(FIRST, nest.maps().idOf(FIRST)));
        OffHeapBlock lost = OffHeapBlock.allocate(2 * Long.BYTES);
        lost.bytes().putInt(0, inner.id()).putLong(Long.BYTES, 3);
        assertThat(counts.update(lost, 0, Long.BYTES, RawMap.ANY)).isZero();
    }

    @AfterEach
    void close() {
        nest.close("the test is over");
        outer.close();
        counts.close();
    }

    @Test
    void removesTheCountOfAMapInNoSlot() {
        int id = inner.id();

        nest.discard(List.of(FIRST));

        assertThat(table.has(id)).isFalse();
    }

    @Test
    void keepsTheCountOfAMapInASecondSlot() {
        nest.share(List.of(SECOND), List.of(inner.map()));

        nest.discard(List.of(FIRST));

        assertThat(table.of(inner.id())).isEqualTo(3);
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
        share.get().join();

        assertThat(nest.maps().idOf(SECOND)).isEqualTo(id);
        assertThat(table.of(id)).isEqualTo(3);
    }

    /** Its owner reads the count before the acknowledgement. */
    @Test
    void keepsTheCountOfADisplacedMap() {
        nest.share(List.of(SECOND), List.of(inner.map()));
        OpenMap displaced = Objects.requireNonNull(
                nest.rotate(List.of(SECOND), false).get(0).displaced());

        nest.discard(List.of(FIRST));

        assertThat(table.of(displaced.id())).isEqualTo(3);
        displaced.close();
    }
}
