/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

/** Rounds offsets in an {@link OffHeapBlock}. */
public final class Alignment {
    private Alignment() {}

    /** Rounds the offset up to a multiple of 8. */
    public static int align(int offset) {
        return Math.addExact(offset, Long.BYTES - 1) & -Long.BYTES;
    }
}
