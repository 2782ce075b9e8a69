/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.Objects;

/** Puts inner maps into an outer map. */
final class UpdateLane extends Lane {
    UpdateLane(LeasedMap outer) {
        super(outer, "update");
    }

    @Override
    int single(LeasedMap map, Block key, Change change) {
        long flags = map.shape().kind() == MapKind.ARRAY_OF_MAPS ? RawMap.ANY : change.condition();
        return map.updateInner(key, 0, inner(change), flags);
    }

    @Override
    int batch(LeasedMap map, KeyBatch keys, List<Change> changes) {
        return map.updateInners(keys, changes.stream().map(UpdateLane::inner).toList());
    }

    private static RawMap inner(Change change) {
        return Objects.requireNonNull(change.inner(), "an update");
    }
}
