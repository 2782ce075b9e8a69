/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

/** Special values of {@code maxEntries}. */
public final class MaxEntries {
    /**
     * Leaves the size of a map to the caller that loads the object: the caller passes a {@code Sizes} of the generated class, which has a
     * method for each such map. For an inner map it is the size of the inner maps that Nestmap creates. For a PERF_EVENT_ARRAY the caller
     * sets no size: the map has an entry for each possible CPU.
     *
     * <p>The C definition of such a map has no {@code max_entries}.
     */
    public static final long AT_LOAD = Long.MIN_VALUE;

    private MaxEntries() {}
}
