/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import dev.nestmap.runtime.error.BpfException;

/**
 * A program that is attached to a {@link Hook}.
 *
 * @param <P> the kind of the program, which follows from its section: {@link Xdp.Kind} for {@code SEC("xdp")}
 */
public interface AttachableProgram<P> extends Program {
    /**
     * Attaches the program: {@code attach(Xdp.on("eth0"))}. A program may be attached to any number of targets.
     *
     * @param hook what to attach the program to, and how
     * @param <L> the link that the hook makes
     * @return the link
     * @throws BpfException if the target does not exist, if the object is closed, or if the kernel rejects the operation; the message says which capability this process lacks, if that is the reason
     */
    <L extends Link> L attach(Hook<? super P, L> hook);

    /**
     * Attaches the program and pins the link, so that the program stays attached when this process ends for any reason. If an earlier run
     * pinned its link there, this program takes it over: at each moment either the old or the new program is attached, unless the pin's
     * {@link LinkPin.Replacement} says otherwise.
     *
     * <p>Before anything changes, Nestmap asks the hook which programs it has. This method fails if the pinned link is attached to
     * something else, or, for XDP, in another mode. It also fails if the hook has a program of the same name whose link is not the pinned
     * one. A pinned link that no longer runs, because its interface or control group was removed, is replaced.
     *
     * <p>Closing the link, or the object, leaves the program attached. {@link KernelLink#detach} detaches it.
     *
     * @param hook what to attach the program to, and how
     * @param pin where the link is pinned
     * @param <L> the link that the hook makes
     * @return the link
     * @throws BpfException if the program can't be attached as {@link #attach(Hook)} says, if the pin can't be opened or created, or
     *     if the link of the earlier run can't be taken over; then that one stays attached
     */
    <L extends KernelLink> L attach(Hook<? super P, L> hook, LinkPin pin);
}
