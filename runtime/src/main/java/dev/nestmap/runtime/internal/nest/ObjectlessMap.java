/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.open.OpenMap;
import org.jspecify.annotations.Nullable;

/**
 * A map that was opened or created without an object.
 *
 * @param map the handle, which the caller owns
 * @param nest the slots and inner maps; null if this is not an outer map
 * @param isLayoutCompared whether the layout of the entries was compared with the record
 */
public record ObjectlessMap(OpenMap map, @Nullable Nest nest, boolean isLayoutCompared) {
    /** Closes the map, and what was opened beside an outer map. */
    public void close(String reason) {
        map.close(reason);
        if (nest != null) {
            nest.close(reason);
        }
    }
}
