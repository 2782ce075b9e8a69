/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Each test uses a thread of its own, which keeps no blocks of other tests. */
class BlockCacheTest {
    private static final int MIB = 1 << 20;

    /** A walk through a nest takes a small block, then a large one, and gives back the small one first. */
    @Test
    void keepsTheBlocksOfAWalk() {
        inNewThread(() -> {
            Block outer = BlockCache.take(1_000);
            Block entries = BlockCache.take(200_000);
            BlockCache.giveBack(outer);
            BlockCache.giveBack(entries);

            Block outerAgain = BlockCache.take(1_000);
            assertThat(outerAgain.size()).isLessThan(200_000);
            assertThat(BlockCache.take(200_000)).isSameAs(entries);
            assertThat(BlockCache.take(1_000)).isNotIn(outer, outerAgain, entries);
        });
    }

    @Test
    void keepsAtMostAMebibyteForAThread() {
        inNewThread(() -> {
            Block tooLarge = Block.allocate(MIB + 8);
            BlockCache.giveBack(tooLarge);
            assertThat(BlockCache.take(MIB)).isNotSameAs(tooLarge);

            Block large = Block.allocate(MIB);
            BlockCache.giveBack(Block.allocate(1 << 19));
            BlockCache.giveBack(large);
            assertThat(BlockCache.take(1 << 19)).isSameAs(large);
            assertThat(BlockCache.take(1 << 19).size()).isEqualTo(1 << 19);
        });
    }

    @Test
    void forgetsTheSmallestOfManyBlocks() {
        inNewThread(() -> {
            List<Block> given = new ArrayList<>();
            for (int i = 1; i <= 6; i++) {
                given.add(Block.allocate(64_000 + i));
                BlockCache.giveBack(given.get(i - 1));
            }
            List<Block> taken = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                taken.add(BlockCache.take(1));
            }
            assertThat(taken).isEqualTo(given.subList(2, 6));
        });
    }

    @Test
    void rejectsABlockThatWasGivenBackBefore() {
        inNewThread(() -> {
            Block block = BlockCache.take(1_000);
            BlockCache.giveBack(block);

            assertThatThrownBy(() -> BlockCache.giveBack(block))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("this block was given back before");
            assertThat(BlockCache.take(1_000)).isSameAs(block).isNotSameAs(BlockCache.take(1_000));
        });
    }

    private static void inNewThread(Runnable action) {
        CompletableFuture.runAsync(action, task -> new Thread(task).start()).join();
    }
}
