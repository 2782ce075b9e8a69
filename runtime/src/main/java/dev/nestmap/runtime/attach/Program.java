/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.observe.ProgramStatistics;
import java.nio.file.Path;

/**
 * A loaded BPF program. It belongs to its object: closing the object closes the program and its links. Later calls throw a {@link
 * BpfException}. Most programs are {@link AttachableProgram}s. Those of {@code SEC("syscall")} and of structs of functions are not.
 */
public interface Program {
    /** {@return the name of the C function} */
    String name();

    /**
     * {@return the section that the program was compiled into, such as {@code xdp}, or the section that it was loaded as ({@code loadAs} of
     * {@code @BpfProgram} and of {@code OpenObject}); it names the kind of the program and where it attaches}
     */
    String section();

    /** {@return the kernel's id of the program, as {@code bpftool prog} shows it} */
    int id();

    /**
     * {@return how often the kernel has run the program, and how often it skipped a run; zeros in memory}
     *
     * @throws BpfException if the object is closed
     */
    ProgramStatistics statistics();

    /**
     * Pins the program, so that it stays loaded when its object is closed. A pin alone does not attach it.
     *
     * @param path path of the pin, where nothing may be pinned yet. A relative path is below the directory of the {@code PinOptions} that
     *     the object was loaded with, whose owner and permissions it gets.
     * @throws BpfException if the path is not in a BPF file system, if something is pinned there, or if the kernel rejects the operation
     */
    void pin(Path path);

    /**
     * Runs the program once on a packet ({@code BPF_PROG_TEST_RUN}). The program need not be attached.
     *
     * @param packet the packet from its Ethernet header on, at least 14 bytes for a packet program
     * @return the result
     * @throws BpfException if the kernel rejects the packet, or does not test-run programs of this kind
     */
    default TestRun testRun(byte[] packet) {
        return testRun(TestRun.Input.packet(packet));
    }

    /**
     * Runs the program ({@code BPF_PROG_TEST_RUN}). The program need not be attached.
     *
     * @param options the input and the number of runs
     * @return the result of the last run
     * @throws BpfException if the kernel rejects the input, or does not test-run programs of this kind
     */
    TestRun testRun(TestRun.Input options);
}
