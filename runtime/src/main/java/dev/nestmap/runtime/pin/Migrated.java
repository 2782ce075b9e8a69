/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

/**
 * The result of a migration.
 *
 * @param done false if there was nothing to do, because nothing is pinned at the path or the pinned map is as declared
 * @param maps number of maps that were filled; for an outer map the number of its inner maps. 0 if an earlier, interrupted
 *     migration was only completed
 * @param entries number of copied entries
 * @param evicted number of copied entries that the new map no longer has, because it is an LRU map and evicted them to make room
 *     for others. An LRU map starts to evict before it is full
 */
public record Migrated(boolean done, int maps, long entries, long evicted) {
    /** The result if there was nothing to do. */
    public static final Migrated NOTHING = new Migrated(false, 0, 0, 0);
}
