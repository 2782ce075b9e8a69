/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/**
 * What a migration did.
 *
 * @param done false when there was nothing to do: nothing is pinned there, or what is pinned is as declared
 * @param maps how many maps were filled; of an outer map its inner maps. 0 when an earlier, interrupted migration was
 *     only completed
 * @param entries how many entries they got
 */
public record Migrated(boolean done, int maps, long entries) {
    /** There was nothing to do. */
    public static final Migrated NOTHING = new Migrated(false, 0, 0);
}
