/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.KeyBatch;
import dev.nestmap.runtime.internal.memory.Block;
import java.util.List;

/** The queue of deletes, which remove entries of an outer map. */
final class DeleteQueue extends ChangeQueue {
    DeleteQueue(LeasedMap outer) {
        super(outer, "delete");
    }

    @Override
    int applySingle(LeasedMap outer, Block key, PendingChange delete) {
        return outer.delete(key, 0);
    }

    @Override
    int applyBatch(LeasedMap outer, KeyBatch keys, List<PendingChange> deletes) {
        return outer.deleteBatch(keys);
    }
}
