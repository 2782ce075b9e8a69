/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.memory.Block;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/** Runs a program by {@code BPF_PROG_TEST_RUN}. One thread uses it at a time. */
final class ProgramRun {
    private static final LibBpf LIBBPF = Native.libbpf();

    /** Members of {@code struct bpf_test_run_opts} of libbpf 1.0. Newer versions accept the shorter struct. */
    private static final int OPTS_SIZE = 80;

    private static final int DATA_IN_AT = 8;
    private static final int DATA_SIZE_IN_AT = 24;
    private static final int CTX_IN_AT = 32;
    private static final int CTX_SIZE_IN_AT = 48;
    private static final int RETVAL_AT = 56;

    /** The smallest Ethernet frame. The kernel rejects packets without a complete Ethernet header. */
    private static final int PACKET_SIZE = 60;

    private final int program;
    private final Block opts = Block.allocate(OPTS_SIZE);

    /** What the program receives; null if it has no argument. */
    private final @Nullable Block input;

    private ProgramRun(int program, @Nullable Block input) {
        this.program = program;
        this.input = input;
        opts.bytes().putLong(0, OPTS_SIZE);
    }

    /** Prepares runs of a raw tracepoint that uses no argument. A run takes some 80 ns less than with an argument, which the kernel copies. */
    static ProgramRun ofTracepoint(int program) {
        return new ProgramRun(program, null);
    }

    /** Prepares runs of a raw tracepoint with one argument. */
    static ProgramRun ofTracepoint(int program, long argument) {
        Block context = Block.allocate(Long.BYTES);
        context.bytes().putLong(0, argument);
        ProgramRun run = new ProgramRun(program, context);
        run.opts.bytes().putLong(CTX_IN_AT, context.address());
        run.opts.bytes().putInt(CTX_SIZE_IN_AT, context.size());
        return run;
    }

    /** Prepares runs of a socket filter with a packet of zeros. */
    static ProgramRun ofFilter(int program) {
        Block packet = Block.allocate(PACKET_SIZE);
        ProgramRun run = new ProgramRun(program, packet);
        run.opts.bytes().putLong(DATA_IN_AT, packet.address());
        run.opts.bytes().putInt(DATA_SIZE_IN_AT, packet.size());
        return run;
    }

    /** Runs the program. Returns 0 or a negative errno. */
    int run() {
        try {
            return LIBBPF.bpf_prog_test_run_opts(program, opts.address());
        } finally {
            Reference.reachabilityFence(input);
            Reference.reachabilityFence(opts);
        }
    }

    /** What the program returned in the last run. */
    int returnValue() {
        return opts.bytes().getInt(RETVAL_AT);
    }
}
