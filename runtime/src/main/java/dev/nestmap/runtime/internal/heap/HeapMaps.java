/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.heap;

import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The maps of this process by id, as the kernel has those of the machine. A test that forgets to close leaks no memory. */
final class HeapMaps {
    /** Guards the counts of references: between different maps, so there is one lock for all. */
    static final Object REFERENCES = new Object();

    private static final AtomicInteger LAST_ID = new AtomicInteger();
    private static final ConcurrentHashMap<Integer, WeakReference<HeapMap>> BY_ID = new ConcurrentHashMap<>();

    private HeapMaps() {}

    /** A new map, with an id that no other has or had. */
    static HeapMap register(IntFunction<HeapMap> constructor) {
        HeapMap map = constructor.apply(LAST_ID.incrementAndGet());
        BY_ID.put(map.id(), new WeakReference<>(map));
        return map;
    }

    /** The map with this id, if it is still there. */
    static @Nullable HeapMap find(int id) {
        WeakReference<HeapMap> reference = BY_ID.get(id);
        return reference == null ? null : reference.get();
    }

    static void forget(int id) {
        BY_ID.remove(id);
    }
}
