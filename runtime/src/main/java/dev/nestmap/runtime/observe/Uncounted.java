/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.observe;

/**
 * Additions that programs could not count in an inner map. These numbers and the drained counts together contain each addition through a
 * generated helper once.
 *
 * @param map name of the outer map in C
 * @param full additions that inner maps have refused because they were full, or because the index was too large for an array ({@code E2BIG})
 * @param failed additions that inner maps have refused for a different or unknown reason, for example because there was no memory for an
 *     entry, or because the program has interrupted a change of the same map. Also additions to a full ring buffer
 * @param unknownKey additions with a key that had no inner map. This need not be an error, because programs may see keys for which you want
 *     no map
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
