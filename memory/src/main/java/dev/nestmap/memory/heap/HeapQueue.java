/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.E2BIG;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static dev.nestmap.runtime.internal.map.RawMap.ANY;
import static dev.nestmap.runtime.internal.map.RawMap.EXIST;

import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapKind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** QUEUE and STACK ({@code kernel/bpf/queue_stack_maps.c}). */
final class HeapQueue extends HeapMap {
    /** Ordered from the oldest value to the newest. */
    private final Deque<Object> values = new ArrayDeque<>();

    HeapQueue(MapShape shape) {
        super(shape, null);
    }

    @Override
    synchronized @Nullable Object find(byte[] key) {
        return isStack() ? values.peekLast() : values.peekFirst();
    }

    /** With {@code BPF_EXIST} a full map removes its oldest value. */
    @Override
    synchronized int put(byte[] key, Object value, long flags) {
        if (flags != ANY && flags != EXIST) {
            return -EINVAL;
        }
        if (values.size() == shape().maxEntries()) {
            if (flags != EXIST) {
                return -E2BIG;
            }
            values.removeFirst();
        }
        values.addLast(value);
        return 0;
    }

    @Override
    synchronized int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt) {
        Object value = isStack() ? values.pollLast() : values.pollFirst();
        if (value == null) {
            return -ENOENT;
        }
        write(value, block, valueAt);
        return 0;
    }

    @Override
    int delete(OffHeapBlock block, int keyAt) {
        return -EINVAL;
    }

    @Override
    int nextKey(OffHeapBlock block, int keyAt, int nextAt) {
        return -EINVAL;
    }

    @Override
    synchronized Iterable<Object> values() {
        return List.copyOf(values);
    }

    private boolean isStack() {
        return shape().kind() == MapKind.STACK;
    }
}
