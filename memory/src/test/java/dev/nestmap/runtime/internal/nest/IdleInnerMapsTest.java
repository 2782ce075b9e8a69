/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.DelegatingFactory;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An inner map that can't be read is not idle, and does not keep the others from being served. */
class IdleInnerMapsTest {
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 8, 0);
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 4, 0);

    private final HeapMapFactory factory = new HeapMapFactory();

    @Test
    void aMapThatThisProcessCanNotOpenIsNotIdle() {
        RawMap inner = factory.create(INNER, null);
        OpenMap outer = new OpenMap(OUTER.name(), factory.create(OUTER, inner));
        assertThat(outer.update(OffHeapBlock.allocate(4), 0, inner, 0)).isZero();
        Nest nest = new Nest(
                outer,
                INNER,
                new DelegatingFactory(factory) {
                    @Override
                    public RawMap open(int id) {
                        throw BpfException.of(ErrnoNumbers.EPERM, "opening of the map")
                                .build();
                    }
                },
                List.of(),
                null,
                null);
        IdleInnerMaps idle = new IdleInnerMaps(nest, Duration.ofNanos(1), true);

        idle.look();

        assertThat(idle.takeOut(1)).isZero();
        idle.close();
        nest.close("the test is over");
        outer.close();
        inner.close();
    }

    /** For example, because the kernel has no memory for the batch. */
    @Test
    void anArrayThatCanNotBeReadIsNotEmpty() {
        RawMap array = factory.create(new MapShape("counters", MapKind.ARRAY, 4, 8, 8, 0), null);
        try (OpenMap map = new OpenMap("counters", new DelegatingMap(array) {
            @Override
            public int batch(BatchCommand command, Batch batch) {
                return -ErrnoNumbers.ENOMEM;
            }
        })) {
            assertThat(IdleInnerMaps.isEmpty(map)).isFalse();
        }
    }
}
