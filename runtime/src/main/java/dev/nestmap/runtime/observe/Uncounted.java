/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.observe;

/**
 * Additions of programs that are in no inner map of an outer map. With what drains pass, each addition through a generated helper is counted
 * once.
 *
 * @param map name of the outer map in C
 * @param full additions that inner maps have refused because they were full, or because the index was too large for an array ({@code E2BIG})
 * @param failed additions that inner maps have refused for another reason: there was no memory for an entry, or the program has interrupted a change
 *     of the same map. Also those of a ring buffer, and others whose reason the helper does not know
 * @param unknownKey additions with a key that had no inner map. This is no error: programs may see keys for which you want no map
 */
public record Uncounted(String map, long full, long failed, long unknownKey) {
    /**
     * Returns how many additions inner maps have refused, for whatever reason. {@code Displaced.refused()} says which displaced maps may lack them.
     *
     * @return {@link #full} and {@link #failed} together
     */
    public long refused() {
        return full + failed;
    }
}
