/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import org.jspecify.annotations.Nullable;

/** Fills the heap of this VM, so that allocations of all threads fail. For a {@link ChildVm} with a small heap. */
public final class FullHeap {
    private static final int SMALLEST = 16;

    private FullHeap() {}

    /** Fills the heap, and runs an action that allocates nothing. */
    public static void during(Runnable action) {
        Blocks blocks = new Blocks();
        while (blocks.add() || blocks.size > SMALLEST) {}
        action.run();
        blocks.require();
    }

    private static final class Blocks {
        private @Nullable Object all;
        private int size = 1 << 20;

        /** Takes a block, the next time a smaller one if there is no room for it. */
        boolean add() {
            try {
                all = new Object[] {all, new byte[size]};
                return true;
            } catch (OutOfMemoryError e) {
                size = Math.max(SMALLEST, size / 8); // few steps, because the VM collects garbage twice at each
                return false;
            }
        }

        void require() {
            if (all == null) {
                throw new AssertionError("nothing was allocated");
            }
        }
    }
}
