/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.types.ByteString;
import java.nio.file.Path;
import java.time.Instant;

/**
 * An inner map that a process displaced and did not drain before it ended.
 *
 * @param key the key of the slot that it was in
 * @param mapId the kernel's id of the map when it was taken out, read from the name of the pin
 * @param map a handle that the caller owns; the pin is removed when the handle is closed
 * @param pin the pin of the map until then
 * @param takenOut the time at which the map was pinned there
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record UndrainedMap(byte[] key, int mapId, OpenMap map, Path pin, Instant takenOut) {
    /** The slot that the map was in. */
    FormerSlot origin(String outer) {
        return new FormerSlot(outer, ByteString.of(key), mapId, takenOut);
    }
}
