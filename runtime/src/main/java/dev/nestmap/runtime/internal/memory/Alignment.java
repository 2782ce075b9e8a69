/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

/** Where things go in a block. */
public final class Alignment {
    private Alignment() {}

    /** The next offset that is a multiple of 8. */
    public static int align(int offset) {
        return Math.addExact(offset, Long.BYTES - 1) & -Long.BYTES;
    }
}
