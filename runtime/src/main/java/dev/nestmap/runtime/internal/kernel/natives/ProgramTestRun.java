/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.lang.ref.Reference;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs a program by {@code BPF_PROG_TEST_RUN}, any number of times. One thread uses it at a time. */
public final class ProgramTestRun {
    private static final LibBpf LIBBPF = NativeLibraries.libbpf();

    /** Members of {@code struct bpf_test_run_opts} of libbpf 1.0. Newer versions accept the shorter struct. */
    private static final int OPTS_SIZE = 80;

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

    private final int program;
    private final OffHeapBlock opts = OffHeapBlock.allocate(OPTS_SIZE);
    private final OffHeapBlock packet;
    private final OffHeapBlock output;
    private final OffHeapBlock context;

    /**
     * Prepares runs of a program.
     *
     * @param packet the packet; empty if the program has none
     * @param outputSize the most bytes of the packet after the run
     * @param context the argument; empty if the program has none
     */
    public ProgramTestRun(int program, byte[] packet, int outputSize, byte[] context) {
        this.program = program;
        this.packet = OffHeapBlock.of(packet);
        this.output = OffHeapBlock.allocate(outputSize);
        this.context = OffHeapBlock.of(context);
        opts.bytes().putLong(0, OPTS_SIZE);
        pointTo(this.packet, DATA_IN_AT, DATA_SIZE_IN_AT);
        pointTo(output, DATA_OUT_AT, DATA_SIZE_OUT_AT);
        pointTo(this.context, CTX_IN_AT, CTX_SIZE_IN_AT);
        if (packet.length > 0) {
            // The kernel rejects this for programs without a packet: they write to the input context.
            pointTo(this.context, CTX_OUT_AT, CTX_SIZE_OUT_AT);
        }
    }

    /** Prepares runs of a raw tracepoint that uses no argument. A run takes some 80 ns less than with an argument, which the kernel copies. */
    public static ProgramTestRun ofTracepoint(int program) {
        return new ProgramTestRun(program, new byte[0], 0, new byte[0]);
    }

    /** Prepares runs of a raw tracepoint with one argument. */
    public static ProgramTestRun ofTracepoint(int program, long argument) {
        ProgramTestRun run = new ProgramTestRun(program, new byte[0], 0, new byte[Long.BYTES]);
        run.context.bytes().putLong(0, argument);
        return run;
    }

    private void pointTo(OffHeapBlock block, int pointerAt, int sizeAt) {
        if (block.size() > 0) {
            opts.bytes().putLong(pointerAt, block.address()).putInt(sizeAt, block.size());
        }
    }

    /** Makes the kernel repeat each run. Some program types reject any number, even 1. */
    public void repeat(int times) {
        opts.bytes().putInt(REPEAT_AT, times);
    }

    /** Runs the program. Returns 0 or a negative errno. */
    public int run() {
        try {
            return LIBBPF.bpf_prog_test_run_opts(program, opts.address());
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** The return value of the program in the last run. */
    public int returnValue() {
        return opts.bytes().getInt(RETVAL_AT);
    }

    /** The packet after the last run. */
    public byte[] output() {
        byte[] bytes = new byte[opts.bytes().getInt(DATA_SIZE_OUT_AT)];
        output.bytes().get(0, bytes);
        return bytes;
    }

    /** The argument after the last run. */
    public byte[] context() {
        byte[] bytes = new byte[context.size()];
        context.bytes().get(0, bytes);
        return bytes;
    }

    /** The duration of the last run, the average if it was repeated. Null for a program without a packet: the kernel does not measure it. */
    public @Nullable Duration duration() {
        return packet.size() == 0
                ? null
                : Duration.ofNanos(Integer.toUnsignedLong(opts.bytes().getInt(DURATION_AT)));
    }
}
