/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.E2BIG;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOSPC;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOTSUPP;
import static dev.nestmap.runtime.internal.map.RawMap.ANY;
import static dev.nestmap.runtime.internal.map.RawMap.EXIST;
import static dev.nestmap.runtime.internal.map.RawMap.NOEXIST;

import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * HASH, RHASH, LRU_HASH, their per-CPU variants and HASH_OF_MAPS ({@code kernel/bpf/hashtab.c}). The number of buckets never changes, so an
 * iteration over the buckets reads each entry that stays exactly once.
 */
final class HeapHash extends HeapMap {
    private static final int MAX_BUCKETS = 1 << 16;

    private final @Nullable Node[] buckets;
    private final Set<Node> byAge = new LinkedHashSet<>();

    HeapHash(MapShape shape, @Nullable MapShape prototype, int id) {
        super(shape, prototype, id);
        long entries = Math.min(shape.maxEntries(), MAX_BUCKETS);
        this.buckets = new Node[Integer.highestOneBit(Math.toIntExact(2 * entries - 1))];
    }

    @Override
    synchronized @Nullable Object find(byte[] key) {
        Node node = node(key);
        return node == null ? null : node.value;
    }

    @Override
    int put(byte[] key, Object value, long flags) {
        if (flags < ANY || flags > EXIST) {
            return -EINVAL;
        }
        List<@Nullable Object> removed = new ArrayList<>(1);
        int result = put(key, value, flags, removed);
        removed.forEach(HeapMap::drop);
        return result;
    }

    private synchronized int put(byte[] key, Object value, long flags, List<@Nullable Object> removed) {
        Node node = node(key);
        if (node != null) {
            if (flags == NOEXIST) {
                return -EEXIST;
            }
            removed.add(node.value);
            node.value = value;
            byAge.remove(node);
            byAge.add(node);
            return 0;
        }
        if (flags == EXIST) {
            return -ENOENT;
        }
        if (byAge.size() >= shape().maxEntries()) {
            if (!shape().kind().isLru()) {
                return -E2BIG;
            }
            removed.add(remove(byAge.iterator().next()));
        }
        int bucket = bucket(key);
        Node fresh = new Node(key, value, buckets[bucket]);
        buckets[bucket] = fresh;
        byAge.add(fresh);
        return 0;
    }

    @Override
    synchronized int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt) {
        Node node = holdsMaps() ? null : node(key(block, keyAt));
        if (node == null) {
            return holdsMaps() ? -ENOTSUPP : -ENOENT;
        }
        write(remove(node), block, valueAt);
        return 0;
    }

    @Override
    int delete(OffHeapBlock block, int keyAt) {
        byte[] key = key(block, keyAt);
        Object value;
        synchronized (this) {
            Node node = node(key);
            if (node == null) {
                return -ENOENT;
            }
            value = remove(node);
        }
        drop(value);
        return 0;
    }

    @Override
    synchronized int nextKey(OffHeapBlock block, int keyAt, int nextAt) {
        Node node = keyAt < 0 ? null : node(key(block, keyAt));
        Node next = node == null ? null : node.next;
        int bucket = node == null ? -1 : bucket(node.key);
        while (next == null && ++bucket < buckets.length) {
            next = buckets[bucket];
        }
        if (next == null) {
            return -ENOENT;
        }
        block.bytes().put(nextAt, next.key);
        return 0;
    }

    /** The cursor is the number of the next bucket. */
    @Override
    synchronized int lookupBatch(Batch batch) {
        int bucket = batch.started() ? batch.memory().bytes().getInt(Batch.CURSOR_AT) : 0;
        int found = 0;
        for (; bucket < buckets.length; bucket++) {
            if (length(bucket) > batch.capacity() - batch.done() - found) {
                if (found == 0) {
                    return -ENOSPC;
                }
                break;
            }
            for (Node node = buckets[bucket]; node != null; node = node.next) {
                int index = batch.done() + found++;
                batch.memory().bytes().put(batch.keyAt(index), node.key);
                write(node.value, batch.memory(), batch.valueAt(index));
            }
        }
        batch.memory().bytes().putInt(batch.nextCursorAt(), bucket);
        batch.read(found);
        return bucket < buckets.length ? 0 : -ENOENT;
    }

    @Override
    int lookupAndDeleteBatch(Batch batch) {
        List<Object> taken = new ArrayList<>();
        int result;
        synchronized (this) {
            result = lookupBatch(batch);
            int found = result == 0 || result == -ENOENT ? batch.count() : 0;
            for (int i = 0; i < found; i++) {
                Node node = node(batch.key(i));
                taken.add(remove(Objects.requireNonNull(node, "lookupBatch found it under the same lock")));
            }
        }
        taken.forEach(HeapMap::drop);
        return result;
    }

    @Override
    synchronized long entries() {
        return byAge.size();
    }

    @Override
    synchronized Iterable<Object> values() {
        return byAge.stream().map(node -> node.value).toList();
    }

    private @Nullable Node node(byte[] key) {
        Node node = buckets[bucket(key)];
        while (node != null && !Arrays.equals(node.key, key)) {
            node = node.next;
        }
        return node;
    }

    private Object remove(Node gone) {
        int bucket = bucket(gone.key);
        Node previous = buckets[bucket];
        if (previous == gone) {
            buckets[bucket] = gone.next;
        } else {
            while (previous != null && previous.next != gone) {
                previous = previous.next;
            }
            if (previous != null) {
                previous.next = gone.next;
            }
        }
        byAge.remove(gone);
        return gone.value;
    }

    private int length(int bucket) {
        int length = 0;
        for (Node node = buckets[bucket]; node != null; node = node.next) {
            length++;
        }
        return length;
    }

    private int bucket(byte[] key) {
        int hash = Arrays.hashCode(key) * 0x9E3779B9;
        return (hash ^ (hash >>> 16)) & (buckets.length - 1);
    }

    private static final class Node {
        private final byte[] key;
        private Object value;
        private @Nullable Node next;

        Node(byte[] key, Object value, @Nullable Node next) {
            this.key = key;
            this.value = value;
            this.next = next;
        }
    }
}
