/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;

/** One of the buffers that a {@link KernelNestReader} shares with its programs. One thread uses it at a time. */
final class NestBuffer {
    private final ByteBuffer bytes;

    /** The argument of the programs is the number of this buffer. */
    private final RawTracepointRun run;

    private final AtomicBoolean taken = new AtomicBoolean();

    /** The buffer with this number in the memory of all buffers. */
    NestBuffer(ByteBuffer memory, int size, int index) {
        this.bytes = memory.slice(index * size, size).order(ByteOrder.nativeOrder());
        this.run = new RawTracepointRun(index);
    }

    /** Reserves the buffer for the calling thread. Returns false if another thread has it. */
    boolean take() {
        return !taken.get() && taken.compareAndSet(false, true);
    }

    void giveBack() {
        taken.set(false);
    }

    ByteBuffer bytes() {
        return bytes;
    }

    /** Runs a program on this buffer. Returns 0 or a negative errno. */
    int run(int program) {
        return run.run(program);
    }
}
