/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One of the buffers that a {@link KernelNestReader} or a {@link MapProgram} shares with its programs, as {@code requests.h} describes it. One
 * thread uses it at a time.
 */
final class RequestBuffer {
    private final int index;
    private final ByteBuffer bytes;
    private final ProgramRun lookup;
    private final @Nullable ProgramRun copy;
    private final ReentrantLock use = new ReentrantLock();

    /**
     * The buffer with this number in the memory of all buffers.
     *
     * @param lookup runs the program that looks up entries, on this buffer
     * @param copy runs the program that copies whole inner maps, on this buffer; null if there is no such program
     */
    RequestBuffer(ByteBuffer memory, int size, int index, ProgramRun lookup, @Nullable ProgramRun copy) {
        this.index = index;
        this.bytes = memory.slice(index * size, size).order(ByteOrder.nativeOrder());
        this.lookup = lookup;
        this.copy = copy;
    }

    /** Reserves the buffer for the calling thread. Returns false if another thread has it. */
    boolean take() {
        return use.tryLock();
    }

    /** Waits until no other thread has the buffer, and reserves it. */
    void await() {
        use.lock();
    }

    void giveBack() {
        use.unlock();
    }

    /** The buffer's number, from 0 on. */
    int index() {
        return index;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    /** Looks up entries. Returns 0 or a negative errno. */
    int lookup() {
        return lookup.run();
    }

    /** Copies whole inner maps. Returns 0 or a negative errno. */
    int copy() {
        return Objects.requireNonNull(copy).run();
    }
}
