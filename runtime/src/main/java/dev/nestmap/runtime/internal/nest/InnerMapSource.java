/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.open.OpenMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The source of empty inner maps for one outer map. It creates maps, and can keep a stock of maps with the declared shape, so that requests
 * do not wait for their creation. A rotation gets recycled maps ({@link Spares}) if there are any. An empty slot always gets a new map, so
 * that an id that a listener of requests has stored never belongs to another map at the same key.
 */
public final class InnerMapSource {
    private final OpenMap outer;
    private final MapShape declared;
    private final MapFactory factory;
    private final InnerMapDescriptors descriptors;
    private final int capacity;
    private final ConcurrentLinkedQueue<OpenMap> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    /**
     * Creates an empty stock.
     *
     * @param declared the shape of inner maps as the records declare it
     * @param capacity the most maps that {@link #refill} keeps ready
     */
    InnerMapSource(
            OpenMap outer, MapShape declared, MapFactory factory, InnerMapDescriptors descriptors, int capacity) {
        this.outer = outer;
        this.declared = declared;
        this.factory = factory;
        this.descriptors = descriptors;
        this.capacity = capacity;
    }

    /** Returns an empty map of a shape, from the stock if it has one. The caller owns it. */
    OpenMap get(MapShape shape) {
        OpenMap map = shape.equals(declared) ? ready.poll() : null;
        if (map == null) {
            return create(shape);
        }
        count.decrementAndGet();
        return map;
    }

    /**
     * Returns an empty map with the name and size of another one. Other attributes are the declared ones, because the kernel does
     * not report all of them: neither the NUMA node nor the access flags. If this process reads events of the other map, it
     * also reads those of the new one, so that no event of a program is lost.
     */
    OpenMap getLike(RawMap other) {
        MapShape shape = declared.withName(other.shape().name())
                .withMaxEntries(other.shape().maxEntries())
                .withExtra(other.shape().extra());
        RawMap spare = descriptors.holdings().spares().take(shape);
        if (spare != null) {
            return opened(spare);
        }
        OpenMap map = get(shape);
        try (Undo undo = new Undo(map::close)) {
            int bufferSize = other.stream().bufferSize();
            if (bufferSize > 0) {
                map.stream().openBuffers(bufferSize);
            }
            return undo.commit(map);
        }
    }

    private OpenMap create(MapShape shape) {
        // The factory uses the object that the outer map belongs to, which is open as long as the outer map is.
        return descriptors.creating(() -> outer.whileValid(() -> opened(factory.create(shape.requireSize(), null))));
    }

    /** Returns a handle to a map, which is closed if there is no memory for the handle. */
    private OpenMap opened(RawMap raw) {
        OpenMap map = null;
        try {
            map = new OpenMap(declared.name(), raw);
            return map;
        } finally {
            if (map == null) {
                raw.close();
            }
        }
    }

    /** Adds at most {@code most} new maps to the stock. Returns false if the stock was full. */
    public boolean refill(int most) {
        int created = 0;
        while (created < most && count.get() < capacity) {
            ready.add(create(declared));
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
