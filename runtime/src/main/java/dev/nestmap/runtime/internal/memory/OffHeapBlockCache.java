/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a few blocks for threads that read or write many maps in batches. Allocating memory outside the Java heap takes about a
 * microsecond, and zeroing it takes longer: 50 µs for 150 KiB.
 */
public final class OffHeapBlockCache extends ReusedObjects.Reused {
    /** A walk uses a block for the outer map, one for the inner maps, and one for reads and writes of the caller's code during the walk. */
    private static final int MAX_KEPT_BLOCKS = 4;

    /** The most bytes that are kept in one cache. */
    private static final int MAX_KEPT_SIZE = 1 << 20;

    /** Few, because a thread uses a cache only for a moment. */
    private static final ReusedObjects<OffHeapBlockCache> ALL = new ReusedObjects<>(
            OffHeapBlockCache::new,
            4 * Integer.highestOneBit(2 * Runtime.getRuntime().availableProcessors() - 1));

    /** Ordered by size, the smallest first. */
    private final List<OffHeapBlock> kept = new ArrayList<>(MAX_KEPT_BLOCKS);

    private int keptSize;

    OffHeapBlockCache() {}

    /** Returns a block of at least that many bytes, which may contain the bytes of an earlier user. */
    public static OffHeapBlock take(int size) {
        OffHeapBlockCache mine = ALL.take();
        OffHeapBlock kept = mine.find(size);
        mine.giveBack();
        return kept == null ? OffHeapBlock.allocate(size) : kept;
    }

    /** Returns a kept block of at least that many bytes, which the cache forgets; null if there is none. */
    @Nullable
    OffHeapBlock find(int size) {
        for (int i = 0; i < kept.size(); i++) {
            if (kept.get(i).size() >= size) {
                return remove(i);
            }
        }
        return null;
    }

    /**
     * Keeps a block that nobody uses any more for a later {@link #take}. A block that is never given back is freed as garbage.
     *
     * @throws IllegalStateException if the block was given back before: two users would get the same memory. Not noticed if it is in
     *     another cache
     */
    public static void giveBack(OffHeapBlock block) {
        OffHeapBlockCache mine = ALL.take();
        try {
            mine.keep(block);
        } finally {
            mine.giveBack();
        }
    }

    /** Keeps a block, and forgets the smallest ones if these are too many: larger ones serve more users. */
    void keep(OffHeapBlock block) {
        if (block.size() > MAX_KEPT_SIZE) {
            return;
        }
        if (kept.contains(block)) {
            throw new IllegalStateException("this block was given back before");
        }
        int index = 0;
        while (index < kept.size() && kept.get(index).size() < block.size()) {
            index++;
        }
        kept.add(index, block);
        keptSize += block.size();
        while (kept.size() > MAX_KEPT_BLOCKS || keptSize > MAX_KEPT_SIZE) {
            remove(0);
        }
    }

    private OffHeapBlock remove(int index) {
        OffHeapBlock block = kept.remove(index);
        keptSize -= block.size();
        return block;
    }
}
