/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A cache keeps the blocks of a walk, and forgets the smallest first. */
@Tag("both-jdks")
class OffHeapBlockCacheTest {
    private static final int MIB = 1 << 20;

    private final OffHeapBlockCache cache = new OffHeapBlockCache();

    /** A walk through a nest takes a small block, then a large one, and gives back the small one first. */
    @Test
    void keepsTheBlocksOfAWalk() {
        OffHeapBlock outer = take(1_000);
        OffHeapBlock entries = take(200_000);
        cache.keep(outer);
        cache.keep(entries);

        OffHeapBlock outerAgain = take(1_000);
        assertThat(outerAgain.size()).isLessThan(200_000);
        assertThat(take(200_000)).isSameAs(entries);
        assertThat(take(1_000)).isNotIn(outer, outerAgain, entries);
    }

    @Test
    void keepsAtMostAMebibyte() {
        OffHeapBlock tooLarge = OffHeapBlock.allocate(MIB + 8);
        cache.keep(tooLarge);
        assertThat(take(MIB)).isNotSameAs(tooLarge);

        OffHeapBlock large = OffHeapBlock.allocate(MIB);
        cache.keep(OffHeapBlock.allocate(1 << 19));
        cache.keep(large);
        assertThat(take(1 << 19)).isSameAs(large);
        assertThat(take(1 << 19).size()).isEqualTo(1 << 19);
    }

    @Test
    void forgetsTheSmallestOfManyBlocks() {
        List<OffHeapBlock> given = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            given.add(OffHeapBlock.allocate(64_000 + i));
            cache.keep(given.get(i - 1));
        }
        List<OffHeapBlock> taken = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            taken.add(take(1));
        }
        assertThat(taken).isEqualTo(given.subList(2, 6));
    }

    @Test
    void rejectsABlockThatWasGivenBackBefore() {
        OffHeapBlock block = take(1_000);
        cache.keep(block);

        assertThrown(IllegalStateException.class, () -> cache.keep(block))
                .hasMessage("this block was given back before");
        assertThat(take(1_000)).isSameAs(block).isNotSameAs(take(1_000));
    }

    private OffHeapBlock take(int size) {
        OffHeapBlock kept = cache.find(size);
        return kept == null ? OffHeapBlock.allocate(size) : kept;
    }
}
