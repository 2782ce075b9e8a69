/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.codec;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Converts scalars to bytes and back. The name of a method comes from the C type, and its parameters from the Java type, so that the code generator
 * needs no table. For the scalar {@code U32}, which has 4 bytes, with buffers in the machine's byte order:
 *
 * <ul>
 *   <li>{@code putU32(to, at, int)}: the Java type has the same width, so this writes its bits;
 *   <li>{@code putU32(to, at, long, component)}: the Java type is wider, so this checks the range, and names the component ({@code
 *       "Tenant.id"}) in the exception. {@code byte}, {@code short} and {@code int} widen to {@code long} without loss;
 *   <li>{@code (int) getU32(from, at)}: a {@code long} with the value, zero- or sign-extended. A cast to a wider Java type keeps the value,
 *       a cast to the same width keeps the bits.
 * </ul>
 */
public final class Scalars {
    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private Scalars() {}

    /** Writes the bits of a {@code __u8}. */
    public static void putU8(ByteBuffer to, int at, byte bits) {
        to.put(at, bits);
    }

    /** Writes a {@code __u8} after a range check. */
    public static void putU8(ByteBuffer to, int at, long value, String component) {
        to.put(at, (byte) unsigned(value, Byte.SIZE, component));
    }

    /** Reads a {@code __u8}. */
    public static long getU8(ByteBuffer from, int at) {
        return Byte.toUnsignedLong(from.get(at));
    }

    /** Writes the bits of a {@code __u16}. */
    public static void putU16(ByteBuffer to, int at, short bits) {
        to.putShort(at, bits);
    }

    /** Writes a {@code __u16} after a range check. */
    public static void putU16(ByteBuffer to, int at, long value, String component) {
        to.putShort(at, (short) unsigned(value, Short.SIZE, component));
    }

    /** Reads a {@code __u16}. */
    public static long getU16(ByteBuffer from, int at) {
        return Short.toUnsignedLong(from.getShort(at));
    }

    /** Writes the bits of a {@code __u32}. */
    public static void putU32(ByteBuffer to, int at, int bits) {
        to.putInt(at, bits);
    }

    /** Writes a {@code __u32} after a range check. */
    public static void putU32(ByteBuffer to, int at, long value, String component) {
        to.putInt(at, (int) unsigned(value, Integer.SIZE, component));
    }

    /** Reads a {@code __u32}. */
    public static long getU32(ByteBuffer from, int at) {
        return Integer.toUnsignedLong(from.getInt(at));
    }

    /** Writes the bits of a {@code __u64}: Java has no wider type. */
    public static void putU64(ByteBuffer to, int at, long bits) {
        to.putLong(at, bits);
    }

    /** Reads the bits of a {@code __u64}. */
    public static long getU64(ByteBuffer from, int at) {
        return from.getLong(at);
    }

    /** Writes a {@code __s8}. */
    public static void putS8(ByteBuffer to, int at, byte value) {
        to.put(at, value);
    }

    /** Writes a {@code __s8} after a range check. */
    public static void putS8(ByteBuffer to, int at, long value, String component) {
        to.put(at, (byte) signed(value, Byte.SIZE, component));
    }

    /** Reads a {@code __s8}. */
    public static long getS8(ByteBuffer from, int at) {
        return from.get(at);
    }

    /** Writes a {@code __s16}. */
    public static void putS16(ByteBuffer to, int at, short value) {
        to.putShort(at, value);
    }

    /** Writes a {@code __s16} after a range check. */
    public static void putS16(ByteBuffer to, int at, long value, String component) {
        to.putShort(at, (short) signed(value, Short.SIZE, component));
    }

    /** Reads a {@code __s16}. */
    public static long getS16(ByteBuffer from, int at) {
        return from.getShort(at);
    }

    /** Writes a {@code __s32}. */
    public static void putS32(ByteBuffer to, int at, int value) {
        to.putInt(at, value);
    }

    /** Writes a {@code __s32} after a range check. */
    public static void putS32(ByteBuffer to, int at, long value, String component) {
        to.putInt(at, (int) signed(value, Integer.SIZE, component));
    }

    /** Reads a {@code __s32}. */
    public static long getS32(ByteBuffer from, int at) {
        return from.getInt(at);
    }

    /** Writes a {@code __s64}. */
    public static void putS64(ByteBuffer to, int at, long value) {
        to.putLong(at, value);
    }

    /** Reads a {@code __s64}. */
    public static long getS64(ByteBuffer from, int at) {
        return from.getLong(at);
    }

    /** Writes the bits of a {@code __be16}. */
    public static void putBe16(ByteBuffer to, int at, short bits) {
        to.putShort(at, LITTLE_ENDIAN ? Short.reverseBytes(bits) : bits);
    }

    /** Writes a {@code __be16} after a range check. */
    public static void putBe16(ByteBuffer to, int at, long value, String component) {
        putBe16(to, at, (short) unsigned(value, Short.SIZE, component));
    }

    /** Reads a {@code __be16}. */
    public static long getBe16(ByteBuffer from, int at) {
        short bits = from.getShort(at);
        return Short.toUnsignedLong(LITTLE_ENDIAN ? Short.reverseBytes(bits) : bits);
    }

    /** Writes the bits of a {@code __be32}. */
    public static void putBe32(ByteBuffer to, int at, int bits) {
        to.putInt(at, LITTLE_ENDIAN ? Integer.reverseBytes(bits) : bits);
    }

    /** Writes a {@code __be32} after a range check. */
    public static void putBe32(ByteBuffer to, int at, long value, String component) {
        putBe32(to, at, (int) unsigned(value, Integer.SIZE, component));
    }

    /** Reads a {@code __be32}. */
    public static long getBe32(ByteBuffer from, int at) {
        int bits = from.getInt(at);
        return Integer.toUnsignedLong(LITTLE_ENDIAN ? Integer.reverseBytes(bits) : bits);
    }

    /** Writes the bits of a {@code __be64}: Java has no wider type. */
    public static void putBe64(ByteBuffer to, int at, long bits) {
        to.putLong(at, LITTLE_ENDIAN ? Long.reverseBytes(bits) : bits);
    }

    /** Reads the bits of a {@code __be64}. */
    public static long getBe64(ByteBuffer from, int at) {
        long bits = from.getLong(at);
        return LITTLE_ENDIAN ? Long.reverseBytes(bits) : bits;
    }

    /** Writes a {@code bool}. */
    public static void putBool(ByteBuffer to, int at, boolean value) {
        to.put(at, (byte) (value ? 1 : 0));
    }

    /** Reads a {@code bool}. As in C, every byte except 0 is true. */
    public static boolean getBool(ByteBuffer from, int at) {
        return from.get(at) != 0;
    }

    /** Returns the value of a component. If it is null, throws an exception with the component's name. */
    public static <T> T present(@Nullable T value, String component) {
        if (value == null) {
            throw new IllegalArgumentException(component + " is null, which C can't represent");
        }
        return value;
    }

    /** Writes padding of {@code size} zeros. */
    public static void zero(ByteBuffer to, int at, int size) {
        for (int i = 0; i < size; i++) { // from 0, so that the JIT knows how often it runs
            to.put(at + i, (byte) 0);
        }
    }

    /** {@return whether padding of {@code size} bytes has only zeros} */
    public static boolean isZero(ByteBuffer from, int at, int size) {
        int bits = 0;
        for (int i = 0; i < size; i++) {
            bits |= from.get(at + i);
        }
        return bits == 0;
    }

    /** Returns the exception for reading a number without a constant in the enum. */
    public static BpfException unknownConstant(Class<?> enumType, long value, String component) {
        return BpfException.of(Reason.MISMATCH, "read of " + component)
                .because(
                        "the value is " + value + ", which no constant of enum " + enumType.getSimpleName()
                                + " has: add the constant, or a constant with @EnumValue(unknown = true), which stands for all other values");
    }

    /** Returns the exception for writing the constant that stands for all unknown numbers. */
    public static IllegalArgumentException writtenUnknown(String component, String constant) {
        return new IllegalArgumentException(component + " is " + constant
                + ", which stands for unknown values and has no number to write: write another constant");
    }

    private static long unsigned(long value, int bits, String component) {
        if (value >>> bits != 0) {
            throw outOfRange(value, 0, (1L << bits) - 1, component);
        }
        return value;
    }

    private static long signed(long value, int bits, String component) {
        long min = -1L << (bits - 1);
        if (value < min || value > ~min) {
            throw outOfRange(value, min, ~min, component);
        }
        return value;
    }

    private static IllegalArgumentException outOfRange(long value, long min, long max, String component) {
        return new IllegalArgumentException(component + " is " + value + ", outside of " + min + " to " + max);
    }
}
