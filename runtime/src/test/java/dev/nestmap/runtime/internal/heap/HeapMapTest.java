/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.heap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.Block;
import dev.nestmap.runtime.internal.MapContract;
import dev.nestmap.runtime.internal.MapFactory;
import dev.nestmap.runtime.internal.MapShape;
import dev.nestmap.runtime.internal.RawMap;
import dev.nestmap.schema.MapKind;
import org.junit.jupiter.api.Test;

class HeapMapTest extends MapContract {
    @Override
    protected MapFactory factory() {
        return new HeapFactory();
    }

    @Test
    void evictsWhatWasWrittenLongestAgo() {
        RawMap map = factory().create(new MapShape("m", MapKind.LRU_HASH, 4, 4, 2, 0), null);
        Block block = Block.allocate(8);
        for (int key : new int[] {1, 2, 1, 3}) {
            block.bytes().putInt(0, key);
            map.update(block, 0, 4, 0);
        }

        block.bytes().putInt(0, 2);
        assertThat(map.lookup(block, 0, 4)).isNegative();
        block.bytes().putInt(0, 1);
        assertThat(map.lookup(block, 0, 4)).isZero();
    }
}
