/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.program;

import dev.nestmap.runtime.error.BpfException;
import java.nio.file.Path;

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
     * Attaches the program to what its section names.
     *
     * @return the link
     * @throws BpfException if the section does not name enough (an XDP program needs an interface: {@link #attachXdp}), or if the
     *     kernel rejects the operation
     */
    Link attach();

    /**
     * Attaches an XDP program to a network interface of this process's network namespace, in the driver's mode if the driver has
     * one, otherwise in generic mode.
     *
     * @param interfaceName name of the interface
     * @return the link
     * @throws BpfException if there is no such interface, if the interface already has an XDP program ({@code EBUSY}; the message
     *     names its owner), or if the kernel rejects the operation
     */
    Link attachXdp(String interfaceName);

    /**
     * Attaches a raw tracepoint program to a tracepoint of the kernel.
     *
     * @param tracepoint name without a category: {@code sys_enter}
     * @return the link
     * @throws BpfException if there is no such tracepoint, or if the kernel rejects the operation
     */
    Link attachRawTracepoint(String tracepoint);

    /**
     * Attaches a program with the section {@code sockops} or {@code cgroup...} to the processes of a control group, beside other
     * programs that are attached there.
     *
     * @param directory directory of the control group, in a file system of type {@code cgroup2}
     * @return the link
     * @throws BpfException if the path is not such a directory, or if the kernel rejects the operation, as every kernel before
     *     Linux 5.7 does
     */
    Link attachToCgroup(Path directory);

    /**
     * Attaches an {@code sk_lookup} or {@code flow_dissector} program to a network namespace.
     *
     * @param namespace file of the namespace: {@code /proc/thread-self/ns/net} for that of the calling thread, {@code
     *     /run/netns/blue} for the one that {@code ip netns} calls blue
     * @return the link
     * @throws BpfException if the file is not a network namespace, if the namespace has a program of this kind that was attached
     *     without a link, or if the kernel rejects the operation, as every kernel before Linux 5.8 does
     */
    Link attachToNetns(Path namespace);

    /**
     * Attaches a program to a socket: a {@code SEC("socket")} program filters what this socket receives; a {@code
     * SEC("sk_reuseport")} program chooses among the sockets that share this one's port ({@code SO_REUSEPORT}).
     *
     * <p>There is no link. The program stays until the last of the sockets is closed or another program replaces it. So it outlives
     * its object, and finds inner maps as long as they are in their slots.
     *
     * @param descriptor file descriptor of a socket of this process
     * @throws BpfException if the program is of another kind, if the descriptor is not a socket, if the socket shares no port
     *     ({@code EINVAL}), or if the kernel rejects the operation for another reason
     */
    void attachToSocket(int descriptor);

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
