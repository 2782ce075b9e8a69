/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

import java.util.HexFormat;
import java.util.regex.Pattern;

/** An Ethernet address: {@code __u8[6]} in C, in the order in which it is written and sent. */
public final class MacAddress implements Comparable<MacAddress> {
    /** How many bytes it has. */
    public static final int SIZE = 6;

    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");
    private static final Pattern TEXT = Pattern.compile("[0-9a-fA-F]{2}([:-])[0-9a-fA-F]{2}(\\1[0-9a-fA-F]{2}){4}");

    private final ByteString bytes;

    private MacAddress(ByteString bytes) {
        this.bytes = bytes;
    }

    /**
     * An address from its bytes.
     *
     * @throws IllegalArgumentException when there are not six
     */
    public static MacAddress of(byte... bytes) {
        if (bytes.length != SIZE) {
            throw new IllegalArgumentException("a MAC address has " + SIZE + " bytes, not " + bytes.length);
        }
        return new MacAddress(ByteString.of(bytes));
    }

    /**
     * An address from its text: {@code "02:00:5e:10:00:ff"}, in either case, also with dashes.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    public static MacAddress parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is no MAC address, such as \"02:00:5e:10:00:ff\"");
        }
        return of(COLONS.parseHex(text.replace('-', ':')));
    }

    /** A copy of the six bytes. */
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

    /** As {@link #parse} takes it, with colons and in lower case. */
    @Override
    public String toString() {
        return COLONS.formatHex(bytes.toBytes());
    }
}
