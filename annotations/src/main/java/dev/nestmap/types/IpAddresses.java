/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/** Parses IP addresses without asking a name server, and handles the bits of prefixes. */
final class IpAddresses {
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F]*:[0-9a-fA-F:.]*");

    private IpAddresses() {}

    static Inet4Address ipv4(String text) {
        if (IPV4.matcher(text).matches() && literal(text) instanceof Inet4Address address) {
            return address;
        }
        throw new IllegalArgumentException("\"" + text + "\" is not an IPv4 address");
    }

    static Inet6Address ipv6(String text) {
        if (!IPV6.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not an IPv6 address");
        }
        InetAddress address = literal(text);
        if (address instanceof Inet6Address ipv6) {
            return ipv6;
        }
        // Java converts an address in ::ffff:0:0/96 to an Inet4Address.
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(address.getAddress(), 0, mapped, 12, 4);
        return ipv6(mapped);
    }

    static Inet4Address ipv4(byte[] bytes) {
        try {
            return (Inet4Address) InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Inet6Address ipv6(byte[] bytes) {
        try {
            return Inet6Address.getByAddress(null, bytes, -1);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Sets all bits of an address after its first {@code length} bits to 0. */
    static byte[] masked(byte[] address, int length) {
        byte[] masked = address.clone();
        for (int i = 0; i < masked.length; i++) {
            int bits = Math.max(0, Math.min(Byte.SIZE, length - i * Byte.SIZE));
            masked[i] &= (byte) (0xff00 >> bits);
        }
        return masked;
    }

    /** Checks that a prefix has a valid length, and no bits set after it. */
    static void check(InetAddress address, int length) {
        byte[] bytes = address.getAddress();
        int most = bytes.length * Byte.SIZE;
        if (length < 0 || length > most) {
            throw new IllegalArgumentException(
                    "the length of a prefix of " + address.getHostAddress() + " is " + length + "; use 0 to " + most);
        }
        if (!Arrays.equals(bytes, masked(bytes, length))) {
            throw new IllegalArgumentException(address.getHostAddress() + "/" + length
                    + " has bits set after the first " + length + "; containing(address, " + length
                    + ") returns the prefix without them");
        }
    }

    /** Splits {@code 10.0.0.0/8} into address and length. */
    static String[] split(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("\"" + text + "\" is not a prefix such as 10.0.0.0/8 or 2001:db8::/32");
        }
        return new String[] {text.substring(0, slash), text.substring(slash + 1)};
    }

    private static InetAddress literal(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not an IP address", e);
        }
    }
}
