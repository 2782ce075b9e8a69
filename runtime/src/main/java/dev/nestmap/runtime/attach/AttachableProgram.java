/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import dev.nestmap.runtime.error.BpfException;

/**
 * A program that can be attached to a {@link Hook}.
 *
 * @param <P> the kind of the program, which follows from its section: {@link Xdp.Kind} for {@code SEC("xdp")}
 */
public interface AttachableProgram<P> extends Program {
    /**
     * Attaches the program: {@code attach(Xdp.on("eth0"))}. A program may be attached to any number of targets.
     *
     * @param hook the target and the options of the attachment
     * @param <L> type of the link
     * @return the link
     * @throws BpfException if the target does not exist, if the object is closed, or if the kernel rejects the operation; the message names
     *     a missing capability
     */
    <L extends Link> L attach(Hook<? super P, L> hook);

    /**
     * Attaches the program and pins the link, so that the program stays attached when this process ends for any reason. If an earlier run pinned its
     * link there, this program replaces the link's program. At any time, exactly one of the two programs is attached, unless the pin's {@link
     * LinkPin.Replacement} allows a gap or an overlap.
     *
     * <p>For an interface, a control group or a network namespace, this method first asks the kernel where the pinned link is attached. It fails if
     * the target differs or, for XDP, the mode. If nothing is pinned, it fails if another link has attached a program of the same name (the first 15
     * characters) to the hook. For all other hooks, the kernel does not say where a link is attached. So this method takes over any link of the same
     * kind that is pinned there. If the interface or control group of the pinned link no longer exists, this method replaces the link.
     *
     * <p>Closing the link or the object leaves the program attached. Use {@link KernelLink#detach} to detach it.
     *
     * @param hook the target and the options of the attachment
     * @param pin where the link is pinned
     * @param <L> type of the link
     * @return the link
     * @throws BpfException if {@link #attach(Hook)} would fail, if the pin can't be opened or created, or if the link of the earlier run
     *     can't be taken over. The old program then stays attached, except with {@link LinkPin.Replacement#GAP}
     */
    <L extends KernelLink> L attach(Hook<? super P, L> hook, LinkPin pin);

    /**
     * A program whose section names its target, such as {@code kprobe/do_unlinkat}.
     *
     * @param <P> the kind of the program
     */
    interface Targeted<P> extends AttachableProgram<P> {
        /**
         * Attaches the program to the target in its section's name.
         *
         * @return the link
         * @throws BpfException if the section does not name a complete target, if the target does not exist, or if the kernel rejects the
         *     operation
         */
        KernelLink attach();
    }
}
