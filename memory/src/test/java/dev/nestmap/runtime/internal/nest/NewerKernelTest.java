/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.backend.DelegatingFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An array of another length than declared is accepted if the kernel accepts it in any outer map, and a per-CPU array is not. */
class NewerKernelTest {
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 4, 0);
    private static final List<SlotKey> SLOTS = List.of(RawSlots.slot(1));

    private final MapFactory factory = new DelegatingFactory(new HeapMapFactory()) {
        @Override
        public RawMap create(MapShape shape, @Nullable RawMap prototype) {
            return super.create(shape, prototype == null ? null : withoutLength(prototype));
        }
    };

    private @Nullable Nest nest;

    @AfterEach
    void close() {
        if (nest != null) {
            nest.close("the test is over");
            nest.outer.close();
        }
    }

    @Test
    void putsAnArrayThatTheKernelAcceptsIntoItsSlot() {
        Nest arrays = open(MapKind.ARRAY);
        MapShape longer = arrays.innerShape().withMaxEntries(9);

        SlotChange created = arrays.create(SLOTS, longer, (slot, inner) -> {}).get(0);
        assertThat(created.result()).isZero();
        assertThat(created.requireIncoming().map().shape().maxEntries()).isEqualTo(9);
        SlotChange rotated = arrays.rotate(SLOTS, true).get(0);
        assertThat(rotated.requireIncoming().map().shape().maxEntries()).isEqualTo(9);
        Objects.requireNonNull(rotated.displaced()).close();
    }

    /** Kernels before 7.1 accept it too, and then programs can read past its end. */
    @Test
    void rejectsAPerCpuArrayAllTheSame() {
        Nest arrays = open(MapKind.PERCPU_ARRAY);

        assertBpfException(
                        () -> arrays.create(SLOTS, arrays.innerShape().withMaxEntries(7), (slot, inner) -> {}),
                        "max_entries 7 instead of 8")
                .onMap("tenant");
    }

    private Nest open(MapKind kind) {
        MapShape inner = new MapShape("flow_map", kind, 4, 8, 8, 0);
        Nest opened = RawSlots.nest(factory, OUTER, inner, UnaryOperator.identity());
        nest = opened;
        return opened;
    }

    private static RawMap withoutLength(RawMap prototype) {
        return new DelegatingMap(prototype) {
            @Override
            public MapShape shape() {
                return super.shape().withMaxEntries(0);
            }
        };
    }
}
