/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.memory.Block;
import java.lang.ref.Reference;
import java.time.Duration;

/** One call of {@code bpf_prog_test_run_opts}: {@code struct bpf_test_run_opts} and the buffers that it points to. */
final class TestRunCall {
    /** Size of the struct in libbpf 1.0. Newer versions accept the shorter struct. */
    private static final int SIZE = 80;

    private static final int DATA_IN_AT = 8;
    private static final int DATA_OUT_AT = 16;
    private static final int DATA_SIZE_IN_AT = 24;
    private static final int DATA_SIZE_OUT_AT = 28;
    private static final int CTX_IN_AT = 32;
    private static final int CTX_OUT_AT = 40;
    private static final int CTX_SIZE_IN_AT = 48;
    private static final int CTX_SIZE_OUT_AT = 52;
    private static final int RETVAL_AT = 56;
    private static final int REPEAT_AT = 60;
    private static final int DURATION_AT = 64;

    /** The most bytes that a program can add to a packet: the kernel allocates a page. */
    private static final int GROWTH = Native.libc().getpagesize();

    private final Block opts = Block.allocate(SIZE);
    private final Block dataIn;
    private final Block dataOut;
    private final Block context;

    TestRunCall(TestRun.Input options) {
        byte[] data = options.data();
        byte[] ctx = options.context();
        this.dataIn = Block.allocate(data.length);
        this.dataOut = Block.allocate(data.length == 0 ? 0 : data.length + GROWTH);
        this.context = Block.allocate(ctx.length);
        dataIn.bytes().put(0, data);
        context.bytes().put(0, ctx);
        opts.bytes().putLong(0, SIZE);
        // Some program types reject any repeat count, even 1. All of them accept 0, which means once.
        opts.bytes().putInt(REPEAT_AT, options.repeat() == 1 ? 0 : options.repeat());
        if (hasPacket()) {
            pointTo(dataIn, DATA_IN_AT, DATA_SIZE_IN_AT);
            pointTo(dataOut, DATA_OUT_AT, DATA_SIZE_OUT_AT);
        }
        if (context.size() > 0) {
            pointTo(context, CTX_IN_AT, CTX_SIZE_IN_AT);
            if (hasPacket()) {
                // The kernel rejects this for programs without a packet: they write to the input context.
                pointTo(context, CTX_OUT_AT, CTX_SIZE_OUT_AT);
            }
        }
    }

    /** Runs the program. Returns 0 or a negative errno. */
    int run(int fd) {
        try {
            return Native.libbpf().bpf_prog_test_run_opts(fd, opts.address());
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** The result of a successful run. */
    TestRun result() {
        byte[] data = new byte[opts.bytes().getInt(DATA_SIZE_OUT_AT)];
        dataOut.bytes().get(0, data);
        byte[] ctx = new byte[context.size()];
        context.bytes().get(0, ctx);
        Duration duration = hasPacket()
                ? Duration.ofNanos(Integer.toUnsignedLong(opts.bytes().getInt(DURATION_AT)))
                : null;
        return new TestRun(opts.bytes().getInt(RETVAL_AT), data, ctx, duration);
    }

    private boolean hasPacket() {
        return dataIn.size() > 0;
    }

    private void pointTo(Block block, int pointerAt, int sizeAt) {
        opts.bytes().putLong(pointerAt, block.address());
        opts.bytes().putInt(sizeAt, block.size());
    }
}
