/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.util.Locale;
import java.util.Objects;

/**
 * Runs a program for the packets that an interface receives or sends, as a filter of the queueing discipline {@code clsact}. Sections:
 * {@code tc}, {@code classifier}, {@code tcx/...}. Since Linux 6.6, prefer {@link Tcx}.
 *
 * <p>If the Java VM is killed, a filter stays until {@code tc filter del} removes it, because it is not a link of the kernel. So choose a priority
 * and a handle that nobody else uses, and replace the filter of the previous run at each start ({@link #withReplacement}). A second filter that
 * counts in the same pinned maps would count everything twice. Nestmap refuses to attach it if it finds the first filter: one with the same priority
 * and handle, or with the first numbers that the kernel chooses. Otherwise, it logs a warning. Closing the {@link Link} removes the filter if it
 * still has this program. If the interface has no {@code clsact}, Nestmap adds one and never removes it, because other filters may use it.
 *
 * @param interfaceName name of the interface in the network namespace of the calling thread
 * @param direction which packets
 * @param priority filters with lower numbers run first; 0 lets the kernel choose a number
 * @param handle number of the filter within its priority; 0 lets the kernel choose one
 * @param replace whether to replace a filter with this priority and handle
 */
public record Tc(String interfaceName, Tcx.Direction direction, int priority, int handle, boolean replace)
        implements Hook<Tcx.Kind, Link> {
    /** The kind of programs in {@code SEC("tc")} and {@code SEC("classifier")}. They also fit {@link Tcx} and {@link Netkit}. */
    public interface Kind extends Tcx.Kind, Netkit.Kind {}

    private static final int HIGHEST_PRIORITY = 0xffff;

    /** Checks that nothing is null, that the name is not empty and has no control character, and that the priority is in range. */
    public Tc {
        KernelNameCheck.require("interfaceName", interfaceName);
        Objects.requireNonNull(direction, "direction");
        if (priority < 0 || priority > HIGHEST_PRIORITY) {
            throw new IllegalArgumentException("priority is " + priority + ": use a number from 0 to 65535");
        }
        if (replace && (priority == 0 || handle == 0)) {
            throw new IllegalArgumentException(
                    "replacing needs the priority and the handle of the filter to replace: set both before withReplacement()");
        }
    }

    /**
     * Returns the attachment to the packets that an interface receives. The kernel chooses priority and handle.
     *
     * @param interfaceName name of the interface in the network namespace of the calling thread
     * @return the attachment
     */
    public static Tc ingress(String interfaceName) {
        return new Tc(interfaceName, Tcx.Direction.INGRESS, 0, 0, false);
    }

    /**
     * Returns the attachment to the packets that an interface sends. The kernel chooses priority and handle.
     *
     * @param interfaceName name of the interface in the network namespace of the calling thread
     * @return the attachment
     */
    public static Tc egress(String interfaceName) {
        return new Tc(interfaceName, Tcx.Direction.EGRESS, 0, 0, false);
    }

    /**
     * Returns the attachment with a different priority.
     *
     * @param priority from 1 to 65535; filters with lower numbers run first; 0 lets the kernel choose
     * @return the attachment
     * @throws IllegalArgumentException if the number is out of range
     */
    public Tc withPriority(int priority) {
        return new Tc(interfaceName, direction, priority, handle, replace);
    }

    /**
     * Returns the attachment with a different handle.
     *
     * @param handle number of the filter within its priority, unsigned; 0 lets the kernel choose
     * @return the attachment
     */
    public Tc withHandle(int handle) {
        return new Tc(interfaceName, direction, priority, handle, replace);
    }

    /**
     * Returns the attachment that atomically replaces the filter with this priority and handle, if there is one.
     *
     * @return the attachment
     * @throws IllegalArgumentException if priority or handle is not set
     */
    public Tc withReplacement() {
        return new Tc(interfaceName, direction, priority, handle, true);
    }

    @Override
    public String target() {
        return "tc " + direction.name().toLowerCase(Locale.ROOT) + " of interface " + interfaceName;
    }
}
