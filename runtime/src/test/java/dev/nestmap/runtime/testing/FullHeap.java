/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import java.util.concurrent.TimeUnit;

/** Fills the heap of this VM, so that allocations of all threads fail. For a {@link ChildVm} with a small heap. */
public final class FullHeap {
    private static final int SMALLEST = 16;

    private FullHeap() {}

    /** Fills the heap for that long, and takes over what others free meanwhile. */
    public static void during(long millis) {
        long start = System.nanoTime();
        Object all = null;
        int size = 1 << 20;
        while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(millis)) {
            try {
                all = new Object[] {all, new byte[size]};
            } catch (OutOfMemoryError e) {
                size = Math.max(SMALLEST, size / 2);
            }
        }
        if (all == null) {
            throw new AssertionError("nothing was allocated");
        }
    }
}
