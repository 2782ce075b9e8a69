/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.E2BIG;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOSPC;
import static dev.nestmap.runtime.internal.map.RawMap.ANY;
import static dev.nestmap.runtime.internal.map.RawMap.EXIST;
import static dev.nestmap.runtime.internal.map.RawMap.NOEXIST;

import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapKind;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A map that user space can iterate over by its keys. The order of the keys never changes, so batches read each entry that stays once. */
abstract class HeapKeyedMap extends HeapMap {
    /** Each key has the bytes of its last update. */
    final NavigableMap<byte[], Object> entries;

    /** The keys of an LRU map. The key that was written first comes first. */
    private final Set<ByteBuffer> byAge = new LinkedHashSet<>();

    HeapKeyedMap(MapShape shape, @Nullable MapShape prototype, Comparator<byte[]> order) {
        super(shape, prototype);
        this.entries = new TreeMap<>(order);
    }

    /** Whether the kernel accepts the bytes as a key. */
    boolean isKey(byte[] bytes) {
        return true;
    }

    @Override
    synchronized @Nullable Object find(byte[] key) {
        return entries.get(key);
    }

    @Override
    final int put(byte[] key, Object value, long flags) {
        if (flags < ANY || flags > EXIST || !isKey(key)) {
            return -EINVAL;
        }
        Object replaced;
        synchronized (this) {
            boolean isThere = entries.containsKey(key);
            if (isThere && flags == NOEXIST) {
                return -EEXIST;
            }
            if (!isThere && flags == EXIST) {
                return -ENOENT;
            }
            if (!isThere && entries.size() >= shape().maxEntries()) {
                if (!shape().kind().isLru()) {
                    return shape().kind() == MapKind.LPM_TRIE ? -ENOSPC : -E2BIG;
                }
                remove(byAge.iterator().next().array());
            }
            replaced = remove(key);
            entries.put(key, value);
            if (shape().kind().isLru()) {
                byAge.add(ByteBuffer.wrap(key));
            }
        }
        drop(replaced);
        return 0;
    }

    @Override
    final int delete(OffHeapBlock block, int keyAt) {
        byte[] key = key(block, keyAt);
        if (!isKey(key)) {
            return -EINVAL;
        }
        Object removed;
        synchronized (this) {
            removed = remove(key);
        }
        drop(removed);
        return removed == null ? -ENOENT : 0;
    }

    /** Removes an entry and returns its value; null if there is none. The caller holds the lock. */
    final @Nullable Object remove(byte[] key) {
        byAge.remove(ByteBuffer.wrap(key));
        return entries.remove(key);
    }

    @Override
    final synchronized int nextKey(OffHeapBlock block, int keyAt, int nextAt) {
        Map.Entry<byte[], Object> next = after(keyAt < 0 ? null : key(block, keyAt));
        if (next == null) {
            return -ENOENT;
        }
        block.bytes().put(nextAt, next.getKey());
        return 0;
    }

    /** The entry that follows the key. If the key no longer exists, the kernel starts again with the first entry. */
    final Map.@Nullable Entry<byte[], Object> after(byte @Nullable [] key) {
        return key == null || !isKey(key) || !entries.containsKey(key)
                ? entries.firstEntry()
                : entries.higherEntry(key);
    }

    /** The first entry of the batch that follows a batch with this last key. */
    Map.@Nullable Entry<byte[], Object> afterBatch(byte[] last) {
        return entries.higherEntry(last);
    }

    @Override
    final synchronized int lookupBatch(Batch batch) {
        Map.Entry<byte[], Object> next =
                batch.started() ? afterBatch(key(batch.memory(), Batch.CURSOR_AT)) : entries.firstEntry();
        int found = 0;
        for (; next != null && found < batch.capacity(); next = entries.higherEntry(next.getKey())) {
            int index = found++;
            batch.memory().bytes().put(batch.keyAt(index), next.getKey());
            batch.memory().bytes().put(batch.nextCursorAt(), next.getKey());
            write(next.getValue(), batch.memory(), batch.valueAt(index));
        }
        batch.read(found);
        return next == null ? -ENOENT : 0;
    }

    @Override
    final synchronized Iterable<Object> values() {
        return List.copyOf(entries.values());
    }
}
