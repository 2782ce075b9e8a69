/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.foreign;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Saves the errno of a call, because the Java VM may overwrite errno itself between two calls. The memory for it lasts for the call only:
 * with memory for each thread, a million virtual threads would have a million pieces.
 */
final class Errno implements AutoCloseable {
    private static final StructLayout STATE = Linker.Option.captureStateLayout();

    private static final long OFFSET = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    /** Those that no call uses. There are as many as calls that have run at the same time. */
    private static final Queue<Errno> FREE = new ConcurrentLinkedQueue<>();

    /** The errno of a thread's last call that saved it. */
    private static final ThreadLocal<int[]> LAST = ThreadLocal.withInitial(() -> new int[1]);

    private final MemorySegment memory = Arena.global().allocate(STATE);

    private Errno() {}

    /** Begins a call. */
    static Errno take() {
        Errno free = FREE.poll();
        return free == null ? new Errno() : free;
    }

    /** Where the call saves its errno. */
    MemorySegment memory() {
        return memory;
    }

    /** Ends the call. */
    @Override
    public void close() {
        LAST.get()[0] = memory.get(ValueLayout.JAVA_INT, OFFSET);
        FREE.add(this);
    }

    static int last() {
        return LAST.get()[0];
    }
}
