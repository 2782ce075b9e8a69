/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a few blocks for each thread, for threads that read or write many maps in batches. Allocating memory outside the Java heap takes
 * about a microsecond, and zeroing it takes longer: 50 µs for 150 KiB.
 */
public final class OffHeapBlockCache {
    /** A walk uses a block for the outer map, one for the inner maps, and one for reads and writes of the caller's code during the walk. */
    private static final int MAX_KEPT_BLOCKS = 4;

    /** The most bytes that a thread keeps. */
    private static final int MAX_KEPT_SIZE = 1 << 20;

    private static final ThreadLocal<OffHeapBlockCache> OF_THREAD = ThreadLocal.withInitial(OffHeapBlockCache::new);

    /** Ordered by size, the smallest first. */
    private final List<OffHeapBlock> kept = new ArrayList<>(MAX_KEPT_BLOCKS);

    private int keptSize;

    private OffHeapBlockCache() {}

    /** Returns a block of at least that many bytes, which may contain the bytes of an earlier user. */
    public static OffHeapBlock take(int size) {
        OffHeapBlockCache mine = OF_THREAD.get();
        for (int i = 0; i < mine.kept.size(); i++) {
            if (mine.kept.get(i).size() >= size) {
                return mine.remove(i);
            }
        }
        return OffHeapBlock.allocate(size);
    }

    /**
     * Keeps a block that nobody uses any more for a later {@link #take}. A block that is never given back is freed as garbage.
     *
     * @throws IllegalStateException if the block was given back before: two users would get the same memory
     */
    public static void giveBack(OffHeapBlock block) {
        if (block.size() <= MAX_KEPT_SIZE) {
            OF_THREAD.get().keep(block);
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
