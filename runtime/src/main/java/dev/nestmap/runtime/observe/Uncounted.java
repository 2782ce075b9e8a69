/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.observe;

/**
 * Additions that programs could not count in an inner map. If programs count with the generated helpers, each addition is either in these numbers or
 * in the drained counts.
 *
 * @param map name of the outer map in C
 * @param full additions that inner maps have refused because they were full, or because the index was too large for an array ({@code E2BIG})
 * @param failed additions that inner maps have refused for a different or unknown reason, for example because there was no memory for an
 *     entry, or because the program has interrupted a change of the same map. Also additions to a full ring buffer
 * @param unknownKey additions with a key that had no inner map. This need not be an error: programs may see keys that you don't want to count
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
