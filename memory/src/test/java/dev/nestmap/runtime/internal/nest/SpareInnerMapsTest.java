/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.UnsharedMapFinder;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.schema.MapKind;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A process that lacks file descriptors for a moment recycles maps again afterwards. */
class SpareInnerMapsTest {
    private static final MapShape SHAPE = new MapShape("inner", MapKind.HASH, 4, 8, 1 << 20, 0);
    private static final int MOST_WAVES = 1000;

    private final HeapMapFactory factory = new HeapMapFactory();
    private final AtomicInteger tries = new AtomicInteger();
    private final Set<Integer> ids = new HashSet<>();

    private UnsharedMapFinder finder() {
        if (tries.incrementAndGet() == 1) {
            throw BpfException.of(ErrnoNumbers.EMFILE, "search").build();
        }
        return new UnsharedMapFinder() {
            @Override
            public Set<Integer> unshared() {
                return Set.copyOf(ids);
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void aSearchThatFailsForNowIsTriedAgain() {
        SpareInnerMaps spares = new SpareInnerMaps(4);
        spares.enable(this::finder);
        RawMap spare = null;
        for (int wave = 0; spare == null && wave < MOST_WAVES; wave++) {
            spares.expect(1);
            spare = spares.take(SHAPE);
            if (spare == null) {
                RawMap map = factory.create(SHAPE, null);
                ids.add(map.id());
                if (!spares.recycle(map, true)) {
                    map.close();
                }
            }
        }

        assertThat(spare).isNotNull();
        assertThat(tries).hasValue(2);
        spare.close();
        spares.close();
    }
}
