/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** A process that loads maps and reads one entry. It prints how many nanoseconds of CPU time this took since main, and the allocated bytes. */
public final class FirstRead {
    private FirstRead() {}

    /**
     * Reads.
     *
     * @param arguments none; with an argument, only calls a function of the C library
     */
    public static void main(String[] arguments) {
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long start = thread.getCurrentThreadCpuTime();
        boolean succeeded = arguments.length == 0 ? isEmpty() : BareCalls.getPid();
        long nanos = thread.getCurrentThreadCpuTime() - start;
        System.out.println(nanos + " " + thread.getCurrentThreadAllocatedBytes());
        System.exit(succeeded ? 0 : 1);
    }

    private static boolean isEmpty() {
        GrownBpf bpf = GrownBpf.load(new GrownBpf.Sizes().flow(64).tenant(64));
        return bpf.flow().get(new Grown.FlowKey(1, 2, 443, 17)) == null;
    }
}
