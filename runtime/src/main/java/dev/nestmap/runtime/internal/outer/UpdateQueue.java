/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.KeyBatch;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.Objects;

/** Puts inner maps into an outer map. */
final class UpdateQueue extends ChangeQueue {
    UpdateQueue(LeasedMap outer) {
        super(outer, "update");
    }

    @Override
    int single(LeasedMap map, Block key, PendingUpdate change) {
        long flags = map.shape().kind() == MapKind.ARRAY_OF_MAPS ? RawMap.ANY : change.condition();
        return map.slots().update(key, 0, inner(change), flags);
    }

    @Override
    int batch(LeasedMap map, KeyBatch keys, List<PendingUpdate> changes) {
        return map.slots()
                .updateBatch(keys, changes.stream().map(UpdateQueue::inner).toList());
    }

    private static RawMap inner(PendingUpdate change) {
        return Objects.requireNonNull(change.inner(), "an update");
    }
}
