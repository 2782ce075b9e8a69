/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import java.lang.ref.WeakReference;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The maps in memory of this process by id. The references are weak, so a test that forgets to close a map leaks no memory. */
final class HeapMapRegistry {
    /** Guards the reference counts of all maps, because an update of an outer map changes the counts of others. */
    static final Object REFERENCES = new Object();

    /** Stands for the kernel's boot id: ids are unique in this process only. */
    static final UUID BOOT_ID = UUID.randomUUID();

    private static final AtomicInteger LAST_ID = new AtomicInteger();
    private static final ConcurrentHashMap<Integer, WeakReference<HeapMap>> BY_ID = new ConcurrentHashMap<>();

    private HeapMapRegistry() {}

    /** Creates a map with a new id, which no other map ever had. */
    static HeapMap register(IntFunction<HeapMap> constructor) {
        HeapMap map = constructor.apply(LAST_ID.incrementAndGet());
        BY_ID.put(map.id(), new WeakReference<>(map));
        return map;
    }

    /** The map with this id; null if it no longer exists. */
    static @Nullable HeapMap find(int id) {
        WeakReference<HeapMap> reference = BY_ID.get(id);
        return reference == null ? null : reference.get();
    }

    static void forget(int id) {
        BY_ID.remove(id);
    }
}
