/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Each test uses a thread of its own, which keeps no blocks of other tests. */
class OffHeapBlockCacheTest {
    private static final int MIB = 1 << 20;

    /** A walk through a nest takes a small block, then a large one, and gives back the small one first. */
    @Test
    void keepsTheBlocksOfAWalk() {
        inNewThread(() -> {
            OffHeapBlock outer = OffHeapBlockCache.take(1_000);
            OffHeapBlock entries = OffHeapBlockCache.take(200_000);
            OffHeapBlockCache.giveBack(outer);
            OffHeapBlockCache.giveBack(entries);

            OffHeapBlock outerAgain = OffHeapBlockCache.take(1_000);
            assertThat(outerAgain.size()).isLessThan(200_000);
            assertThat(OffHeapBlockCache.take(200_000)).isSameAs(entries);
            assertThat(OffHeapBlockCache.take(1_000)).isNotIn(outer, outerAgain, entries);
        });
    }

    @Test
    void keepsAtMostAMebibyteForAThread() {
        inNewThread(() -> {
            OffHeapBlock tooLarge = OffHeapBlock.allocate(MIB + 8);
            OffHeapBlockCache.giveBack(tooLarge);
            assertThat(OffHeapBlockCache.take(MIB)).isNotSameAs(tooLarge);

            OffHeapBlock large = OffHeapBlock.allocate(MIB);
            OffHeapBlockCache.giveBack(OffHeapBlock.allocate(1 << 19));
            OffHeapBlockCache.giveBack(large);
            assertThat(OffHeapBlockCache.take(1 << 19)).isSameAs(large);
            assertThat(OffHeapBlockCache.take(1 << 19).size()).isEqualTo(1 << 19);
        });
    }

    @Test
    void forgetsTheSmallestOfManyBlocks() {
        inNewThread(() -> {
            List<OffHeapBlock> given = new ArrayList<>();
            for (int i = 1; i <= 6; i++) {
                given.add(OffHeapBlock.allocate(64_000 + i));
                OffHeapBlockCache.giveBack(given.get(i - 1));
            }
            List<OffHeapBlock> taken = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                taken.add(OffHeapBlockCache.take(1));
            }
            assertThat(taken).isEqualTo(given.subList(2, 6));
        });
    }

    @Test
    void rejectsABlockThatWasGivenBackBefore() {
        inNewThread(() -> {
            OffHeapBlock block = OffHeapBlockCache.take(1_000);
            OffHeapBlockCache.giveBack(block);

            assertThatThrownBy(() -> OffHeapBlockCache.giveBack(block))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("this block was given back before");
            assertThat(OffHeapBlockCache.take(1_000)).isSameAs(block).isNotSameAs(OffHeapBlockCache.take(1_000));
        });
    }

    private static void inNewThread(Runnable action) {
        CompletableFuture.runAsync(action, task -> new Thread(task).start()).join();
    }
}
