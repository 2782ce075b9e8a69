/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

/**
 * What a migration did.
 *
 * @param done false when there was nothing to do: nothing is pinned there, or what is pinned is as declared
 * @param maps how many maps were filled; of an outer map its inner maps. 0 when an earlier, interrupted migration was
 *     only completed
 * @param entries how many entries were copied
 * @param evicted how many of them an LRU table gave up again for others, as it is full before its last place is taken: those are
 *     not in the new map
 */
public record Migrated(boolean done, int maps, long entries, long evicted) {
    /** There was nothing to do. */
    public static final Migrated NOTHING = new Migrated(false, 0, 0, 0);
}
