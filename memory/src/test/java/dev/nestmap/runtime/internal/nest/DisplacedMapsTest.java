/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.open.HandleEndAction;
import dev.nestmap.runtime.internal.open.ObjectFailure;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapKind;
import dev.nestmap.types.ByteString;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an object knows of the displaced maps of its pinned outer map. */
class DisplacedMapsTest {
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 8, 0);
    private static final SlotKey SLOT = new SlotKey(1, new byte[] {1, 0, 0, 0});
    private static final FormerSlot ORIGIN =
            new FormerSlot("tenant", ByteString.of(SLOT.bytes()), 17, Instant.ofEpochSecond(1), false, "");

    /** What the pinner opens; null if the pin is missing. */
    private @Nullable OpenMap pinned = new OpenMap("flow_map", new HeapMapFactory().create(INNER, null));

    private final DisplacedMaps maps = new DisplacedMaps("tenant", "flow_map", pinner(), 64, new ObjectFailure());

    private NestPins pinner() {
        return new FakeNestPins() {
            @Override
            boolean open(FormerSlot origin, BiConsumer<RawMap, HandleEndAction> keeper) {
                OpenMap found = pinned;
                if (found != null) {
                    keeper.accept(found.raw(), found.ending());
                }
                return found != null;
            }
        };
    }

    /** Its pin is there until it is acknowledged, so a comparison would find it again. */
    @Test
    void aMapIsKnownUntilItIsAcknowledged() {
        maps.list(Map.of(ORIGIN, SLOT));
        assertThat(maps.origins()).containsExactly(ORIGIN);

        OpenMap owner = requireNonNull(maps.open(maps.waiting().get(0)));
        assertThat(maps.waiting()).isEmpty();
        assertThat(maps.origins()).containsExactly(ORIGIN);

        owner.close();
        assertThat(maps.origins()).isEmpty();
    }

    @Test
    void aMapWithoutAPinIsForgottenWhenItIsOpened() {
        maps.list(Map.of(ORIGIN, SLOT));
        requireNonNull(pinned).close();
        pinned = null;

        assertThat(maps.open(maps.waiting().get(0))).isNull();

        assertThat(maps.waiting()).isEmpty();
        assertThat(maps.origins()).isEmpty();
    }

    /** The outer map is closed after the turn of the change, and before its caller opens the map. */
    @Test
    void aMapThatItsCallerStillGetsIsNotLost() {
        DisplacedMaps unpinned = new DisplacedMaps("tenant", "flow_map", null, 64, new ObjectFailure());
        OpenMap inSlot = new OpenMap("flow_map", new HeapMapFactory().create(INNER, null));
        DisplacedMap leaving =
                unpinned.add(new SlotChange(SLOT, RawMap.ANY, false), new SlottedInnerMap(inSlot), "it was rotated");

        unpinned.close("closed");

        OpenMap ticket = requireNonNull(unpinned.openFirst(leaving));
        assertThat(BatchScan.countEntries(ticket)).isZero();
        ticket.close();
    }

    /** The same, but the caller fails before it opens the map: nobody could report the loss to a caller of close any more. */
    @Test
    void aMapThatItsCallerDoesNotGetAfterTheEndIsNamed() {
        DisplacedMaps unpinned = new DisplacedMaps("tenant", "flow_map", null, 64, new ObjectFailure());
        OpenMap inSlot = new OpenMap("flow_map", new HeapMapFactory().create(INNER, null));
        DisplacedMap leaving =
                unpinned.add(new SlotChange(SLOT, RawMap.ANY, false), new SlottedInnerMap(inSlot), "it was rotated");
        unpinned.close("closed");

        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            unpinned.letWait(leaving);
            unpinned.letWait(leaving);
            assertThat(log.only()).contains("the counts of 1 displaced map", "key 1");
        }
        assertThat(unpinned.waiting()).isEmpty();
    }

    /** The end of the outer map waits for calls through the first ticket, and meanwhile the second one is acknowledged. */
    @Test
    void aMapThatIsAcknowledgedWhileTheOuterMapEndsIsSettled() {
        DisplacedMaps unpinned = new DisplacedMaps("tenant", "flow_map", null, 64, new ObjectFailure());
        AtomicReference<Runnable> atClose = new AtomicReference<>(() -> {});
        List<DisplacedMap> displaced = Stream.of(1, 2)
                .map(key -> unpinned.add(
                        new SlotChange(RawSlots.slot(key), RawMap.ANY, false),
                        new SlottedInnerMap(new OpenMap(
                                "flow_map", closing(() -> atClose.get().run()))),
                        "it was rotated"))
                .toList();
        List<OpenMap> tickets = displaced.stream()
                .map(map -> requireNonNull(unpinned.openFirst(map)))
                .toList();
        atClose.set(() -> {
            atClose.set(() -> {});
            assertThat(tickets.get(1).closeIfValid("it was acknowledged")).isTrue();
        });

        assertBpfException(() -> unpinned.close("closed"));

        assertThat(displaced).extracting(DisplacedMap::isSettled).containsExactly(false, true);
    }

    private static RawMap closing(Runnable action) {
        return new DelegatingMap(new HeapMapFactory().create(INNER, null)) {
            @Override
            public void close() {
                action.run();
                super.close();
            }
        };
    }

    /** Otherwise the map, which is acknowledged, would wait again. */
    @Test
    void thePinOfAnAcknowledgedMapIsRemovedLater() {
        AtomicInteger removals = new AtomicInteger();
        requireNonNull(pinned).endWith(new HandleEndAction() {
            @Override
            public void released() {
                if (removals.incrementAndGet() == 1) {
                    throw BpfException.of(Reason.SYSTEM_CALL, "removal of a pin")
                            .because("made by the test");
                }
            }
        });
        maps.list(Map.of(ORIGIN, SLOT));
        OpenMap owner = requireNonNull(maps.open(maps.waiting().get(0)));
        assertBpfException(owner::close);
        assertThat(maps.waiting()).isEmpty();
        assertThat(maps.origins()).containsExactly(ORIGIN);

        maps.unpinAcknowledged();
        maps.unpinAcknowledged();

        assertThat(removals).hasValue(2);
        assertThat(maps.origins()).isEmpty();
    }
}
