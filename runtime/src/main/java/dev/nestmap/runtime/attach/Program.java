/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.observe.ProgramStatistics;
import java.nio.file.Path;

/**
 * A loaded BPF program. It belongs to its object: closing the object closes the program and its links. Later calls throw a {@link
 * BpfException}. Most programs are {@link AttachableProgram}s. Programs of {@code SEC("syscall")} and {@code SEC("struct_ops")} are not.
 */
public interface Program {
    /** {@return the name of the C function} */
    String name();

    /**
     * {@return the program's section, such as {@code xdp}, or the section of {@code loadAs} ({@code @BpfProgram}, {@code OpenObject}); it
     * determines the kind of the program and the hooks that it fits}
     */
    String section();

    /** {@return the kernel's id of the program, as {@code bpftool prog} shows it} */
    int id();

    /**
     * {@return the numbers of runs and of skipped runs, and the sizes of the program; zeros in memory}
     *
     * @throws BpfException if the object is closed
     */
    ProgramStatistics statistics();

    /**
     * Pins the program, so that it stays loaded when its object is closed. A pin alone does not attach it.
     *
     * @param path path of the pin; nothing may be pinned there yet. Its owner and permissions, and the directory of a relative path, come from the
     *     {@code PinOptions} of the object
     * @throws BpfException if the path is not in a BPF file system, if something is pinned there, or if the kernel rejects the operation
     */
    void pin(Path path);

    /**
     * Runs the program once on a packet ({@code BPF_PROG_TEST_RUN}), even if it is not attached.
     *
     * @param packet the packet, beginning with its Ethernet header; at least 14 bytes for a packet program
     * @return the result
     * @throws BpfException if the kernel rejects the packet, or can't test programs of this kind
     */
    default TestRun testRun(byte[] packet) {
        return testRun(TestRun.Input.packet(packet));
    }

    /**
     * Runs the program ({@code BPF_PROG_TEST_RUN}), even if it is not attached.
     *
     * @param options the input and the number of runs
     * @return the result of the last run
     * @throws BpfException if the kernel rejects the input, or can't test programs of this kind
     */
    TestRun testRun(TestRun.Input options);
}
