/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.OpenMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A stock of inner maps that are created in advance, so that a request does not wait for their creation. */
public final class SpareMaps implements Supplier<OpenMap> {
    private final Supplier<OpenMap> creator;
    private final int capacity;
    private final ConcurrentLinkedQueue<OpenMap> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    /**
     * Creates an empty stock.
     *
     * @param creator creates an inner map
     * @param capacity the most maps that {@link #refill} keeps ready
     */
    public SpareMaps(Supplier<OpenMap> creator, int capacity) {
        this.creator = creator;
        this.capacity = capacity;
    }

    /** Returns a map from the stock, or creates one if the stock is empty. The caller owns it. */
    @Override
    public OpenMap get() {
        OpenMap map = ready.poll();
        if (map == null) {
            return creator.get();
        }
        count.decrementAndGet();
        return map;
    }

    /** Adds at most {@code most} new maps to the stock. Returns false if the stock was full. */
    public boolean refill(int most) {
        int created = 0;
        while (created < most && count.get() < capacity) {
            ready.add(creator.get());
            count.incrementAndGet();
            created++;
        }
        return created > 0;
    }

    /** Closes the maps in the stock. */
    public void close() {
        for (OpenMap map = ready.poll(); map != null; map = ready.poll()) {
            count.decrementAndGet();
            map.close();
        }
    }
}
