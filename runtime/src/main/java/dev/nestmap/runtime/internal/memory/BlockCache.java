/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import org.jspecify.annotations.Nullable;

/**
 * Keeps one block for each thread, so that a thread that reads or writes many maps in batches does not allocate memory for each of
 * them. Allocating memory outside the Java heap takes about a microsecond, and zeroing it takes more.
 */
public final class BlockCache {
    private static final int MAX_KEPT_SIZE = 1 << 20;
    private static final ThreadLocal<BlockCache> OF_THREAD = ThreadLocal.withInitial(BlockCache::new);

    private @Nullable Block kept;

    private BlockCache() {}

    /** Returns a block of at least that many bytes, which may contain the bytes of an earlier user. */
    public static Block take(int size) {
        BlockCache mine = OF_THREAD.get();
        Block block = mine.kept;
        if (block == null || block.size() < size) {
            return Block.allocate(size);
        }
        mine.kept = null;
        return block;
    }

    /** Keeps a block that nobody uses any more for the next {@link #take}. A block that is never given back is freed as garbage. */
    public static void giveBack(Block block) {
        BlockCache mine = OF_THREAD.get();
        Block other = mine.kept;
        if (block.size() <= MAX_KEPT_SIZE && (other == null || other.size() < block.size())) {
            mine.kept = block;
        }
    }
}
