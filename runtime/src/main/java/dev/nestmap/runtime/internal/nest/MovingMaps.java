/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The inner maps that changes of this process are moving, by their ids: into a slot of any outer map, or out of one to a caller. No change puts a map
 * into a slot while another one hands it out as exact, even if each has found the map by a handle of its own.
 *
 * <p>A map in memory may have the id of a map in the kernel. Then one of two changes at the same moment is refused without need.
 */
final class MovingMaps {
    private static final int LEAVING = -1;

    /** {@link #LEAVING}, or how many changes put the map into a slot. */
    private static final Map<Integer, Integer> MOVES = new ConcurrentHashMap<>();

    private MovingMaps() {}

    /** Begins a change that puts a map into a slot. Returns false if another change hands it out. */
    static boolean tryPut(Integer id) {
        return MOVES.merge(id, 1, (moves, one) -> moves == LEAVING ? moves : moves + one) != LEAVING;
    }

    /** Ends such a change, when everybody who counts the slots of the map counts the new one. */
    static void endPut(Integer id) {
        MOVES.computeIfPresent(id, (key, puts) -> puts == 1 ? null : puts - 1);
    }

    /** Begins a change that hands a map out. Returns false if another change moves it. */
    static boolean tryLeave(Integer id) {
        return MOVES.putIfAbsent(id, LEAVING) == null;
    }

    /** Ends such a change. */
    static void endLeave(Integer id) {
        MOVES.remove(id);
    }
}
