/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

import java.net.Inet6Address;

/**
 * A range of IPv6 addresses that begin with the same bits, as the key of an LPM trie. In C it is {@code struct ipv6_prefix}:
 * the number of bits, {@code __u32 prefixlen}, and the address in network byte order, {@code addr}.
 *
 * @param address the first address of the range; all bits after the prefix are 0
 * @param length the number of bits in the prefix, from 0 to 128
 */
public record Ipv6Prefix(Inet6Address address, int length) {
    /**
     * Checks the prefix.
     *
     * @param address the first address of the range
     * @param length the number of bits in the prefix
     * @throws IllegalArgumentException if the length is out of range, or the address has bits set after the prefix
     */
    public Ipv6Prefix {
        IpAddresses.check(address, length);
    }

    /**
     * Returns the prefix of this length that contains an address.
     *
     * @param address any address of the range
     * @param length the number of bits in the prefix, from 0 to 128
     * @return the prefix
     * @throws IllegalArgumentException if the length is out of range
     */
    public static Ipv6Prefix containing(Inet6Address address, int length) {
        return new Ipv6Prefix(IpAddresses.ipv6(IpAddresses.masked(address.getAddress(), length)), length);
    }

    /**
     * Parses a prefix.
     *
     * @param text address and length: {@code "2001:db8::/32"}
     * @return the prefix
     * @throws IllegalArgumentException if the text is not a prefix, or the address has bits set after the prefix
     */
    public static Ipv6Prefix parse(String text) {
        String[] parts = IpAddresses.split(text);
        return new Ipv6Prefix(IpAddresses.ipv6(parts[0]), Integer.parseInt(parts[1]));
    }

    /**
     * Returns whether an address begins with this prefix.
     *
     * @param other the address
     * @return whether it does
     */
    public boolean contains(Inet6Address other) {
        return containing(other, length).equals(this);
    }

    /** {@return address and length, in the form that {@link #parse} reads} */
    @Override
    public String toString() {
        return IpAddresses.ipv6(address.getAddress()).getHostAddress() + "/" + length; // without a scope
    }
}
