/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.memory.Block;
import java.lang.ref.Reference;

/** Runs raw tracepoint programs with one argument, by {@code BPF_PROG_TEST_RUN}. One thread uses it at a time. */
final class RawTracepointRun {
    private static final LibBpf LIBBPF = Native.libbpf();

    /** Members of {@code struct bpf_test_run_opts} of libbpf 1.0. Newer versions accept the shorter struct. */
    private static final int OPTS_SIZE = 80;

    private static final int CTX_IN_AT = 32;
    private static final int CTX_SIZE_IN_AT = 48;
    private static final int RETVAL_AT = 56;

    private final Block opts = Block.allocate(OPTS_SIZE);
    private final Block context = Block.allocate(Long.BYTES);

    RawTracepointRun(long argument) {
        context.bytes().putLong(0, argument);
        opts.bytes().putLong(0, OPTS_SIZE);
        opts.bytes().putLong(CTX_IN_AT, context.address());
        opts.bytes().putInt(CTX_SIZE_IN_AT, context.size());
    }

    /** Runs a program. Returns 0 or a negative errno. */
    int run(int program) {
        try {
            return LIBBPF.bpf_prog_test_run_opts(program, opts.address());
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** What the program returned in the last run. */
    int returnValue() {
        return opts.bytes().getInt(RETVAL_AT);
    }
}
