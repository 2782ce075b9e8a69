/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.memory.Block;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;

/** One of the buffers that a {@link KernelNestReader} shares with its programs. One thread uses it at a time. */
final class NestBuffer {
    private static final LibBpf LIBBPF = Native.libbpf();

    /** Members of {@code struct bpf_test_run_opts} of libbpf 1.0. Newer versions accept the shorter struct. */
    private static final int OPTS_SIZE = 80;

    private static final int CTX_IN_AT = 32;
    private static final int CTX_SIZE_IN_AT = 48;

    private final ByteBuffer bytes;
    private final Block opts = Block.allocate(OPTS_SIZE);

    /** The first argument of the raw tracepoint: the number of this buffer. */
    private final Block context = Block.allocate(Long.BYTES);

    private final AtomicBoolean taken = new AtomicBoolean();

    /** The buffer with this number in the memory of all buffers. */
    NestBuffer(ByteBuffer memory, int size, int index) {
        this.bytes = memory.slice(index * size, size).order(ByteOrder.nativeOrder());
        context.bytes().putLong(0, index);
        opts.bytes().putLong(0, OPTS_SIZE);
        opts.bytes().putLong(CTX_IN_AT, context.address());
        opts.bytes().putInt(CTX_SIZE_IN_AT, context.size());
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
        try {
            return LIBBPF.bpf_prog_test_run_opts(program, opts.address());
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
