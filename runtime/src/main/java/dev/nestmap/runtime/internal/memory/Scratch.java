/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.memory;

/**
 * Memory for the keys and values of one call. Later calls reuse it, so they allocate nothing. If a codec calls a map during a call, that
 * inner call gets separate memory.
 */
public final class Scratch extends ReusedObjects.Reused implements AutoCloseable {
    private static final int INITIAL_SIZE = 512;
    private static final int MAX_KEPT_SIZE = 1 << 16;

    /** More than threads are usually in a call, also if the CPUs serve many threads in turns: a power of two. */
    private static final int PLACES = 256;

    private static final ReusedObjects<Scratch> ALL = new ReusedObjects<>(() -> new Scratch(INITIAL_SIZE), PLACES);

    private OffHeapBlock block;

    private Scratch(int size) {
        block = OffHeapBlock.allocate(size);
    }

    /** Takes at least {@code size} bytes, which no other call uses until {@link #close}. */
    public static Scratch take(int size) {
        Scratch free = ALL.take();
        return free.block.size() < size ? free.enlarged(size) : free;
    }

    private Scratch enlarged(int size) {
        if (size > MAX_KEPT_SIZE) {
            giveBack();
            return new Scratch(size);
        }
        block = OffHeapBlock.allocate(size);
        return this;
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
        giveBack();
    }
}
