/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.handle.LeakedOuterMap;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.heap.HeapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.schema.MapKind;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenInnerMapsTest {
    private static final MapShape SHAPE = new MapShape("inner", MapKind.HASH, 4, 8, 8, 0);

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final HeapFactory factory = new HeapFactory();

    @AfterEach
    void shutDown() {
        threads.shutdown();
    }

    @Test
    void handsOutAMapOfTwoSlotsFromTwoThreads() throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        LeasedMap outer = new LeasedMap("outer", factory.create(SHAPE, null));
        for (int round = 0; round < 20_000; round++) {
            OpenInnerMaps inners = new OpenInnerMaps(
                    outer,
                    new LeakedOuterMap(new AtomicInteger()),
                    new InnerMapOpener(outer, SHAPE, factory, null),
                    DescriptorBound.configured());
            OpenInnerMap inner = inTwoSlots(inners);
            Future<LeasedMap> first = threads.submit(() -> handOut(inners, inner, start));
            Future<LeasedMap> second = threads.submit(() -> handOut(inners, inner, start));
            assertThat(first.get().id()).isEqualTo(second.get().id());
            first.get().close();
            second.get().close();
        }
        outer.close();
    }

    private OpenInnerMap inTwoSlots(OpenInnerMaps inners) {
        OpenInnerMap inner = inners.add(new LeasedMap("inner", factory.create(SHAPE, null)));
        inners.endPut(inner, new SlotKey(1, new byte[] {1, 0, 0, 0}));
        inners.beginChange(inner);
        inners.endPut(inner, new SlotKey(2, new byte[] {2, 0, 0, 0}));
        return inner;
    }

    private static LeasedMap handOut(OpenInnerMaps inners, OpenInnerMap inner, CyclicBarrier start) throws Exception {
        start.await();
        inners.beginChange(inner);
        return inners.handOut(inner, "it was taken");
    }
}
