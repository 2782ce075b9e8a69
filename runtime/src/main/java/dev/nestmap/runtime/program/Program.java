/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.program;

import dev.nestmap.runtime.attach.Attachment;
import dev.nestmap.runtime.error.BpfException;
import java.nio.file.Path;

/**
 * A loaded BPF program. It belongs to its object: closing the object closes the program and its links. Later calls throw a {@link
 * BpfException}.
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
     * Attaches the program and pins the link, so that the program stays attached when this process ends for any reason. If an earlier run
     * pinned its link there, this program takes it over: at each moment either the old or the new program is attached, unless the pin's
     * {@link LinkPin.Replacement} says otherwise.
     *
     * <p>Before anything changes, Nestmap asks the hook which programs it has. This method fails if the pinned link is attached to
     * something else, or, for XDP, in another mode. It also fails if the hook has a program of the same name whose link is not the pinned
     * one. A pinned link that no longer runs, because its interface or control group was removed, is replaced.
     *
     * <p>Closing the link, or the object, leaves the program attached. {@link Link#detach} detaches it.
     *
     * @param attachment what to attach the program to, and how
     * @param pin where the link is pinned
     * @return the link
     * @throws BpfException if the program can't be attached as {@link #attach(Attachment)} says, if the pin can't be opened or created, or
     *     if the link of the earlier run can't be taken over; then that one stays attached
     */
    Link attach(Attachment attachment, LinkPin pin);

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
        return testRun(TestRunOptions.packet(packet));
    }

    /**
     * Runs the program ({@code BPF_PROG_TEST_RUN}). The program need not be attached.
     *
     * @param options the input and the number of runs
     * @return the result of the last run
     * @throws BpfException if the kernel rejects the input, or does not test-run programs of this kind
     */
    TestRun testRun(TestRunOptions options);
}
