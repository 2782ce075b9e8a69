/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.util.Locale;
import java.util.Objects;

/**
 * Runs a program at a netfilter hook of the calling thread's network namespace (Linux 6.4). Section: {@code netfilter}. The link can't be
 * updated.
 *
 * @param family the protocol
 * @param hook the place on a packet's path
 * @param priority place among the functions of the hook, which nftables and others also use; lower numbers run first. Two BPF programs of a hook
 *     can't have the same priority
 * @param defragment whether the kernel reassembles fragments before the program sees them
 */
public record Netfilter(Family family, Place hook, int priority, boolean defragment)
        implements Hook<Netfilter.Kind, KernelLink> {
    /** The kind of netfilter programs. The Java compiler uses this type to check hooks. */
    public interface Kind {}

    /** The protocol of a hook. */
    public enum Family {
        /** IPv4. */
        IPV4,

        /** IPv6. */
        IPV6
    }

    /** A place on a packet's path. The names come from {@code linux/netfilter.h}. */
    public enum Place {
        /** Before the routing of a received packet. */
        PRE_ROUTING,

        /** A packet for this host. */
        LOCAL_IN,

        /** A packet for another host. */
        FORWARD,

        /** A packet that this host sends. */
        LOCAL_OUT,

        /** After the routing of a packet that leaves. */
        POST_ROUTING
    }

    /** Checks the values. */
    public Netfilter {
        Objects.requireNonNull(family, "family");
        Objects.requireNonNull(hook, "hook");
        if (priority == Integer.MIN_VALUE || priority == Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "priority is " + priority + ": the kernel reserves the lowest and the highest number");
        }
    }

    /**
     * Returns the attachment to an IPv4 hook, with priority 0.
     *
     * @param hook the place on a packet's path
     * @return the attachment
     */
    public static Netfilter ipv4(Place hook) {
        return new Netfilter(Family.IPV4, hook, 0, false);
    }

    /**
     * Returns the attachment to an IPv6 hook, with priority 0.
     *
     * @param hook the place on a packet's path
     * @return the attachment
     */
    public static Netfilter ipv6(Place hook) {
        return new Netfilter(Family.IPV6, hook, 0, false);
    }

    /**
     * Returns the attachment with the given priority.
     *
     * @param priority lower numbers run first
     * @return the attachment
     * @throws IllegalArgumentException if it is the lowest or highest {@code int}, which the kernel reserves
     */
    public Netfilter withPriority(int priority) {
        return new Netfilter(family, hook, priority, defragment);
    }

    /**
     * Returns the attachment with reassembled packets instead of fragments. Requires a priority above -400.
     *
     * @return the attachment
     */
    public Netfilter withDefragmentation() {
        return new Netfilter(family, hook, priority, true);
    }

    @Override
    public String target() {
        return "netfilter hook " + hook + " of "
                + family.name().toLowerCase(Locale.ROOT).replace("ip", "IP");
    }
}
