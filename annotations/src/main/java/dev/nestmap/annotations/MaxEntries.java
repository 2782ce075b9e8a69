/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

/** Special values of {@code maxEntries}. */
public final class MaxEntries {
    /**
     * The caller that loads the object sets the map's size: it passes a {@code Sizes} of the generated class, which has a method for each
     * such map. For an {@link InnerMap}, this is the size of the inner maps that Nestmap creates. A PERF_EVENT_ARRAY needs no size from the
     * caller: it has an entry for each possible CPU.
     *
     * <p>The C definition of such a map has no {@code max_entries}.
     */
    public static final long AT_LOAD = Long.MIN_VALUE;

    private MaxEntries() {}
}
