/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import org.jspecify.annotations.Nullable;

/** Opens the inner maps of one outer map by their pins or, if they have none, by their ids. */
final class InnerMapOpener {
    private final LeasedMap outer;
    private final MapFactory factory;
    private final @Nullable SlotPins pins;

    /** @param pins the pins beside the outer map's pin; null if the outer map is not pinned */
    InnerMapOpener(LeasedMap outer, MapFactory factory, @Nullable SlotPins pins) {
        this.outer = outer;
        this.factory = factory;
        this.pins = pins;
    }

    /**
     * Opens the map with this id. The caller owns the result. Null if the map no longer exists, or is no longer in the slot.
     *
     * @throws BpfException if the map is in the slot, and the kernel refuses to open it
     */
    @Nullable
    RawMap open(SlotKey slot, int id) {
        RawMap pinned = pins == null ? null : pins.open(slot, id);
        if (pinned != null) {
            return pinned;
        }
        try {
            return factory.open(id);
        } catch (BpfException e) {
            if (slot.innerId(outer) != id) {
                return null; // another process has replaced the map; it replaces the pin first
            }
            throw e;
        }
    }
}
