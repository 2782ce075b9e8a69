/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.KeyBatch;
import dev.nestmap.runtime.internal.memory.Block;
import java.util.List;

/** Removes entries of an outer map. */
final class DeleteQueue extends ChangeQueue {
    DeleteQueue(LeasedMap outer) {
        super(outer, "delete");
    }

    @Override
    int single(LeasedMap map, Block key, PendingUpdate change) {
        return map.delete(key, 0);
    }

    @Override
    int batch(LeasedMap map, KeyBatch keys, List<PendingUpdate> changes) {
        return map.deleteBatch(keys);
    }
}
