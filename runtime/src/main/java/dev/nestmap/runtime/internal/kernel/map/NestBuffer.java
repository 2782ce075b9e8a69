/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.locks.ReentrantLock;

/** One of the buffers that a {@link KernelNestReader} shares with its programs. One thread uses it at a time. */
final class NestBuffer {
    private final ByteBuffer bytes;

    private final ProgramRun run;
    private final ReentrantLock use = new ReentrantLock();

    /**
     * The buffer with this number in the memory of all buffers.
     *
     * @param run runs a program on this buffer
     */
    NestBuffer(ByteBuffer memory, int size, int index, ProgramRun run) {
        this.bytes = memory.slice(index * size, size).order(ByteOrder.nativeOrder());
        this.run = run;
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

    ByteBuffer bytes() {
        return bytes;
    }

    /** Runs a program on this buffer. Returns 0 or a negative errno. */
    int run(int program) {
        return run.run(program);
    }
}
