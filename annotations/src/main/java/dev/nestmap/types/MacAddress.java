/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

import java.util.HexFormat;
import java.util.regex.Pattern;

/** An Ethernet address. In C it is {@code __u8[6]} in transmission order. */
public final class MacAddress implements Comparable<MacAddress> {
    /** The number of bytes. */
    public static final int SIZE = 6;

    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");
    private static final Pattern TEXT = Pattern.compile("[0-9a-fA-F]{2}([:-])[0-9a-fA-F]{2}(\\1[0-9a-fA-F]{2}){4}");

    private final ByteString bytes;

    private MacAddress(ByteString bytes) {
        this.bytes = bytes;
    }

    /**
     * Returns an address with these bytes.
     *
     * @param bytes six bytes in transmission order
     * @return the address
     * @throws IllegalArgumentException if there are not six bytes
     */
    public static MacAddress of(byte... bytes) {
        if (bytes.length != SIZE) {
            throw new IllegalArgumentException("a MAC address has " + SIZE + " bytes; these are " + bytes.length);
        }
        return new MacAddress(ByteString.of(bytes));
    }

    /**
     * Parses an address.
     *
     * @param text six pairs of hexadecimal digits in upper or lower case, with colons or dashes: {@code "02:00:5e:10:00:ff"}
     * @return the address
     * @throws IllegalArgumentException if the text is not an address
     */
    public static MacAddress parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a MAC address such as \"02:00:5e:10:00:ff\"");
        }
        return of(COLONS.parseHex(text.replace('-', ':')));
    }

    /** {@return a copy of the six bytes} */
    public byte[] toBytes() {
        return bytes.toBytes();
    }

    @Override
    public int compareTo(MacAddress other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MacAddress address && bytes.equals(address.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    /** {@return lowercase hexadecimal digits with colons, which {@link #parse} reads} */
    @Override
    public String toString() {
        return COLONS.formatHex(bytes.toBytes());
    }
}
