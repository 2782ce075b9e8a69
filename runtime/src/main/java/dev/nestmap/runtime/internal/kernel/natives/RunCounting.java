/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;

/** Lets the kernel count the runs of all programs and their time ({@code BPF_ENABLE_STATS}). */
public final class RunCounting {
    private static final int BPF_ENABLE_STATS = 32;

    /** {@code enable_stats.type} in {@code union bpf_attr}; {@code BPF_STATS_RUN_TIME} is 0. */
    private static final int ATTR_SIZE = 4;

    private RunCounting() {}

    /** The kernel stops when the result is closed, or when this process ends, unless somebody else wants it too. */
    public static Descriptor begin() {
        int fd = new BpfCall(BPF_ENABLE_STATS, ATTR_SIZE).run();
        if (fd < 0) {
            throw BpfException.of(-fd, "counting of the runs of programs")
                    .because(fd == -ErrnoNumbers.EPERM ? "it requires CAP_SYS_ADMIN, CAP_BPF is not enough" : null)
                    .build();
        }
        return new Descriptor(fd);
    }
}
