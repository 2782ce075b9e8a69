/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.LeasedMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Inner maps that are ready before they are needed, so that making them delays nobody. */
public final class SpareMaps implements Supplier<LeasedMap> {
    private final Supplier<LeasedMap> maker;
    private final int size;
    private final ConcurrentLinkedQueue<LeasedMap> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    /** At most {@code size} maps, none of which is there yet. */
    public SpareMaps(Supplier<LeasedMap> maker, int size) {
        this.maker = maker;
        this.size = size;
    }

    /** One that is ready, or else a new one. */
    @Override
    public LeasedMap get() {
        LeasedMap map = ready.poll();
        if (map == null) {
            return maker.get();
        }
        count.decrementAndGet();
        return map;
    }

    /** Makes at most so many of those that are missing; false when none was. */
    public boolean refill(int most) {
        int made = 0;
        while (made < most && count.get() < size) {
            ready.add(maker.get());
            count.incrementAndGet();
            made++;
        }
        return made > 0;
    }

    /** Lets go of those that are ready. */
    public void close() {
        for (LeasedMap map = ready.poll(); map != null; map = ready.poll()) {
            count.decrementAndGet();
            map.close();
        }
    }
}
