/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** A process that loads maps and reads one entry. It prints how many nanoseconds this took since main, and the allocated bytes. */
public final class FirstRead {
    private FirstRead() {}

    /**
     * Reads.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        long start = System.nanoTime();
        try (GrownBpf bpf = GrownBpf.load(new GrownBpf.Sizes().flow(64).tenant(64))) {
            boolean isThere = bpf.flow().get(new Grown.FlowKey(1, 2, 443, 17)) != null;
            long nanos = System.nanoTime() - start;
            long bytes = ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
            System.out.println(nanos + " " + bytes);
            System.exit(isThere ? 1 : 0);
        }
    }
}
