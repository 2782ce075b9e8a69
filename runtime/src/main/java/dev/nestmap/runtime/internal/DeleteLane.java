/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import java.util.List;

/** Removes entries of an outer map. */
final class DeleteLane extends Lane {
    DeleteLane(LeasedMap outer) {
        super(outer, "delete");
    }

    @Override
    int single(LeasedMap map, Block key, Change change) {
        return map.delete(key, 0);
    }

    @Override
    int batch(LeasedMap map, KeyBatch keys, List<Change> changes) {
        return map.deleteBatch(keys);
    }
}
