/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EBADF;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOTSUPP;

import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.InnerMapCompatibility;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A map in memory. {@link HeapHandle}s and slots of outer maps refer to it and keep it alive. Its values are {@code byte[]}, or {@code
 * HeapMap}s in an outer map; subclasses store them.
 *
 * <p>Thread-safe. Each map has a lock, which no thread holds while it calls another map.
 */
abstract class HeapMap {
    /** Guards the reference counts of all maps, because an update of an outer map changes the counts of others. */
    private static final Object REFERENCES = new Object();

    private static final AtomicInteger LAST_ID = new AtomicInteger();

    /** The maps of this process. The references are weak, so a test that forgets to close a map leaks no memory. */
    private static final Map<Integer, WeakReference<HeapMap>> BY_ID = new ConcurrentHashMap<>();

    private final MapShape shape;
    private final @Nullable MapShape prototype;

    /** No other map ever had this id. */
    private final int id = LAST_ID.incrementAndGet();

    private int references;

    /** Called when a write of Java code in place of a program has failed. */
    private BiConsumer<HeapMap, Integer> failedWrites = (map, error) -> {};

    /**
     * @param prototype the shape of the inner maps of an outer map; null for other maps
     */
    HeapMap(MapShape shape, @Nullable MapShape prototype) {
        this.shape = shape;
        this.prototype = prototype;
    }

    /** Lets {@link #withId} find this map until its last reference is released. */
    final void register() {
        BY_ID.put(id, new WeakReference<>(this));
    }

    /** Returns the map with an id; null if it no longer exists. */
    static @Nullable HeapMap withId(int id) {
        WeakReference<HeapMap> reference = BY_ID.get(id);
        return reference == null ? null : reference.get();
    }

    /** Sets the receiver of failed writes. Called before the first operation. */
    final void countFailedWrites(BiConsumer<HeapMap, Integer> receiver) {
        failedWrites = receiver;
    }

    /** Reports that a write of Java code in place of a program has failed. The caller holds no lock. */
    final void writeHasFailed(int error) {
        failedWrites.accept(this, error);
    }

    final MapShape shape() {
        return shape;
    }

    /** See {@link MapShape#valueBytes}. */
    final int valueBytes() {
        return shape.valueBytes(() -> HeapMapFactory.CPUS);
    }

    final int id() {
        return id;
    }

    int lookup(OffHeapBlock block, int keyAt, int valueAt) {
        Object value = find(key(block, keyAt));
        if (value == null) {
            return -ENOENT;
        }
        write(value, block, valueAt);
        return 0;
    }

    final int update(OffHeapBlock block, int keyAt, int valueAt, long flags) {
        if (prototype != null) {
            return -EINVAL; // an outer map only takes maps
        }
        int refused = refusedFlags(flags & RawMap.LOCK);
        if (refused != 0) {
            return refused;
        }
        byte[] value = new byte[valueBytes()];
        block.bytes().get(valueAt, value);
        // Every read and write of a value holds the map's lock, so the value's own lock is not needed.
        return put(key(block, keyAt), value, flags & ~RawMap.LOCK);
    }

    /** Rejects all flags of a read or write except {@link RawMap#LOCK}, which it rejects only if the values have no lock. */
    final int refusedFlags(long flags) {
        return flags == 0 || (flags == RawMap.LOCK && shape.hasLock()) ? 0 : -EINVAL;
    }

    final int updateInner(OffHeapBlock block, int keyAt, HeapMap inner, long flags) {
        if (prototype == null
                || InnerMapCompatibility.difference(prototype, inner.shape).isPresent()) {
            return -EINVAL;
        }
        if (!inner.retain()) {
            return -EBADF;
        }
        int result = put(key(block, keyAt), inner, flags);
        if (result != 0) {
            inner.release();
        }
        return result;
    }

    /** The memory of an array with {@code BPF_F_MMAPABLE}; otherwise null. */
    @Nullable
    ByteBuffer memory() {
        return null;
    }

    /** Returns the records of a stream. Only ring buffers have records. */
    StreamOperations stream() {
        return StreamOperations.NONE;
    }

    /** Returns the result of an operation that the map's type does not support. */
    int unsupported() {
        return -ENOTSUPP;
    }

    /** Removes the value at the key. Only some types support this. */
    int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt) {
        return unsupported();
    }

    /** Only hash maps support this. */
    int lookupAndDeleteBatch(Batch batch) {
        return unsupported();
    }

    /** Removes the entry. An implementation calls {@link #drop} with the value after it has released the lock. */
    int delete(OffHeapBlock block, int keyAt) {
        return unsupported();
    }

    int nextKey(OffHeapBlock block, int keyAt, int nextAt) {
        return unsupported();
    }

    int lookupBatch(Batch batch) {
        return unsupported();
    }

    /** The value at the key; null if the key does not exist. */
    @Nullable
    Object find(byte[] key) {
        unsupported();
        return null;
    }

    int put(byte[] key, Object value, long flags) {
        return unsupported();
    }

    /** All values. Called when nothing refers to the map any more. */
    Iterable<Object> values() {
        return List.of();
    }

    /** Adds a reference to the map. Returns false if the map no longer exists. */
    final boolean retain() {
        synchronized (REFERENCES) {
            references += references < 0 ? 0 : 1;
            return references > 0;
        }
    }

    /** Removes a reference. With the last one, the map releases the maps in it. */
    final void release() {
        synchronized (REFERENCES) {
            if (--references > 0) {
                return;
            }
            references = -1;
        }
        BY_ID.remove(id);
        values().forEach(HeapMap::drop);
    }

    /** Releases a value that was removed from a map. The caller holds no lock. */
    static void drop(@Nullable Object value) {
        if (value instanceof HeapMap inner) {
            inner.release();
        }
    }

    /** Writes a value as user space reads it: its bytes, or the id of an inner map. */
    static void write(Object value, OffHeapBlock to, int at) {
        if (value instanceof HeapMap inner) {
            to.bytes().putInt(at, inner.id);
        } else {
            to.bytes().put(at, (byte[]) value);
        }
    }

    final byte[] key(OffHeapBlock block, int keyAt) {
        byte[] key = new byte[shape.keySize()];
        block.bytes().get(keyAt, key);
        return key;
    }

    final boolean holdsMaps() {
        return prototype != null;
    }
}
