/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** An outer map knows which of its inner maps are in slots of the other outer maps of the set. */
class OtherSlotsTest {
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 8, 0);
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 4, 0);
    private static final List<SlotKey> SLOT = List.of(RawSlots.slot(1));

    private final HeapMapFactory factory = new HeapMapFactory();
    private Set<Integer> inOthers = Set.of();

    /** The earlier read has begun before the inner map came into the other slot. */
    @Test
    void aReadThatEndsLateDoesNotHideWhatALaterOneHasFound() {
        Nest nest = RawSlots.nest(factory, OUTER, INNER, UnaryOperator.identity(), pins());
        nest.create(SLOT, (slot, map) -> {});
        nest.slots().readSlots((key, id) -> {
            inOthers = Set.of(id);
            OuterSlots.slotsAreUnknown();
            nest.slots().readSlots((other, same) -> {});
        });

        int id = nest.slots().idOf(SLOT.get(0));
        assertThat(nest.slots().idsInOthers()).containsExactly(id);
        assertThat(nest.slots().slotsOf(List.of(id))).containsEntry(id, 2);
        nest.close("the test is over");
        nest.outer.close();
    }

    private NestPins pins() {
        return new FakeNestPins() {
            @Override
            Set<Integer> idsInOthers() {
                return inOthers;
            }
        };
    }
}
