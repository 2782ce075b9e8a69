/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import dev.nestmap.types.ByteString;
import java.time.Instant;

/**
 * The former slot of an inner map that was taken out.
 *
 * @param outerMap the name of the outer map
 * @param key the key of the slot, as bytes
 * @param mapId the kernel's id of the map when it was taken out. A drain may convert the map to the layout of this version, with another id
 * @param takenOut the time at which the map was taken out; for a pinned outer map, the time of the draining pin, which a later process can
 *     read
 * @param isUnchecked whether Nestmap can't promise that programs write to the map no more. The name of a draining pin says it to a later
 *     process
 * @param group the name of the directory with its pin, if the map is of another version; otherwise empty
 */
public record FormerSlot(
        String outerMap, ByteString key, int mapId, Instant takenOut, boolean isUnchecked, String group) {
    private static final TakeOutTimes TIMES = new TakeOutTimes();

    /** Returns the time of the clock, and another one for each call. */
    public static Instant now() {
        return TIMES.next(Instant.now());
    }
}
