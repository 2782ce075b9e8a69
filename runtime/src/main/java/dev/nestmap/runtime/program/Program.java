/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.program;

import dev.nestmap.runtime.error.BpfException;
import java.nio.file.Path;

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
     * Attaches a program of a control group, {@code sockops} or {@code cgroup...}, to what the processes in the control group do,
     * beside other programs that are attached there.
     *
     * @param directory of the control group, in a file system of the type {@code cgroup2}
     * @throws BpfException when that is no such directory, or when the kernel refuses: it does before Linux 5.7
     */
    Link attachToCgroup(Path directory);

    /**
     * Attaches an {@code sk_lookup} or {@code flow_dissector} program to a network namespace.
     *
     * @param namespace its file: {@code /proc/thread-self/ns/net} is that of the calling thread, {@code /run/netns/blue} the one
     *     that {@code ip netns} calls blue
     * @throws BpfException when that is no network namespace, when it has a program of this kind that was attached in another way,
     *     or when the kernel refuses: it does before Linux 5.8
     */
    Link attachToNetns(Path namespace);

    /**
     * Gives a program to a socket: one of {@code SEC("socket")} filters what this socket receives; one of {@code
     * SEC("sk_reuseport")} chooses among the sockets that share this one's port ({@code SO_REUSEPORT}).
     *
     * <p>There is no link to keep: the program stays until the last of the sockets is closed or another program takes its place, and
     * outlives its object, whose inner maps it finds as long as they are in their slots.
     *
     * @param descriptor of the socket, which is of this process
     * @throws BpfException when the program is of another kind, when that is no socket, when it shares no port ({@code EINVAL}), or
     *     when the kernel refuses for another reason
     */
    void attachToSocket(int descriptor);

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
