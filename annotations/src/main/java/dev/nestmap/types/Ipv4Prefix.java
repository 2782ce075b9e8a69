/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

import java.net.Inet4Address;

/**
 * The IPv4 addresses that begin with the same bits: the key of an LPM trie, {@code struct ipv4_prefix} in C, which is the
 * number of bits and then the address in network byte order.
 *
 * @param address the first address; all bits after the prefix are 0
 * @param length how many bits they have in common, from 0 to 32
 */
public record Ipv4Prefix(Inet4Address address, int length) {
    /**
     * Checks the bits.
     *
     * @throws IllegalArgumentException when the length is out of range, or the address has bits set after it
     */
    public Ipv4Prefix {
        Addresses.check(address, length);
    }

    /** The prefix of this length that an address begins with. */
    public static Ipv4Prefix containing(Inet4Address address, int length) {
        return new Ipv4Prefix(Addresses.ipv4(Addresses.masked(address.getAddress(), length)), length);
    }

    /**
     * A prefix from its text: {@code "10.0.0.0/8"}.
     *
     * @throws IllegalArgumentException when it is anything else, or has bits set after its length
     */
    public static Ipv4Prefix parse(String text) {
        String[] parts = Addresses.split(text);
        return new Ipv4Prefix(Addresses.ipv4(parts[0]), Integer.parseInt(parts[1]));
    }

    /** Whether an address begins with this prefix. */
    public boolean contains(Inet4Address other) {
        return containing(other, length).equals(this);
    }

    /** As {@link #parse} takes it. */
    @Override
    public String toString() {
        return address.getHostAddress() + "/" + length;
    }
}
