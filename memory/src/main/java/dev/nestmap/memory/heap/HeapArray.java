/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.E2BIG;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOMEM;
import static dev.nestmap.runtime.internal.map.RawMap.ANY;
import static dev.nestmap.runtime.internal.map.RawMap.EXIST;
import static dev.nestmap.runtime.internal.map.RawMap.NOEXIST;

import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapFlags;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** ARRAY, PERCPU_ARRAY and ARRAY_OF_MAPS ({@code kernel/bpf/arraymap.c}). Values that were never written take no memory. */
final class HeapArray extends HeapMap {
    private final Map<Integer, Object> written = new HashMap<>();
    private final byte[] zeros;

    /** The values of an array with {@code BPF_F_MMAPABLE}, each at a multiple of 8 bytes; otherwise null. */
    private final @Nullable ByteBuffer memory;

    HeapArray(MapShape shape, @Nullable MapShape prototype) {
        super(shape, prototype);
        this.zeros = new byte[valueBytes()];
        this.memory = (shape.flags() & MapFlags.MMAPABLE) == 0 ? null : memory(shape);
    }

    private static ByteBuffer memory(MapShape shape) {
        long size = Math.multiplyExact(shape.maxEntries(), Alignment.align(shape.valueSize()));
        if (size > Integer.MAX_VALUE) {
            throw MapOperation.CREATE.failed(shape, null, ENOMEM);
        }
        return ByteBuffer.allocateDirect((int) size).order(ByteOrder.nativeOrder());
    }

    @Override
    @Nullable
    ByteBuffer memory() {
        return memory;
    }

    @Override
    @Nullable
    Object find(byte[] key) {
        int index = index(key);
        return isInside(index) ? at(index) : null;
    }

    @Override
    int put(byte[] key, Object value, long flags) {
        if (holdsMaps() ? flags != ANY : flags < ANY || flags > EXIST) {
            return -EINVAL;
        }
        int index = index(key);
        if (!isInside(index)) {
            return -E2BIG;
        }
        if (flags == NOEXIST) {
            return -EEXIST;
        }
        if (memory != null) {
            memory.put(index * Alignment.align(shape().valueSize()), (byte[]) value);
            return 0;
        }
        Object replaced;
        synchronized (written) {
            replaced = written.put(index, value);
        }
        drop(replaced);
        return 0;
    }

    @Override
    int delete(OffHeapBlock block, int keyAt) {
        if (!holdsMaps()) {
            return -EINVAL;
        }
        int index = index(key(block, keyAt));
        if (!isInside(index)) {
            return -E2BIG;
        }
        Object replaced;
        synchronized (written) {
            replaced = written.remove(index);
        }
        drop(replaced);
        return replaced == null ? -ENOENT : 0;
    }

    @Override
    int nextKey(OffHeapBlock block, int keyAt, int nextAt) {
        int index = keyAt < 0 ? -1 : index(key(block, keyAt));
        int next = keyAt < 0 || !isInside(index) ? 0 : index + 1;
        if (!isInside(next)) {
            return -ENOENT;
        }
        block.bytes().putInt(nextAt, next);
        return 0;
    }

    /** The cursor is the last index that was read. */
    @Override
    int lookupBatch(Batch batch) {
        int next = batch.started() ? batch.memory().bytes().getInt(Batch.CURSOR_AT) + 1 : 0;
        int found = 0;
        for (; found < batch.capacity() && isInside(next); next++) {
            Object value = at(next);
            if (value != null) {
                batch.memory().bytes().putInt(batch.keyAt(found), next);
                write(value, batch.memory(), batch.valueAt(found));
                found++;
            }
        }
        batch.memory().bytes().putInt(batch.nextCursorAt(), next - 1);
        batch.read(found);
        return found < batch.capacity() ? -ENOENT : 0;
    }

    @Override
    Iterable<Object> values() {
        synchronized (written) {
            return List.copyOf(written.values());
        }
    }

    private @Nullable Object at(int index) {
        if (memory != null) {
            byte[] value = new byte[shape().valueSize()];
            memory.get(index * Alignment.align(value.length), value);
            return value;
        }
        synchronized (written) {
            Object value = written.get(index);
            return value != null || holdsMaps() ? value : zeros;
        }
    }

    private boolean isInside(int index) {
        return Integer.toUnsignedLong(index) < shape().maxEntries();
    }

    private static int index(byte[] key) {
        return ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()).getInt();
    }
}
