/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.testing.MapsUnderTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.KeyRule;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A drain leaves an empty hash in its slot, and no other map. A new map type is tested without a change here. */
abstract class EmptyMapsContract implements MapsUnderTest {
    private static final int VALUE_AT = 2 * Long.BYTES;
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 4, 0);
    private static final SlotKey SLOT = RawSlots.slot(7);

    static Set<MapKind> kinds() {
        return MapKind.where(kind -> kind.canBeInner() && kind.isInMemory());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aDrainLeavesEmptyHashesInTheirSlots(MapKind kind) {
        assume(kind);
        Nest nest = RawSlots.nest(factory(), OUTER, shape(kind), UnaryOperator.identity());
        List<SlotKey> slots = List.of(SLOT);
        nest.create(slots, (slot, inner) -> {});

        assertThat(nest.withEntries(slots)).isEqualTo(kind.name().endsWith("HASH") ? List.of() : slots);

        put(Objects.requireNonNull(nest.slots().find(SLOT, nest.slots().idOf(SLOT)))
                .map());
        assertThat(nest.withEntries(slots)).isEqualTo(slots);
        nest.close("the test is over");
        nest.outer.close();
    }

    private static MapShape shape(MapKind kind) {
        int keySize =
                kind.keyRule() == KeyRule.NONE ? 0 : kind.keyRule() == KeyRule.PREFIX ? Long.BYTES : Integer.BYTES;
        return new MapShape("m", kind, keySize, Long.BYTES, 8, kind.requiredFlags());
    }

    private void put(OpenMap map) {
        OffHeapBlock block = OffHeapBlock.allocate(
                VALUE_AT + map.shape().valueBytes(() -> factory().possibleCpus()));
        block.bytes().put(VALUE_AT, (byte) 1);
        assertThat(map.update(block, 0, VALUE_AT, RawMap.ANY)).isZero();
    }
}
