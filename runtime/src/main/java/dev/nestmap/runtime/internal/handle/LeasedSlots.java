/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotOperations;
import dev.nestmap.runtime.internal.map.WriteBatch;
import dev.nestmap.runtime.internal.memory.Block;
import java.util.List;

/** The slots of an outer map, for as long as its handle is valid. */
final class LeasedSlots implements SlotOperations {
    private final LeasedMap outer;

    LeasedSlots(LeasedMap outer) {
        this.outer = outer;
    }

    @Override
    public int update(Block block, int keyAt, RawMap inner, long flags) {
        return outer.whileValid(() -> outer.raw().slots().update(block, keyAt, inner, flags));
    }

    @Override
    public int updateBatch(WriteBatch keys, List<RawMap> inners) {
        return outer.whileValid(() -> outer.raw().slots().updateBatch(keys, inners));
    }

    @Override
    public boolean sharesGracePeriods() {
        return outer.whileValid(() -> outer.raw().slots().sharesGracePeriods());
    }
}
