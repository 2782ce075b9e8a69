/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

import java.net.Inet6Address;

/**
 * The IPv6 addresses that begin with the same bits: the key of an LPM trie, {@code struct ipv6_prefix} in C, which is the
 * number of bits and then the address in network byte order.
 *
 * @param address the first address; all bits after the prefix are 0
 * @param length how many bits they have in common, from 0 to 128
 */
public record Ipv6Prefix(Inet6Address address, int length) {
    /**
     * Checks the bits.
     *
     * @throws IllegalArgumentException when the length is out of range, or the address has bits set after it
     */
    public Ipv6Prefix {
        Addresses.check(address, length);
    }

    /** The prefix of this length that an address begins with. */
    public static Ipv6Prefix containing(Inet6Address address, int length) {
        return new Ipv6Prefix(Addresses.ipv6(Addresses.masked(address.getAddress(), length)), length);
    }

    /**
     * A prefix from its text: {@code "2001:db8::/32"}.
     *
     * @throws IllegalArgumentException when it is anything else, or has bits set after its length
     */
    public static Ipv6Prefix parse(String text) {
        String[] parts = Addresses.split(text);
        return new Ipv6Prefix(Addresses.ipv6(parts[0]), Integer.parseInt(parts[1]));
    }

    /** Whether an address begins with this prefix. */
    public boolean contains(Inet6Address other) {
        return containing(other, length).equals(this);
    }

    /** As {@link #parse} takes it. */
    @Override
    public String toString() {
        return address.getHostAddress() + "/" + length;
    }
}
