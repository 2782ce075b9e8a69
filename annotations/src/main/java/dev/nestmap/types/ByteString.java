/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable sequence of bytes that is compared by content, unlike a {@code byte[]}. As a component with {@code @Size(n)} it
 * is {@code __u8[n]} in C and has exactly {@code n} bytes.
 */
public final class ByteString implements Comparable<ByteString> {
    private final byte[] bytes;

    private ByteString(byte[] own) {
        this.bytes = own;
    }

    /**
     * Returns a byte string with a copy of the bytes.
     *
     * @param bytes the bytes
     * @return the byte string
     */
    public static ByteString of(byte... bytes) {
        return new ByteString(bytes.clone());
    }

    /**
     * Parses hexadecimal digits.
     *
     * @param hex two digits for each byte, in upper or lower case: {@code "c0ffee"}
     * @return the byte string
     * @throws IllegalArgumentException if the text is not an even number of hexadecimal digits
     */
    public static ByteString ofHex(String hex) {
        return new ByteString(HexFormat.of().parseHex(hex));
    }

    /**
     * Copies bytes from a buffer. Neither uses nor changes the buffer's position.
     *
     * @param from the buffer
     * @param at the absolute index of the first byte
     * @param size the number of bytes
     * @return the byte string
     */
    public static ByteString of(ByteBuffer from, int at, int size) {
        byte[] bytes = new byte[size];
        from.get(at, bytes);
        return new ByteString(bytes);
    }

    /** {@return the number of bytes} */
    public int size() {
        return bytes.length;
    }

    /**
     * Returns one byte.
     *
     * @param index from 0 to {@code size() - 1}
     * @return the byte
     */
    public byte get(int index) {
        return bytes[index];
    }

    /** {@return a copy of the bytes} */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /**
     * Copies the bytes to a buffer. Neither uses nor changes the buffer's position.
     *
     * @param to the buffer
     * @param at the absolute index for the first byte
     */
    public void copyTo(ByteBuffer to, int at) {
        to.put(at, bytes);
    }

    /** Compares unsigned bytes from the first to the last, like {@code memcmp}. A byte string is greater than its own beginning. */
    @Override
    public int compareTo(ByteString other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteString string && Arrays.equals(bytes, string.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** {@return the bytes as lowercase hexadecimal digits, which {@link #ofHex} parses} */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
