/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/** A loaded BPF program. It belongs to its object, which ends it and its links when it closes; calls throw after that. */
public interface Program {
    /** Name of the C function. */
    String name();

    /** Section it was compiled into, {@code SEC("xdp")}: says what kind of program it is and where it attaches. */
    String section();

    /** The kernel's id of the program, as {@code bpftool prog} shows it. */
    int id();

    /**
     * Attaches the program where its section says.
     *
     * @throws BpfException when the section does not say enough (XDP needs an interface: {@link #attachXdp}) or the kernel
     *     refuses
     */
    Link attach();

    /**
     * Attaches an XDP program to a network interface of this process's network namespace. The driver's mode is taken when it
     * has one, else the generic mode.
     *
     * @throws BpfException when there is no such interface, when it has an XDP program already (EBUSY; the message says
     *     whose), or when the kernel refuses
     */
    Link attachXdp(String interfaceName);

    /**
     * Attaches a raw tracepoint program to a tracepoint of the kernel: {@code sys_enter}.
     *
     * @throws BpfException when there is no such tracepoint or the kernel refuses
     */
    Link attachRawTracepoint(String tracepoint);

    /**
     * Runs the program once with these bytes as its packet ({@code BPF_PROG_TEST_RUN}), attached or not. A packet program
     * needs 14 bytes at least, the length of an Ethernet header.
     *
     * @throws BpfException when the kernel refuses the bytes or does not run programs of this kind
     */
    default TestRun testRun(byte[] packet) {
        return testRun(TestRunOptions.packet(packet));
    }

    /**
     * Runs the program ({@code BPF_PROG_TEST_RUN}), attached or not.
     *
     * @throws BpfException when the kernel refuses the input or does not run programs of this kind
     */
    TestRun testRun(TestRunOptions options);
}
