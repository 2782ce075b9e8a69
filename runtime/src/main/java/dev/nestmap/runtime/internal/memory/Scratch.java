/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

/**
 * Memory for the keys and values of one call. Later calls reuse it, so they allocate nothing. If a codec calls a map during a call, that
 * inner call gets separate memory.
 */
public final class Scratch implements AutoCloseable {
    private static final int INITIAL_SIZE = 512;
    private static final int MAX_KEPT_SIZE = 1 << 16;
    private static final PerThread<Scratch> OF_THREAD = new PerThread<>(Scratch::new);

    private OffHeapBlock block = OffHeapBlock.allocate(INITIAL_SIZE);
    private boolean taken;

    private Scratch() {}

    /** Takes at least {@code size} bytes, which no other call uses until {@link #close}. */
    public static Scratch take(int size) {
        Scratch mine = OF_THREAD.take();
        Scratch free = mine.taken || mine.block.size() < size ? mine.orOther(size) : mine;
        free.taken = true;
        return free;
    }

    /** Returns this memory, enlarged, or other memory if a call uses this one. */
    private Scratch orOther(int size) {
        Scratch free = taken ? new Scratch() : this;
        if (free.block.size() < size) {
            free.block = OffHeapBlock.allocate(size);
        }
        return free;
    }

    /** The memory. It still contains the bytes of an earlier call. */
    public OffHeapBlock block() {
        return block;
    }

    /** The memory, with this many bytes zeroed at its start: a multiple of 8. */
    public OffHeapBlock zeroed(int size) {
        for (int at = 0; at < size; at += Long.BYTES) {
            block.bytes().putLong(at, 0);
        }
        return block;
    }

    @Override
    public void close() {
        taken = false;
        if (block.size() > MAX_KEPT_SIZE) {
            shrink();
        }
        OF_THREAD.giveBack(this);
    }

    private void shrink() {
        block = OffHeapBlock.allocate(INITIAL_SIZE);
    }
}
