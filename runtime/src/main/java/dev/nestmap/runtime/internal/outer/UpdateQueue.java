/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.KeyBatch;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.Objects;

/** The queue of updates, which put inner maps into an outer map. */
final class UpdateQueue extends ChangeQueue {
    UpdateQueue(LeasedMap outer) {
        super(outer, "update");
    }

    @Override
    int applySingle(LeasedMap outer, Block key, PendingChange update) {
        long flags = outer.shape().kind() == MapKind.ARRAY_OF_MAPS ? RawMap.ANY : update.condition();
        return outer.slots().update(key, 0, inner(update), flags);
    }

    @Override
    int applyBatch(LeasedMap outer, KeyBatch keys, List<PendingChange> updates) {
        return outer.slots()
                .updateBatch(keys, updates.stream().map(UpdateQueue::inner).toList());
    }

    private static RawMap inner(PendingChange update) {
        return Objects.requireNonNull(update.inner(), "an update has an inner map");
    }
}
