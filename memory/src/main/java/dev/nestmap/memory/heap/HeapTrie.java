/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** LPM_TRIE ({@code kernel/bpf/lpm_trie.c}). A key is the prefix length in bits, in the machine's byte order, followed by the data. */
final class HeapTrie extends HeapMap {
    /** Entries in the order of {@code trie_get_next_key}, the trie's postorder. Each key has the bytes of its last update. */
    private final NavigableMap<byte[], Object> entries = new TreeMap<>(HeapTrie::compare);

    HeapTrie(MapShape shape, int id) {
        super(shape, null, id);
    }

    @Override
    synchronized @Nullable Object find(byte[] key) {
        if (isTooLong(key)) {
            return null;
        }
        byte[] prefix = key.clone();
        for (int length = length(key); length >= 0; length--) {
            ByteBuffer.wrap(prefix).order(ByteOrder.nativeOrder()).putInt(0, length);
            Object value = entries.get(prefix);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    @Override
    synchronized int put(byte[] key, Object value, long flags) {
        if (flags < ANY || flags > EXIST || isTooLong(key)) {
            return -EINVAL;
        }
        boolean isThere = entries.containsKey(key);
        if (isThere && flags == NOEXIST) {
            return -EEXIST;
        }
        if (!isThere && flags == EXIST) {
            return -ENOENT;
        }
        if (!isThere && entries.size() >= shape().maxEntries()) {
            return -ENOSPC;
        }
        entries.remove(key); // TreeMap would keep the old key's bytes, the kernel keeps the new ones
        entries.put(key, value);
        return 0;
    }

    @Override
    synchronized int delete(OffHeapBlock block, int keyAt) {
        byte[] key = key(block, keyAt);
        if (isTooLong(key)) {
            return -EINVAL;
        }
        return entries.remove(key) == null ? -ENOENT : 0;
    }

    @Override
    synchronized int nextKey(OffHeapBlock block, int keyAt, int nextAt) {
        Map.Entry<byte[], Object> next = after(keyAt < 0 ? null : key(block, keyAt));
        if (next == null) {
            return -ENOENT;
        }
        block.bytes().put(nextAt, next.getKey());
        return 0;
    }

    /** The cursor is the last key that was read ({@code generic_map_lookup_batch}). */
    @Override
    synchronized int lookupBatch(Batch batch) {
        byte[] last = batch.started() ? key(batch.memory(), Batch.CURSOR_AT) : null;
        int found = 0;
        for (; found < batch.capacity(); found++) {
            Map.Entry<byte[], Object> next = after(last);
            if (next == null) {
                break;
            }
            last = next.getKey();
            batch.memory().bytes().put(batch.keyAt(found), last);
            write(next.getValue(), batch.memory(), batch.valueAt(found));
        }
        if (last != null) {
            batch.memory().bytes().put(batch.nextCursorAt(), last);
        }
        batch.read(found);
        return found < batch.capacity() ? -ENOENT : 0;
    }

    @Override
    synchronized Iterable<Object> values() {
        return List.copyOf(entries.values());
    }

    /** The entry that follows the key. If the key no longer exists, the kernel starts again with the first entry. */
    private Map.@Nullable Entry<byte[], Object> after(byte @Nullable [] key) {
        return key == null || isTooLong(key) || !entries.containsKey(key)
                ? entries.firstEntry()
                : entries.higherEntry(key);
    }

    private boolean isTooLong(byte[] key) {
        int bits = (shape().keySize() - Integer.BYTES) * Byte.SIZE;
        return Integer.compareUnsigned(length(key), bits) > 0;
    }

    private static int length(byte[] key) {
        return ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()).getInt(0);
    }

    /** Orders a prefix after the longer prefixes that begin with it. */
    private static int compare(byte[] one, byte[] other) {
        int common = Math.min(length(one), length(other));
        for (int bit = 0; bit < common; bit++) {
            int difference = bit(one, bit) - bit(other, bit);
            if (difference != 0) {
                return difference;
            }
        }
        return Integer.compare(length(other), length(one));
    }

    private static int bit(byte[] key, int index) {
        return (key[Integer.BYTES + index / Byte.SIZE] >> (Byte.SIZE - 1 - index % Byte.SIZE)) & 1;
    }
}
