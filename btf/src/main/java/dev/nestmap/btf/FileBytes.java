/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A part of a file, read in the file's byte order. A read outside of the part throws a {@link MalformedObjectException} that names the
 * part and the offset.
 *
 * <p>Offsets are from the start of the part. They are {@code long}, so unsigned 32-bit numbers of the file need no cast.
 */
public final class FileBytes {
    private final String where;
    private final ByteBuffer buffer;

    private FileBytes(String where, ByteBuffer buffer) {
        this.where = where;
        this.buffer = buffer;
    }

    /** A whole file, little-endian until {@link #inOrder} says otherwise. */
    static FileBytes of(String file, byte[] bytes) {
        return new FileBytes(file, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** The same bytes in another byte order. */
    FileBytes inOrder(ByteOrder order) {
        return new FileBytes(where, buffer.duplicate().order(order));
    }

    /** A part of this part. */
    FileBytes slice(String name, long offset, long length) {
        check(name, offset, length);
        ByteBuffer part = buffer.slice((int) offset, (int) length).order(buffer.order());
        return new FileBytes(where + ": " + name, part);
    }

    /** Zeroes, for an implicit record that is not in the file. */
    FileBytes zeroes(String name, int length) {
        return of(where + ": " + name, new byte[length]);
    }

    public ByteOrder order() {
        return buffer.order();
    }

    public long length() {
        return buffer.limit();
    }

    /** The offset of this part in the file. */
    int start() {
        return buffer.arrayOffset();
    }

    public int u8(long offset) {
        check("a number", offset, 1);
        return Byte.toUnsignedInt(buffer.get((int) offset));
    }

    int u16(long offset) {
        check("a number", offset, 2);
        return Short.toUnsignedInt(buffer.getShort((int) offset));
    }

    long u32(long offset) {
        return Integer.toUnsignedLong(s32(offset));
    }

    int s32(long offset) {
        check("a number", offset, 4);
        return buffer.getInt((int) offset);
    }

    /** A 64-bit number. Sizes and offsets of 2^63 and more are negative, and every check rejects them. */
    long s64(long offset) {
        check("a number", offset, 8);
        return buffer.getLong((int) offset);
    }

    /**
     * The name at this offset, up to the next NUL. A {@link NameTable} reads each name once.
     *
     * @param longest its maximum length in bytes
     */
    String name(long offset, int longest) {
        check("a name", offset, 1);
        int start = (int) offset;
        int limit = start + Math.min(buffer.limit() - start, longest);
        for (int end = start; end < limit; end++) {
            if (buffer.get(end) == 0) {
                byte[] name = new byte[end - start];
                buffer.get(start, name);
                return new String(name, StandardCharsets.UTF_8);
            }
        }
        throw malformed(offset, "a name has no end within " + longest + " bytes");
    }

    /** All bytes as text, one character per byte. */
    public String latin1() {
        return StandardCharsets.ISO_8859_1.decode(buffer.duplicate()).toString();
    }

    /** An exception about the bytes at this offset. */
    MalformedObjectException malformed(long offset, String what) {
        return new MalformedObjectException(where + ", offset " + offset + ": " + what);
    }

    /** An exception about this part as a whole. */
    MalformedObjectException malformed(String what) {
        return new MalformedObjectException(where + ": " + what);
    }

    /** An exception about this part as a whole. */
    MalformedObjectException malformed(String what, String remedy) {
        return new MalformedObjectException(where + ": " + what, remedy);
    }

    private void check(String what, long offset, long length) {
        if (offset < 0 || length < 0 || length > length() || offset > length() - length) {
            throw malformed(
                    offset,
                    what + " needs " + Long.toUnsignedString(length) + " bytes from here, but there are " + length()
                            + " in all");
        }
    }
}
