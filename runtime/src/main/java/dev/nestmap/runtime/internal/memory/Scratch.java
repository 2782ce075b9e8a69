/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

/**
 * Memory for the keys and values of one call, a thread's own, so that a call allocates nothing. A codec that calls a map
 * itself gets other memory than the call it is part of.
 */
public final class Scratch implements AutoCloseable {
    private static final int AT_FIRST = 512;
    private static final int KEPT_AT_MOST = 1 << 16;
    private static final ThreadLocal<Scratch> MINE = ThreadLocal.withInitial(Scratch::new);

    private Block block = Block.allocate(AT_FIRST);
    private boolean taken;

    private Scratch() {}

    /** At least {@code size} bytes that nobody else uses until they are closed. */
    public static Scratch take(int size) {
        Scratch mine = MINE.get();
        Scratch free = mine.taken ? new Scratch() : mine;
        if (free.block.size() < size) {
            free.block = Block.allocate(size);
        }
        free.taken = true;
        return free;
    }

    /** The memory; what is in it is left over from another call. */
    public Block block() {
        return block;
    }

    @Override
    public void close() {
        taken = false;
        if (block.size() > KEPT_AT_MOST) {
            block = Block.allocate(AT_FIRST);
        }
    }
}
