/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.map.SlotKey;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Locks slots of an outer map for a change: their keys against other threads and, if its inner maps are pinned, the map against other
 * processes.
 *
 * @param keys the locks of the keys
 * @param pins the pins beside the outer map's pin; null if the outer map is not pinned
 */
record SlotLocks(KeyLocks keys, @Nullable SlotPins pins) {
    /** Runs an action that changes only these slots. The action must not call user code, because other processes would wait for it. */
    <T> T holding(List<SlotKey> slots, Supplier<T> action) {
        return keys.holding(slots, () -> pins == null ? action.get() : pins.excludingOtherProcesses(action));
    }
}
