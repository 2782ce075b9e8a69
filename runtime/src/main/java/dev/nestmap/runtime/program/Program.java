/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.program;

import dev.nestmap.runtime.attach.Attachment;
import dev.nestmap.runtime.error.BpfException;

/**
 * A loaded BPF program. It belongs to its object, which closes the program and its links when it is closed itself. Calls after that
 * throw a {@link BpfException}.
 */
public interface Program {
    /** {@return the name of the C function} */
    String name();

    /**
     * {@return the section that the program was compiled into, such as {@code xdp}; it names the kind of the program and where it
     * attaches}
     */
    String section();

    /** {@return the kernel's id of the program, as {@code bpftool prog} shows it} */
    int id();

    /**
     * Attaches the program to what its section names, such as {@code kprobe/do_unlinkat}.
     *
     * @return the link
     * @throws BpfException if the section does not name enough (an XDP program needs an interface), or if the kernel rejects the
     *     operation
     */
    Link attach();

    /**
     * Attaches the program: {@code attach(Xdp.on("eth0"))}. A program may be attached to any number of targets.
     *
     * @param attachment what to attach the program to, and how
     * @return the link
     * @throws BpfException if programs of this section can't be attached in this way, if the target does not exist, or if the kernel
     *     rejects the operation; the message says which capability this process lacks, if that is the reason
     */
    Link attach(Attachment attachment);

    /**
     * Runs the program once on a packet ({@code BPF_PROG_TEST_RUN}). The program need not be attached.
     *
     * @param packet the packet from its Ethernet header on, at least 14 bytes for a packet program
     * @return the result
     * @throws BpfException if the kernel rejects the packet, or does not test-run programs of this kind
     */
    default TestRun testRun(byte[] packet) {
        return testRun(TestRunOptions.packet(packet));
    }

    /**
     * Runs the program ({@code BPF_PROG_TEST_RUN}). The program need not be attached.
     *
     * @param options the input and the number of runs
     * @return the result; of several runs the last one's
     * @throws BpfException if the kernel rejects the input, or does not test-run programs of this kind
     */
    TestRun testRun(TestRunOptions options);
}
