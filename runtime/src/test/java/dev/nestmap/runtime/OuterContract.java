/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertInvalid;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static dev.nestmap.runtime.testing.DrainedMap.drained;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Displaced.Doubt;
import dev.nestmap.runtime.Network.Counter;
import dev.nestmap.runtime.Network.CounterMap;
import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Accessors of outer maps create, lend, rotate and remove inner maps in the same way on any backend. */
abstract class OuterContract extends NetworkContract {

    @Test
    void isEmptyAtFirst() {
        assertThat(tenants.get(42L)).isNull();
        assertThat(tenants.get(42, HTTPS)).isNull();
        assertThat(tenants.contains(42L)).isFalse();
        assertThat(tenants.discard(42L)).isFalse();
        assertThat(tenants.rotate(42L)).isNull();
        assertThat(tenants.count()).isZero();
        assertThat(shards.get(0L)).isNull();
        assertThat(shards.rotate(0L)).isNull();
        assertThat(shards.discard(0L)).isFalse();
        assertThat(shards.get((long) Network.SHARDS)).isNull();
    }

    @Test
    void lendsTheSameHandleToTheSameMap() {
        FlowMap flows = tenants.getOrCreate(42L);
        flows.put(new Flow(HTTPS, 7));

        assertThat(tenants.getOrCreate(42L)).isSameAs(flows);
        assertThat(tenants.get(42L)).isSameAs(flows);
        assertThat(tenants.get(42, HTTPS)).isEqualTo(new Flow(HTTPS, 7));
        assertThat(tenants.get(42, new FlowKey(1, 1))).isNull();
        assertThat(tenants.get(43, HTTPS)).isNull();
        assertThat(flows.name()).isEqualTo("flow_map");
        assertThat(flows.maxEntries()).isEqualTo(Network.FLOWS);
    }

    @Test
    void createsOnlyInEmptySlots() {
        tenants.create(42L).put(new Flow(HTTPS, 7));
        shards.create(1L).put(new Counter(0, 7));

        assertBpfException(() -> tenants.create(42L), "tenant, key 42", "getOrCreate")
                .hasErrno(Errno.EEXIST);
        assertBpfException(() -> shards.create(1L))
                .hasReason(Reason.ALREADY_EXISTS)
                .hasErrno(Errno.EEXIST);
        assertThat(tenants.get(42, HTTPS)).isEqualTo(new Flow(HTTPS, 7));
        assertThat(countOfShard(1)).isEqualTo(7);
    }

    @Test
    void fillsBeforeItPublishes() {
        List<Boolean> published = new ArrayList<>();
        FlowMap flows = tenants.create(42L, fresh -> {
            fresh.put(new Flow(HTTPS, 7));
            published.add(tenants.contains(42L));
        });

        assertThat(published).containsExactly(false);
        assertThat(flows.get(HTTPS)).isEqualTo(new Flow(HTTPS, 7));
        assertThat(tenants.get(42L)).isSameAs(flows);
    }

    @Test
    void publishesNothingWhenFillingFails() {
        List<FlowMap> leaked = new ArrayList<>();

        assertInvalid(() -> tenants.create(42L, fresh -> {
            leaked.add(fresh);
            fresh.put(new Flow(new FlowKey(-1, 0), 1));
        }));

        assertThat(tenants.contains(42L)).isFalse();
        assertThatThrownBy(() -> leaked.get(0).get(HTTPS)).hasMessageContaining("not published");
    }

    @Test
    void invalidatesTheHandlesOfRemovedMaps() {
        FlowMap flows = tenants.getOrCreate(42L);
        CounterMap counters = shards.getOrCreate(1L);

        assertThat(tenants.discard(42L)).isTrue();
        assertThat(shards.discard(1L)).isTrue();

        assertBpfException(() -> flows.get(HTTPS))
                .hasMessage("use of map flow_map: the handle is no longer valid: its entry was discarded from tenant");
        assertThrown(InvalidHandleException.class, () -> counters.get(0), "discarded from shard");
        assertThat(tenants.get(42L)).isNull();
        assertThat(shards.get(1L)).isNull();
    }

    @Test
    void rotates() {
        FlowMap before = tenants.getOrCreate(42L);
        before.put(new Flow(HTTPS, 7));
        int id = before.id();

        try (DrainedMap<FlowMap> drained = DrainedMap.of(tenants.rotate(42L))) {
            assertThat(drained.map()).containsExactly(new Flow(HTTPS, 7));
            assertThat(drained.map().id()).isEqualTo(id);
            assertThrown(InvalidHandleException.class, () -> before.put(new Flow(HTTPS, 8)), "rotated");
            assertThat(tenants.getOrCreate(42L)).isEmpty();
        }
    }

    @Test
    void rotatesAnArray() {
        shards.getOrCreate(1L).put(new Counter(3, 7));

        try (DrainedMap<CounterMap> drained = DrainedMap.of(shards.rotate(1L))) {
            assertThat(drained.map()).contains(new Counter(3, 7));
            assertThat(countOfShard(1)).isZero();
        }
    }

    @Test
    void rotatesToTheSameShape() {
        RawMap larger = factory().create(new MapShape("larger", MapKind.HASH, 4, 8, 1000, 0), null);
        putWithoutTheAccessor(42, larger);
        larger.close();

        try (DrainedMap<FlowMap> drained = DrainedMap.of(tenants.rotate(42L))) {
            assertThat(drained.map().maxEntries()).isEqualTo(1000);
            assertThat(tenants.getOrCreate(42L).maxEntries()).isEqualTo(1000);
        }
    }

    @Test
    void rejectsARotationBesideASleepableProgram() {
        try (Network busy =
                Network.of(factory(), NamedProgram.of("count", "xdp"), NamedProgram.of("audit", "lsm.s/file_open"))) {
            busy.tenant().getOrCreate(42L).put(new Flow(HTTPS, 7));

            assertBpfException(() -> busy.tenant().rotate(42L), "audit", "unchecked()")
                    .hasMessageNotContaining("count,");
            assertBpfException(() -> busy.tenant().take(42L), "sleepable programs use the map", "audit")
                    .isOf("take")
                    .onMap("tenant")
                    .atKey(42L)
                    .hasReason(Reason.LOSES_COUNTS);
            assertThat(busy.tenant().get(42, HTTPS)).isEqualTo(new Flow(HTTPS, 7));
            assertThat(drained(busy.tenant()
                            .expert()
                            .unchecked()
                            .takeAll(List.of(42L))
                            .get(0)))
                    .containsExactly(new Flow(HTTPS, 7));
        }
    }

    /** An earlier process has put the map into two slots, so only the kernel knows of the second one. */
    @Test
    void aMapInASecondSlotIsNotExactWhicheverCallDisplacesIt() {
        RawMap shared = foreign();
        for (int slot = 1; slot <= 5; slot++) {
            putWithoutTheAccessor(slot, shared);
        }
        shared.close();

        assertBpfException(() -> tenants.rotate(1L), "in 5 slots", "unchecked()")
                .hasReason(Reason.LOSES_COUNTS);
        assertBpfException(() -> tenants.take(1L), "in 5 slots", "unchecked()");
        assertBpfException(() -> tenants.rotate(1L, fresh -> {}), "in 5 slots", "unchecked()");
        assertBpfException(() -> tenants.rotateAll(List.of(1L, 5L)), "in 5 slots", "unchecked()");
        for (long slot = 1; slot <= 3; slot++) { // one after the other
            List<Displaced<Long, FlowMap>> unchecked =
                    tenants.expert().unchecked().rotateAll(List.of(slot));
            assertThat(unchecked.get(0).doubts()).containsExactly(Doubt.UNCHECKED);
            unchecked.get(0).discard();
        }
        assertThat(tenants.replace(4L, fresh -> {})).isTrue();

        try (DrainedMap<FlowMap> last = DrainedMap.of(tenants.rotate(5L))) {
            assertThat(last.ticket().isExact())
                    .as("no other slot holds the map any more")
                    .isTrue();
        }
    }

    /** Nothing is changed, also if the caller accepts that the maps are not exact. */
    @Test
    void aMapInTwoSlotsLeavesThemOneAfterTheOther() {
        RawMap shared = foreign();
        putWithoutTheAccessor(1, shared);
        putWithoutTheAccessor(2, shared);
        shared.close();

        assertBpfException(
                        () -> tenants.expert().unchecked().rotateAll(List.of(1L, 2L)),
                        "change these slots one after the other")
                .hasReason(Reason.BUSY);

        assertThat(tenants.get(1L)).isNotNull();
        Displaced<Long, FlowMap> first =
                tenants.expert().unchecked().takeAll(List.of(1L)).get(0);
        Displaced<Long, FlowMap> second =
                tenants.expert().unchecked().takeAll(List.of(2L)).get(0);
        assertThat(first.map().id()).isEqualTo(second.map().id());
        first.discard();
        second.discard();
    }

    @Test
    void createsNothingWhenTheOuterIsFull() {
        fillTenants();

        assertBpfException(() -> tenants.getOrCreate(99L))
                .hasReason(Reason.FULL)
                .hasErrno(Errno.E2BIG);
        assertBpfException(() -> tenants.replace(99L, fresh -> {}), "key 99")
                .hasReason(Reason.FULL)
                .hasErrno(Errno.E2BIG);
        assertThatThrownBy(() -> shards.getOrCreate((long) Network.SHARDS)).hasMessageContaining("0 to 3");
        assertThatThrownBy(() -> shards.discard((long) Network.SHARDS)).hasMessageContaining("0 to 3");
        assertThat(shards.get((long) Network.SHARDS)).isNull();
        assertThat(shards.rotate((long) Network.SHARDS)).isNull();
        assertThat(tenants.count()).isEqualTo(Network.TENANTS);
    }

    @Test
    void iteratesOverInnerMaps() {
        tenants.create(1L).put(new Flow(HTTPS, 1));
        tenants.create(2L).put(new Flow(HTTPS, 2));
        shards.create(3L).put(new Counter(0, 3));
        Map<Long, Flow> flows = new HashMap<>();
        Map<Long, Counter> counters = new HashMap<>();

        tenants.forEach((id, inner) -> inner.forEach(flow -> flows.put(id, flow)));
        shards.forEach((id, inner) -> counters.put(id, inner.get(0)));

        assertThat(flows).containsOnly(Map.entry(1L, new Flow(HTTPS, 1)), Map.entry(2L, new Flow(HTTPS, 2)));
        assertThat(counters).containsOnly(Map.entry(3L, new Counter(0, 3)));
        assertThat(tenants.keys()).containsExactlyInAnyOrder(1L, 2L);
        assertThat(shards.keys()).containsExactly(3L);
        assertThat(shards.count()).isEqualTo(1);
    }

    @Test
    void mayChangeWhileIterating() {
        tenants.create(1L);
        tenants.create(2L);
        tenants.create(3L);

        tenants.forEach((id, inner) -> {
            for (long each = 1; each <= 3; each++) {
                if (each != id) {
                    tenants.discard(each);
                }
            }
        });

        assertThat(tenants.count()).isEqualTo(1);
    }

    @Test
    void findsWhatAnotherProcessPut() {
        RawMap foreign = foreign();
        putWithoutTheAccessor(42, foreign);

        FlowMap flows = tenants.get(42L);

        assertThat(flows).isNotNull();
        assertThat(flows.id()).isEqualTo(foreign.id());
        assertThat(tenants.get(42L)).isSameAs(flows);
        flows.put(new Flow(HTTPS, 7));
        assertThat(tenants.get(42, HTTPS)).isEqualTo(new Flow(HTTPS, 7));
        foreign.close();
    }

    @Test
    void closesAMapThatAnotherProcessReplaced() {
        FlowMap before = tenants.create(42L);
        RawMap foreign = foreign();
        putWithoutTheAccessor(42, foreign);
        foreign.close();

        FlowMap after = tenants.get(42L);

        assertThat(after).isNotNull().isNotSameAs(before);
        assertThatThrownBy(() -> before.get(HTTPS)).hasMessageContaining("another process");
    }

    private void fillTenants() {
        tenants.createAll(LongStream.range(0, Network.TENANTS).boxed().toList());
    }

    private long countOfShard(long id) {
        CounterMap counters = shards.get(id);
        assertThat(counters).isNotNull();
        Counter counter = counters.get(0);
        assertThat(counter).isNotNull();
        return counter.count();
    }

    private void putWithoutTheAccessor(int tenant, RawMap inner) {
        RawSlots.put(Objects.requireNonNull(backend.maps().get("tenant")), tenant, inner);
    }

    /** An inner map that another process could have made. */
    private RawMap foreign() {
        return factory().create(MapShape.of(Network.SCHEMA.map("flow_map").orElseThrow()), null);
    }
}
