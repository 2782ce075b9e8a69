/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a few blocks for each platform thread, and for each carrier of virtual threads, for threads that read or write many maps in batches. Allocating memory outside the Java heap takes
 * about a microsecond, and zeroing it takes longer: 50 µs for 150 KiB.
 */
public final class OffHeapBlockCache {
    /** A walk uses a block for the outer map, one for the inner maps, and one for reads and writes of the caller's code during the walk. */
    private static final int MAX_KEPT_BLOCKS = 4;

    /** The most bytes that are kept for a thread. */
    private static final int MAX_KEPT_SIZE = 1 << 20;

    private static final PerThread<OffHeapBlockCache> OF_THREAD = new PerThread<>(OffHeapBlockCache::new);

    /** Ordered by size, the smallest first. */
    private final List<OffHeapBlock> kept = new ArrayList<>(MAX_KEPT_BLOCKS);

    private int keptSize;

    private OffHeapBlockCache() {}

    /** Returns a block of at least that many bytes, which may contain the bytes of an earlier user. */
    public static OffHeapBlock take(int size) {
        OffHeapBlockCache mine = OF_THREAD.take();
        OffHeapBlock kept = mine.find(size);
        OF_THREAD.giveBack(mine);
        return kept == null ? OffHeapBlock.allocate(size) : kept;
    }

    private @Nullable OffHeapBlock find(int size) {
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
     * @throws IllegalStateException if the block was given back before: two users would get the same memory. Virtual threads don't notice
     *     it always
     */
    public static void giveBack(OffHeapBlock block) {
        if (block.size() <= MAX_KEPT_SIZE) {
            OffHeapBlockCache mine = OF_THREAD.take();
            mine.keep(block);
            OF_THREAD.giveBack(mine);
        }
    }

    /** Keeps a block, and forgets the smallest ones if these are too many: larger ones serve more users. */
    private void keep(OffHeapBlock block) {
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
