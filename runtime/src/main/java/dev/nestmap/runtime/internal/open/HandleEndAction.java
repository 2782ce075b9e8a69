/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import dev.nestmap.runtime.internal.map.RawMap;

/**
 * Updates a map, its pin and its counters when the handle that owns the map ends. An end action must not refer to the handle, because that
 * would keep the handle from becoming garbage.
 */
public interface HandleEndAction {
    /** Does nothing. The handle closes the map. */
    HandleEndAction CLOSE = new HandleEndAction() {};

    /** Called when the handle does not own the map any more: the map was closed, is kept to be recycled, or has another owner. */
    default void released() {}

    /**
     * Called when the handle was left or became garbage, and receives the map, which no handle owns any more. Closes the map, or keeps it for
     * a later handle.
     */
    default void abandoned(RawMap map) {
        try {
            map.close();
        } finally {
            released();
        }
    }

    /** Returns whether the map and its entries stay if the handle is left, so that {@link OpenMap#leave} is possible. */
    default boolean keepsMap() {
        return false;
    }

    /**
     * Reports that the handle became garbage.
     *
     * @param map names the map
     */
    default String garbageReport(String map) {
        return map + " was closed because its handle became garbage: close owned handles with try-with-resources";
    }
}
