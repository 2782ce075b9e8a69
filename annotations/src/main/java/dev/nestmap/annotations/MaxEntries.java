/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

/** What {@code maxEntries} can be besides a number of entries. */
public final class MaxEntries {
    /**
     * Left to load time: the generated class is loaded with its {@code Sizes}, which has a method for each such map. Of an inner map
     * it is the size of the inner maps that are made. A PERF_EVENT_ARRAY has as many entries as there are possible CPUs. In C the
     * definition has no {@code max_entries}.
     */
    public static final long AT_LOAD = Long.MIN_VALUE;

    private MaxEntries() {}
}
