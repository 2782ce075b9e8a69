/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EINVAL;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EOPNOTSUPP;
import static dev.nestmap.runtime.internal.map.RawMap.ANY;

import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.util.BitSet;

/**
 * BLOOM_FILTER ({@code kernel/bpf/bloom_filter.c}), with as many bits and hash functions as in the kernel. The hash functions differ, and
 * so do the false positives. (In the kernel, they differ even between maps, because each map has a random seed.)
 */
final class HeapBloomFilter extends HeapMap {
    private static final int DEFAULT_HASHES = 5;
    private static final int MAX_BITS = 1 << 30;

    private final BitSet bits = new BitSet();
    private final int hashes;
    private final int mask;

    HeapBloomFilter(MapShape shape) {
        super(shape, null);
        this.hashes = shape.extra() == 0 ? DEFAULT_HASHES : (int) shape.extra();
        // n entries and k functions need n * k / ln 2 bits; the kernel approximates 1 / ln 2 by 7 / 5.
        long wanted = Math.min(shape.maxEntries() * hashes / 5 * 7, MAX_BITS);
        this.mask = Integer.highestOneBit((int) Math.max(2 * wanted - 1, 64)) - 1;
    }

    /** Reads the value from the block. Returns 0 if the filter may contain it. */
    @Override
    synchronized int lookup(OffHeapBlock block, int keyAt, int valueAt) {
        byte[] value = new byte[valueBytes()];
        block.bytes().get(valueAt, value);
        for (int i = 0; i < hashes; i++) {
            if (!bits.get(bit(value, i))) {
                return -ENOENT;
            }
        }
        return 0;
    }

    @Override
    synchronized int put(byte[] key, Object value, long flags) {
        if (flags != ANY) {
            return -EINVAL;
        }
        for (int i = 0; i < hashes; i++) {
            bits.set(bit((byte[]) value, i));
        }
        return 0;
    }

    @Override
    int delete(OffHeapBlock block, int keyAt) {
        return -EOPNOTSUPP;
    }

    @Override
    int nextKey(OffHeapBlock block, int keyAt, int nextAt) {
        return -EOPNOTSUPP;
    }

    /** FNV-1a with a seed per function. */
    private int bit(byte[] value, int function) {
        long hash = 0xcbf29ce484222325L ^ (function * 0x9E3779B97F4A7C15L);
        for (byte b : value) {
            hash = (hash ^ Byte.toUnsignedLong(b)) * 0x100000001b3L;
        }
        return (int) (hash ^ (hash >>> 32)) & mask;
    }
}
