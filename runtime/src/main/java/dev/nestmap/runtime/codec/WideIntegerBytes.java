/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.codec;

import dev.nestmap.schema.CountText;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Converts integers that no Java primitive represents to bytes and back: bit-fields, 128-bit integers, and unsigned 64-bit integers
 * as a {@link BigInteger}.
 *
 * <p>A bit-field starts at a bit of a byte and continues in the following bytes. Bits are counted in the order in which clang fills them.
 * On little-endian machines, this is from the least significant bit of each byte, and the first bits are the low bits of the value. On
 * big-endian machines, it is from the most significant bit, and the first bits are the high bits.
 */
public final class WideIntegerBytes {
    private WideIntegerBytes() {}

    /** Writes a bit-field. Higher bits of the value are ignored. */
    public static void putBits(ByteBuffer to, int at, int bit, int bits, long value) {
        int done = 0;
        while (done < bits) {
            int index = at + (bit + done) / Byte.SIZE;
            int within = (bit + done) % Byte.SIZE;
            int count = Math.min(Byte.SIZE - within, bits - done);
            int shift = isLittle(to) ? within : Byte.SIZE - within - count;
            long part = value >>> (isLittle(to) ? done : bits - done - count);
            int mask = ((1 << count) - 1) << shift;
            to.put(index, (byte) ((to.get(index) & ~mask) | ((int) (part << shift) & mask)));
            done += count;
        }
    }

    /** Writes an unsigned bit-field after a range check. */
    public static void putUnsignedBits(ByteBuffer to, int at, int bit, int bits, long value, String component) {
        if (bits < Long.SIZE && value >>> bits != 0) {
            throw outOfRange(
                    component, value, "0 to " + ((1L << bits) - 1) + ", the range of " + CountText.of(bits, "bit"));
        }
        putBits(to, at, bit, bits, value);
    }

    /** Writes a signed bit-field after a range check. */
    public static void putSignedBits(ByteBuffer to, int at, int bit, int bits, long value, String component) {
        long min = -1L << (bits - 1);
        if (value < min || value > ~min) {
            throw outOfRange(component, value, min + " to " + ~min + ", the range of " + CountText.of(bits, "bit"));
        }
        putBits(to, at, bit, bits, value);
    }

    /** Reads an unsigned bit-field. */
    public static long getUnsignedBits(ByteBuffer from, int at, int bit, int bits) {
        long value = 0;
        int done = 0;
        while (done < bits) {
            int within = (bit + done) % Byte.SIZE;
            int count = Math.min(Byte.SIZE - within, bits - done);
            int shift = isLittle(from) ? within : Byte.SIZE - within - count;
            long part = (Byte.toUnsignedLong(from.get(at + (bit + done) / Byte.SIZE)) >>> shift) & ((1L << count) - 1);
            value |= part << (isLittle(from) ? done : bits - done - count);
            done += count;
        }
        return value;
    }

    /** Reads a signed bit-field. */
    public static long getSignedBits(ByteBuffer from, int at, int bit, int bits) {
        int unused = Long.SIZE - bits;
        return getUnsignedBits(from, at, bit, bits) << unused >> unused;
    }

    /** Writes an {@code unsigned __int128} after a range check. */
    public static void putU128(ByteBuffer to, int at, @Nullable BigInteger value, String component) {
        BigInteger present = Scalars.present(value, component);
        if (present.signum() < 0 || present.bitLength() > 2 * Long.SIZE) {
            throw outOfRange(component, present, "0 to 2^128-1");
        }
        put128(to, at, present);
    }

    /** Writes an {@code __int128} after a range check. */
    public static void putS128(ByteBuffer to, int at, @Nullable BigInteger value, String component) {
        BigInteger present = Scalars.present(value, component);
        if (present.bitLength() >= 2 * Long.SIZE) {
            throw outOfRange(component, present, "-2^127 to 2^127-1");
        }
        put128(to, at, present);
    }

    /** Reads an {@code unsigned __int128}. */
    public static BigInteger getU128(ByteBuffer from, int at) {
        return new BigInteger(1, bytes128(from, at));
    }

    /** Reads an {@code __int128}. */
    public static BigInteger getS128(ByteBuffer from, int at) {
        return new BigInteger(bytes128(from, at));
    }

    /** Writes a {@code __u64} from its value, after a range check. */
    public static void putU64(ByteBuffer to, int at, @Nullable BigInteger value, String component) {
        Scalars.putU64(to, at, bits64(value, component));
    }

    /** Reads the value of a {@code __u64}. */
    public static BigInteger getU64(ByteBuffer from, int at) {
        return unsigned(Scalars.getU64(from, at));
    }

    /** Writes a {@code __be64} from its value, after a range check. */
    public static void putBe64(ByteBuffer to, int at, @Nullable BigInteger value, String component) {
        Scalars.putBe64(to, at, bits64(value, component));
    }

    /** Reads the value of a {@code __be64}. */
    public static BigInteger getBe64(ByteBuffer from, int at) {
        return unsigned(Scalars.getBe64(from, at));
    }

    private static long bits64(@Nullable BigInteger value, String component) {
        BigInteger present = Scalars.present(value, component);
        if (present.signum() < 0 || present.bitLength() > Long.SIZE) {
            throw outOfRange(component, present, "0 to 2^64-1");
        }
        return present.longValue();
    }

    private static BigInteger unsigned(long bits) {
        return new BigInteger(Long.toUnsignedString(bits));
    }

    private static void put128(ByteBuffer to, int at, BigInteger value) {
        to.putLong(at + (isLittle(to) ? 0 : Long.BYTES), value.longValue());
        to.putLong(
                at + (isLittle(to) ? Long.BYTES : 0),
                value.shiftRight(Long.SIZE).longValue());
    }

    /** Reads 16 bytes and returns them with the most significant byte first. */
    private static byte[] bytes128(ByteBuffer from, int at) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(from.getLong(at + (isLittle(from) ? Long.BYTES : 0)))
                .putLong(from.getLong(at + (isLittle(from) ? 0 : Long.BYTES)))
                .array();
    }

    private static boolean isLittle(ByteBuffer buffer) {
        return buffer.order() == ByteOrder.LITTLE_ENDIAN;
    }

    private static IllegalArgumentException outOfRange(String component, Object value, String range) {
        return new IllegalArgumentException(component + " is " + value + ", outside of " + range);
    }
}
