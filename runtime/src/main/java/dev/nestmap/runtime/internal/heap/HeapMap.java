/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.heap;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EBADF;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOTSUPP;

import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.ShapeComparison;
import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.memory.Block;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A map itself, as opposed to a way to it ({@link HeapHandle}). It lives as long as a handle or a slot of an outer map refers
 * to it. Its values are {@code byte[]}, or maps in a map of maps; a subclass says where they are and what they are found by.
 *
 * <p>Thread-safe by one lock per map, which is never held while another map is called.
 */
abstract class HeapMap {
    private final MapShape shape;
    private final @Nullable MapShape prototype;
    private final int id;
    private int references;

    /**
     * @param prototype in a map of maps what the values have to be like, else null
     */
    HeapMap(MapShape shape, @Nullable MapShape prototype, int id) {
        this.shape = shape;
        this.prototype = prototype;
        this.id = id;
    }

    final MapShape shape() {
        return shape;
    }

    /** See {@link MapShape#valueRoom}. */
    final int valueRoom() {
        return shape.valueRoom(() -> HeapFactory.CPUS);
    }

    final int id() {
        return id;
    }

    int lookup(Block block, int keyAt, int valueAt) {
        Object value = find(key(block, keyAt));
        if (value == null) {
            return -ENOENT;
        }
        write(value, block, valueAt);
        return 0;
    }

    final int update(Block block, int keyAt, int valueAt, long flags) {
        if (prototype != null) {
            return -EINVAL; // bytes are no map
        }
        int refused = refusedFlags(flags & RawMap.LOCK);
        if (refused != 0) {
            return refused;
        }
        byte[] value = new byte[valueRoom()];
        block.bytes().get(valueAt, value);
        // Every value with a lock is written and read as a whole here, under the lock of the map.
        return put(key(block, keyAt), value, flags & ~RawMap.LOCK);
    }

    /** Of flags with which a value is read or written, only {@link RawMap#LOCK} is taken, where there is a lock. */
    final int refusedFlags(long flags) {
        return flags == 0 || (flags == RawMap.LOCK && shape.hasLock()) ? 0 : -EINVAL;
    }

    final int updateInner(Block block, int keyAt, HeapMap inner, long flags) {
        if (prototype == null
                || ShapeComparison.difference(prototype, inner.shape).isPresent()) {
            return -EINVAL;
        }
        if (!inner.refer()) {
            return -EBADF;
        }
        int result = put(key(block, keyAt), inner, flags);
        if (result != 0) {
            inner.release();
        }
        return result;
    }

    /** Only arrays with {@code BPF_F_MMAPABLE} have it, else null. */
    @Nullable
    ByteBuffer memory() {
        return null;
    }

    /** The records of a ring buffer or perf event array, which no map in memory has. */
    StreamOperations stream() {
        return StreamOperations.unsupported(shape);
    }

    /** Only some types have it. */
    int lookupAndDelete(Block block, int keyAt, int valueAt) {
        return -ENOTSUPP;
    }

    /** Only hashes have it. */
    int lookupAndDeleteBatch(Batch batch) {
        return -ENOTSUPP;
    }

    /** Whether the type knows {@code BPF_MAP_LOOKUP_BATCH} and {@code BPF_MAP_UPDATE_BATCH}. */
    boolean hasBatches() {
        return false;
    }

    /** Removes the value; the caller says {@link #drop} of it after it has let go of the lock. */
    abstract int delete(Block block, int keyAt);

    abstract int nextKey(Block block, int keyAt, int nextAt);

    abstract int lookupBatch(Batch batch);

    /** The value at the key, null when there is none. */
    abstract @Nullable Object find(byte[] key);

    abstract int put(byte[] key, Object value, long flags);

    /** Every value there is, for when nobody refers to the map any more. */
    abstract Iterable<Object> values();

    /** Counts one more that refers to the map; false when it is gone already. */
    final boolean refer() {
        synchronized (HeapMaps.REFERENCES) {
            references += references < 0 ? 0 : 1;
            return references > 0;
        }
    }

    /** Counts one less. With the last one the map goes, and lets go of the maps in it. */
    final void release() {
        synchronized (HeapMaps.REFERENCES) {
            if (--references > 0) {
                return;
            }
            references = -1;
        }
        HeapMaps.forget(id);
        values().forEach(HeapMap::drop);
    }

    /** Said of a value that has left a map, when no lock is held. */
    static void drop(@Nullable Object value) {
        if (value instanceof HeapMap inner) {
            inner.release();
        }
    }

    /** Writes what user space reads of a value: its bytes, or the map's id. */
    static void write(Object value, Block to, int at) {
        if (value instanceof HeapMap inner) {
            to.bytes().putInt(at, inner.id);
        } else {
            to.bytes().put(at, (byte[]) value);
        }
    }

    final byte[] key(Block block, int keyAt) {
        byte[] key = new byte[shape.keySize()];
        block.bytes().get(keyAt, key);
        return key;
    }

    final boolean holdsMaps() {
        return prototype != null;
    }
}
