/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A rotation to filled maps looks at the slots, fills the maps without a lock, and then changes the slots. */
class FilledRotationTest {
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 8, 0);
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 4, 0);
    private static final SlotKey EMPTY = RawSlots.slot(1);
    private static final SlotKey FILLED = RawSlots.slot(2);

    /** A map that nobody may change any more would be in the slot: each later rotation was refused, as if another thread was changing it. */
    @Test
    void leavesASlotAloneThatHadNoMapWhenItLooked() {
        Nest nest = RawSlots.nest(new HeapMapFactory(), OUTER, INNER, UnaryOperator.identity());
        nest.create(List.of(FILLED), (slot, inner) -> {});

        List<SlotChange> changes = nest.rotate(
                List.of(EMPTY, FILLED),
                filled -> nest.create(List.of(EMPTY), (slot, inner) -> {})); // as another thread does

        assertThat(changes).extracting(SlotChange::result).containsExactly(-ENOENT, 0);
        requireNonNull(changes.get(1).displaced()).close();
        requireNonNull(nest.rotate(List.of(EMPTY), true).get(0).displaced()).close();
        assertThat(nest.knownMaps.table().all()).as("open maps").hasSize(2);
        nest.close("the test is over");
        nest.outer.close();
    }
}
