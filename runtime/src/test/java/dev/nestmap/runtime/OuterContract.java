/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static dev.nestmap.runtime.testing.DrainedMap.drained;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nestmap.runtime.Displaced.Doubt;
import dev.nestmap.runtime.Network.Counter;
import dev.nestmap.runtime.Network.CounterMap;
import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.schema.MapKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Accessors of outer maps create, lend, rotate and remove inner maps in the same way on any backend. */
abstract class OuterContract extends NetworkContract {
    private static final FlowKey HTTPS = new FlowKey(443, 6);

    @Test
    void isEmptyAtFirst() {
        assertThat(network.tenant().get(42L)).isNull();
        assertThat(network.tenant().get(42, HTTPS)).isNull();
        assertThat(network.tenant().contains(42L)).isFalse();
        assertThat(network.tenant().discard(42L)).isFalse();
        assertThat(network.tenant().rotate(42L)).isNull();
        assertThat(network.tenant().count()).isZero();
        assertThat(network.shard().get(0L)).isNull();
        assertThat(network.shard().rotate(0L)).isNull();
        assertThat(network.shard().discard(0L)).isFalse();
        assertThat(network.shard().get((long) Network.SHARDS)).isNull();
    }

    @Test
    void lendsTheSameHandleToTheSameMap() {
        FlowMap flows = network.tenant().getOrCreate(42L);

        assertThat(network.tenant().getOrCreate(42L)).isSameAs(flows);
        assertThat(network.tenant().get(42L)).isSameAs(flows);
        assertThat(flows.name()).isEqualTo("flow_map");
        assertThat(flows.maxEntries()).isEqualTo(Network.FLOWS);
    }

    @Test
    void readsThroughBothLevels() {
        network.tenant().getOrCreate(42L).put(new Flow(HTTPS, 7));

        assertThat(network.tenant().get(42, HTTPS)).isEqualTo(new Flow(HTTPS, 7));
        assertThat(network.tenant().get(42, new FlowKey(1, 1))).isNull();
        assertThat(network.tenant().get(43, HTTPS)).isNull();
    }

    @Test
    void createsOnlyInEmptySlots() {
        network.tenant().create(42L).put(new Flow(HTTPS, 7));
        network.shard().create(1L).put(new Counter(0, 7));

        BpfException there =
                catchThrowableOfType(BpfException.class, () -> network.tenant().create(42L));

        assertThat(there.errno()).isEqualTo(Errno.EEXIST);
        assertThat(there).hasMessageContaining("tenant, key 42").hasMessageContaining("getOrCreate");
        assertBpfException(() -> network.shard().create(1L))
                .hasReason(Reason.ALREADY_EXISTS)
                .hasErrno(Errno.EEXIST);
        assertThat(network.tenant().get(42, HTTPS)).isEqualTo(new Flow(HTTPS, 7));
        assertThat(countOfShard(1)).isEqualTo(7);
    }

    @Test
    void fillsBeforeItPublishes() {
        List<Boolean> published = new ArrayList<>();
        FlowMap flows = network.tenant().create(42L, fresh -> {
            fresh.put(new Flow(HTTPS, 7));
            published.add(network.tenant().contains(42L));
        });

        assertThat(published).containsExactly(false);
        assertThat(flows.get(HTTPS)).isEqualTo(new Flow(HTTPS, 7));
        assertThat(network.tenant().get(42L)).isSameAs(flows);
    }

    @Test
    void publishesNothingWhenFillingFails() {
        List<FlowMap> leaked = new ArrayList<>();

        assertThrown(
                IllegalArgumentException.class,
                () -> network.tenant().create(42L, fresh -> {
                    leaked.add(fresh);
                    fresh.put(new Flow(new FlowKey(-1, 0), 1));
                }));

        assertThat(network.tenant().contains(42L)).isFalse();
        assertThatThrownBy(() -> leaked.get(0).get(HTTPS)).hasMessageContaining("not published");
    }

    @Test
    void invalidatesTheHandlesOfRemovedMaps() {
        FlowMap flows = network.tenant().getOrCreate(42L);
        CounterMap counters = network.shard().getOrCreate(1L);

        assertThat(network.tenant().discard(42L)).isTrue();
        assertThat(network.shard().discard(1L)).isTrue();

        assertBpfException(() -> flows.get(HTTPS))
                .hasMessage("use of map flow_map: the handle is no longer valid: its entry was discarded from tenant");
        assertThrown(InvalidHandleException.class, () -> counters.get(0), "discarded from shard");
        assertThat(network.tenant().get(42L)).isNull();
        assertThat(network.shard().get(1L)).isNull();
    }

    @Test
    void rotates() {
        FlowMap before = network.tenant().getOrCreate(42L);
        before.put(new Flow(HTTPS, 7));
        int id = before.id();

        try (DrainedMap<FlowMap> drained = DrainedMap.of(network.tenant().rotate(42L))) {
            assertThat(drained.map()).isNotNull().containsExactly(new Flow(HTTPS, 7));
            assertThat(drained.map().id()).isEqualTo(id);
            assertThrown(InvalidHandleException.class, () -> before.put(new Flow(HTTPS, 8)), "rotated");
            assertThat(network.tenant().getOrCreate(42L)).isEmpty();
        }
    }

    @Test
    void rotatesAnArray() {
        network.shard().getOrCreate(1L).put(new Counter(3, 7));

        try (DrainedMap<CounterMap> drained = DrainedMap.of(network.shard().rotate(1L))) {
            assertThat(drained.map()).isNotNull().contains(new Counter(3, 7));
            assertThat(countOfShard(1)).isZero();
        }
    }

    @Test
    void rotatesToTheSameShape() {
        RawMap larger = factory().create(new MapShape("larger", MapKind.HASH, 4, 8, 1000, 0), null);
        putWithoutTheAccessor("tenant", 42, larger);
        larger.close();

        try (DrainedMap<FlowMap> drained = DrainedMap.of(network.tenant().rotate(42L))) {
            assertThat(drained.map()).isNotNull();
            assertThat(drained.map().maxEntries()).isEqualTo(1000);
            assertThat(network.tenant().getOrCreate(42L).maxEntries()).isEqualTo(1000);
        }
    }

    @Test
    void rejectsARotationBesideASleepableProgram() {
        try (Network busy =
                Network.of(factory(), new NamedProgram("count", "xdp"), new NamedProgram("audit", "lsm.s/file_open"))) {
            busy.tenant().getOrCreate(42L).put(new Flow(HTTPS, 7));

            assertBpfException(() -> busy.tenant().rotate(42L), "audit", "unchecked()")
                    .hasMessageNotContaining("count,");
            assertThat(busy.tenant().get(42, HTTPS)).isEqualTo(new Flow(HTTPS, 7));
            assertThat(drained(busy.tenant()
                            .expert()
                            .unchecked()
                            .rotateAll(List.of(42L))
                            .get(0)))
                    .containsExactly(new Flow(HTTPS, 7));
        }
    }

    @Test
    void rejectsARotationOfAMapInTwoSlots() {
        RawMap shared =
                factory().create(MapShape.of(Network.SCHEMA.map("flow_map").orElseThrow()), null);
        putWithoutTheAccessor("tenant", 1, shared);
        putWithoutTheAccessor("tenant", 2, shared);
        shared.close();

        assertBpfException(() -> network.tenant().rotate(1L), "2 slots", "unchecked()");
        try (DrainedMap<FlowMap> drained = DrainedMap.of(
                network.tenant().expert().unchecked().rotateAll(List.of(1L)).get(0))) {
            assertThat(drained.map()).isNotNull();
            FlowMap still = network.tenant().get(2L);
            assertThat(still).isNotNull();
            assertThat(still.id()).isEqualTo(drained.map().id());
            drained.map().put(new Flow(HTTPS, 7));
            assertThat(still.get(HTTPS)).isEqualTo(new Flow(HTTPS, 7));
        }
    }

    /** An earlier process has put the map into two slots, so only the kernel knows of the second one. */
    @Test
    void aMapInASecondSlotIsNotExactWhicheverCallDisplacesIt() {
        RawMap shared =
                factory().create(MapShape.of(Network.SCHEMA.map("flow_map").orElseThrow()), null);
        for (int slot = 1; slot <= 5; slot++) {
            putWithoutTheAccessor("tenant", slot, shared);
        }
        shared.close();
        TenantMap tenants = network.tenant();

        assertDoubtful(tenants.swap(1L, tenants.detached()));
        assertDoubtful(tenants.share(2L, Objects.requireNonNull(tenants.get(1L))));
        tenants.swapAll(Map.of(3L, tenants.detached())).forEach(OuterContract::assertDoubtful);
        tenants.shareAll(Map.of(4L, Objects.requireNonNull(tenants.get(3L)))).forEach(OuterContract::assertDoubtful);

        try (DrainedMap<FlowMap> last = DrainedMap.of(tenants.swap(5L, tenants.detached()))) {
            assertThat(last.ticket().isExact())
                    .as("no slot holds the map any more")
                    .isTrue();
        }
    }

    private static void assertDoubtful(@Nullable Displaced<Long, FlowMap> ticket) {
        assertThat(Objects.requireNonNull(ticket).doubts()).containsExactly(Doubt.UNCHECKED);
        ticket.discard();
    }

    @Test
    void takesOverAMapThatIsPut() {
        FlowMap before = network.tenant().getOrCreate(42L);
        FlowMap.Owned owned = network.tenant().detached();
        owned.put(new Flow(HTTPS, 7));

        discardDisplaced(network.tenant().swap(42L, owned));

        assertThat(network.tenant().get(42, HTTPS)).isEqualTo(new Flow(HTTPS, 7));
        assertThrown(InvalidHandleException.class, () -> before.get(HTTPS), "its entry was swapped for another");
        assertThrown(InvalidHandleException.class, () -> owned.get(HTTPS), "put into tenant");
        assertThrown(InvalidHandleException.class, () -> network.tenant().swap(43L, owned), "no longer valid");
        owned.close();
        assertThat(network.tenant().get(42, HTTPS)).isEqualTo(new Flow(HTTPS, 7));
    }

    @Test
    void putsARotatedMapBack() {
        network.tenant().getOrCreate(42L).put(new Flow(HTTPS, 7));
        DrainedMap<FlowMap> drainedTicket = DrainedMap.of(network.tenant().rotate(42L));
        FlowMap drained = drainedTicket.map();
        assertThat(drained).isNotNull();

        discardDisplaced(network.tenant().swap(42L, drainedTicket.ticket()));

        assertThat(network.tenant().get(42, HTTPS)).isEqualTo(new Flow(HTTPS, 7));
    }

    @Test
    void leavesTheCallerItsMapWhenAPutFails() {
        for (long id = 0; id < Network.TENANTS; id++) {
            network.tenant().create(id);
        }
        try (FlowMap.Owned owned = network.tenant().detached()) {
            assertBpfException(() -> network.tenant().swap(99L, owned), "key 99")
                    .hasReason(Reason.FULL)
                    .hasErrno(Errno.E2BIG);

            owned.put(new Flow(HTTPS, 7));
            assertThat(owned).containsExactly(new Flow(HTTPS, 7));
            network.tenant().discard(0L);
            discardDisplaced(network.tenant().swap(99L, owned));
        }
        assertThat(network.tenant().get(99, HTTPS)).isEqualTo(new Flow(HTTPS, 7));
    }

    @Test
    void createsNothingWhenTheOuterIsFull() {
        for (long id = 0; id < Network.TENANTS; id++) {
            network.tenant().create(id);
        }

        assertBpfException(() -> network.tenant().getOrCreate(99L))
                .hasReason(Reason.FULL)
                .hasErrno(Errno.E2BIG);
        assertThatThrownBy(() -> network.shard().getOrCreate((long) Network.SHARDS))
                .hasMessageContaining("0 to 3");
        assertThatThrownBy(() -> network.shard().discard((long) Network.SHARDS)).hasMessageContaining("0 to 3");
        assertThat(network.shard().get((long) Network.SHARDS)).isNull();
        assertThat(network.shard().rotate((long) Network.SHARDS)).isNull();
        assertThat(network.tenant().count()).isEqualTo(Network.TENANTS);
    }

    @Test
    void rejectsAMapOfAnotherShape() {
        RawMap larger = factory().create(new MapShape("counter_map", MapKind.ARRAY, 4, 8, 9, 0), null);
        try (CounterMap.Owned nine = Network.owned(larger)) {
            assertBpfException(() -> network.shard().swap(1L, nine), "max_entries 9 instead of 8", "detached()");
            assertThat(nine.get(8)).isEqualTo(new Counter(8, 0));
        }
    }

    @Test
    void iteratesOverInnerMaps() {
        network.tenant().create(1L).put(new Flow(HTTPS, 1));
        network.tenant().create(2L).put(new Flow(HTTPS, 2));
        network.shard().create(3L).put(new Counter(0, 3));
        Map<Long, Flow> flows = new HashMap<>();
        Map<Long, Counter> counters = new HashMap<>();

        network.tenant().forEach((id, inner) -> inner.forEach(flow -> flows.put(id, flow)));
        network.shard().forEach((id, inner) -> counters.put(id, inner.get(0)));

        assertThat(flows).containsOnly(Map.entry(1L, new Flow(HTTPS, 1)), Map.entry(2L, new Flow(HTTPS, 2)));
        assertThat(counters).containsOnly(Map.entry(3L, new Counter(0, 3)));
        assertThat(network.tenant().keys()).containsExactlyInAnyOrder(1L, 2L);
        assertThat(network.shard().keys()).containsExactly(3L);
        assertThat(network.shard().count()).isEqualTo(1);
    }

    @Test
    void mayChangeWhileIterating() {
        network.tenant().create(1L);
        network.tenant().create(2L);
        network.tenant().create(3L);

        network.tenant().forEach((id, inner) -> {
            for (long each = 1; each <= 3; each++) {
                if (each != id) {
                    network.tenant().discard(each);
                }
            }
        });

        assertThat(network.tenant().count()).isEqualTo(1);
    }

    @Test
    void clears() {
        network.tenant().create(1L);
        network.tenant().create(2L);

        assertThat(network.tenant().discardAll()).isEqualTo(2);

        assertThat(network.tenant().keys()).isEmpty();
    }

    @Test
    void findsWhatAnotherProcessPut() {
        RawMap foreign =
                factory().create(MapShape.of(Network.SCHEMA.map("flow_map").orElseThrow()), null);
        putWithoutTheAccessor("tenant", 42, foreign);

        FlowMap flows = network.tenant().get(42L);

        assertThat(flows).isNotNull();
        assertThat(flows.id()).isEqualTo(foreign.id());
        assertThat(network.tenant().get(42L)).isSameAs(flows);
        flows.put(new Flow(HTTPS, 7));
        assertThat(network.tenant().get(42, HTTPS)).isEqualTo(new Flow(HTTPS, 7));
        foreign.close();
    }

    @Test
    void closesAMapThatAnotherProcessReplaced() {
        FlowMap before = network.tenant().create(42L);
        RawMap foreign =
                factory().create(MapShape.of(Network.SCHEMA.map("flow_map").orElseThrow()), null);
        putWithoutTheAccessor("tenant", 42, foreign);
        foreign.close();

        FlowMap after = network.tenant().get(42L);

        assertThat(after).isNotNull().isNotSameAs(before);
        assertThatThrownBy(() -> before.get(HTTPS)).hasMessageContaining("another process");
    }

    @Test
    void aDetachedMapOutlivesTheObject() {
        FlowMap.Owned detached = network.tenant().detached();
        detached.put(new Flow(HTTPS, 7));
        FlowMap borrowed = network.tenant().create(43L);

        network.close();

        assertThrown(InvalidHandleException.class, () -> borrowed.get(HTTPS), "object network was closed");
        assertThrown(InvalidHandleException.class, () -> network.tenant().swap(42L, detached), "closed");
        assertThat(detached).containsExactly(new Flow(HTTPS, 7));
        detached.close();
        detached.close();
        assertThrown(InvalidHandleException.class, () -> detached.get(HTTPS), "it was closed");
    }

    private long countOfShard(long id) {
        CounterMap counters = network.shard().get(id);
        assertThat(counters).isNotNull();
        Counter counter = counters.get(0);
        assertThat(counter).isNotNull();
        return counter.count();
    }

    private void putWithoutTheAccessor(String outer, int key, RawMap inner) {
        OffHeapBlock block = OffHeapBlock.allocate(8);
        block.bytes().putInt(0, key);
        RawMap map = backend.maps().get(outer);
        assertThat(map).isNotNull();
        assertThat(map.update(block, 0, inner, 0)).isZero();
    }
}
