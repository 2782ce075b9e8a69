/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Bytes that never change and are compared by what they are, unlike a {@code byte[]}. As a component with {@code @Size(n)} it
 * is {@code __u8[n]} in C, and has exactly {@code n} bytes.
 */
public final class ByteString implements Comparable<ByteString> {
    private final byte[] bytes;

    private ByteString(byte[] own) {
        this.bytes = own;
    }

    /** These bytes, copied. */
    public static ByteString of(byte... bytes) {
        return new ByteString(bytes.clone());
    }

    /**
     * Bytes in hexadecimal digits.
     *
     * @param hex two digits for each byte, of either case: {@code "c0ffee"}
     * @throws IllegalArgumentException when it is anything else
     */
    public static ByteString ofHex(String hex) {
        return new ByteString(HexFormat.of().parseHex(hex));
    }

    /** The bytes of a text in UTF-8, without a terminator. */
    public static ByteString ofUtf8(String text) {
        return new ByteString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes of a buffer from an absolute position, copied. */
    public static ByteString of(ByteBuffer from, int at, int size) {
        byte[] bytes = new byte[size];
        from.get(at, bytes);
        return new ByteString(bytes);
    }

    /** How many bytes. */
    public int size() {
        return bytes.length;
    }

    /** The byte at an index from 0. */
    public byte get(int index) {
        return bytes[index];
    }

    /** A copy of the bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** Copies the bytes into a buffer, to an absolute position. */
    public void copyTo(ByteBuffer to, int at) {
        to.put(at, bytes);
    }

    /**
     * These bytes and zeros after them.
     *
     * @param size how many bytes together
     * @throws IllegalArgumentException when there are more already
     */
    public ByteString paddedTo(int size) {
        if (bytes.length > size) {
            throw new IllegalArgumentException("there are " + bytes.length + " bytes already, more than " + size);
        }
        return new ByteString(Arrays.copyOf(bytes, size));
    }

    /** As the kernel compares memory: byte by byte, unsigned, the shorter first where one begins with the other. */
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

    /** The bytes in hexadecimal digits, as {@link #ofHex} takes them. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
