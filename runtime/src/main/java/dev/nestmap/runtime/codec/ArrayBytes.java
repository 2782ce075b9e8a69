/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.codec;

import dev.nestmap.schema.CountText;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Converts arrays to bytes and back. The methods without a function copy elements whose bytes are the same in Java and in C. All other methods have a
 * function that writes or reads one element, and the size of an element in C.
 *
 * <p>The parameters of every method that writes include the declared number of elements and the component's name. If the array has a different number
 * of elements, the method throws an {@link IllegalArgumentException}.
 */
public final class ArrayBytes {
    private ArrayBytes() {}

    /** Writes one integer of an array. */
    @FunctionalInterface
    public interface IntegerWriter {
        /** Writes a value of the array's type, passed as a {@code long}. */
        void write(long value, ByteBuffer to, int at);
    }

    /** Reads one integer of an array. */
    @FunctionalInterface
    public interface IntegerReader {
        /** Reads a value that fits into the array's type. */
        long read(ByteBuffer from, int at);
    }

    /** Writes a {@code __s8[]} or {@code __u8[]}. */
    public static void putBytes(ByteBuffer to, int at, byte @Nullable [] value, int count, String component) {
        to.put(at, present(value, value == null ? 0 : value.length, count, component));
    }

    /** Reads a {@code __s8[]} or {@code __u8[]}. */
    public static byte[] getBytes(ByteBuffer from, int at, int count) {
        byte[] value = new byte[count];
        from.get(at, value);
        return value;
    }

    /** Writes a {@code __s16[]} or {@code __u16[]}. */
    public static void putShorts(ByteBuffer to, int at, short @Nullable [] value, int count, String component) {
        short[] present = present(value, value == null ? 0 : value.length, count, component);
        slice(to, at, count * Short.BYTES).asShortBuffer().put(present);
    }

    /** Reads a {@code __s16[]} or {@code __u16[]}. */
    public static short[] getShorts(ByteBuffer from, int at, int count) {
        short[] value = new short[count];
        slice(from, at, count * Short.BYTES).asShortBuffer().get(value);
        return value;
    }

    /** Writes a {@code __s32[]} or {@code __u32[]}. */
    public static void putInts(ByteBuffer to, int at, int @Nullable [] value, int count, String component) {
        int[] present = present(value, value == null ? 0 : value.length, count, component);
        slice(to, at, count * Integer.BYTES).asIntBuffer().put(present);
    }

    /** Reads a {@code __s32[]} or {@code __u32[]}. */
    public static int[] getInts(ByteBuffer from, int at, int count) {
        int[] value = new int[count];
        slice(from, at, count * Integer.BYTES).asIntBuffer().get(value);
        return value;
    }

    /** Writes a {@code __s64[]} or {@code __u64[]}. */
    public static void putLongs(ByteBuffer to, int at, long @Nullable [] value, int count, String component) {
        long[] present = present(value, value == null ? 0 : value.length, count, component);
        slice(to, at, count * Long.BYTES).asLongBuffer().put(present);
    }

    /** Reads a {@code __s64[]} or {@code __u64[]}. */
    public static long[] getLongs(ByteBuffer from, int at, int count) {
        long[] value = new long[count];
        slice(from, at, count * Long.BYTES).asLongBuffer().get(value);
        return value;
    }

    /** Writes a {@code bool[]}. */
    public static void putBooleans(ByteBuffer to, int at, boolean @Nullable [] value, int count, String component) {
        boolean[] present = present(value, value == null ? 0 : value.length, count, component);
        for (int i = 0; i < count; i++) {
            Scalars.putBool(to, at + i, present[i]);
        }
    }

    /** Reads a {@code bool[]}. */
    public static boolean[] getBooleans(ByteBuffer from, int at, int count) {
        boolean[] value = new boolean[count];
        for (int i = 0; i < count; i++) {
            value[i] = Scalars.getBool(from, at + i);
        }
        return value;
    }

    /** Converts integers whose width or byte order in C differs from Java's {@code short}. */
    public static void putShorts(
            ByteBuffer to,
            int at,
            short @Nullable [] value,
            int count,
            int size,
            String component,
            IntegerWriter writer) {
        short[] present = present(value, value == null ? 0 : value.length, count, component);
        each(component, count, i -> writer.write(present[i], to, at + i * size));
    }

    /** Converts integers whose width or byte order in C differs from Java's {@code short}. */
    public static short[] getShorts(ByteBuffer from, int at, int count, int size, IntegerReader reader) {
        short[] value = new short[count];
        for (int i = 0; i < count; i++) {
            value[i] = (short) reader.read(from, at + i * size);
        }
        return value;
    }

    /** Converts integers whose width or byte order in C differs from Java's {@code int}. */
    public static void putInts(
            ByteBuffer to,
            int at,
            int @Nullable [] value,
            int count,
            int size,
            String component,
            IntegerWriter writer) {
        int[] present = present(value, value == null ? 0 : value.length, count, component);
        each(component, count, i -> writer.write(present[i], to, at + i * size));
    }

    /** Converts integers whose width or byte order in C differs from Java's {@code int}. */
    public static int[] getInts(ByteBuffer from, int at, int count, int size, IntegerReader reader) {
        int[] value = new int[count];
        for (int i = 0; i < count; i++) {
            value[i] = (int) reader.read(from, at + i * size);
        }
        return value;
    }

    /** Converts integers whose width or byte order in C differs from Java's {@code long}. */
    public static void putLongs(
            ByteBuffer to,
            int at,
            long @Nullable [] value,
            int count,
            int size,
            String component,
            IntegerWriter writer) {
        long[] present = present(value, value == null ? 0 : value.length, count, component);
        each(component, count, i -> writer.write(present[i], to, at + i * size));
    }

    /** Converts integers whose width or byte order in C differs from Java's {@code long}. */
    public static long[] getLongs(ByteBuffer from, int at, int count, int size, IntegerReader reader) {
        long[] value = new long[count];
        for (int i = 0; i < count; i++) {
            value[i] = reader.read(from, at + i * size);
        }
        return value;
    }

    /** Writes elements that are not primitives. {@code size} is the size of an element in C. */
    public static <T> void put(
            ByteBuffer to,
            int at,
            T @Nullable [] value,
            int count,
            int size,
            String component,
            Codec.Writer<? super T> writer) {
        T[] present = present(value, value == null ? 0 : value.length, count, component);
        each(component, count, i -> writer.write(present[i], to, at + i * size));
    }

    /**
     * Reads elements that are not primitives.
     *
     * @param into a new array of the declared length
     * @param size size of an element in C
     */
    public static <T> T[] get(ByteBuffer from, int at, T[] into, int size, Codec.Reader<? extends T> reader) {
        for (int i = 0; i < into.length; i++) {
            into[i] = reader.read(from, at + i * size);
        }
        return into;
    }

    @FunctionalInterface
    private interface Step {
        void take(int index);
    }

    /** Creates an array of a generic type, which no Java expression can do. Its elements are null. */
    @SuppressWarnings("unchecked") // at run time the array's type is that of its elements without parameters
    public static <T> T[] newArray(Class<?> element, int count) {
        return (T[]) Array.newInstance(element, count);
    }

    /** Writes each element and adds its index to the message if it does not fit. */
    private static void each(String component, int count, Step step) {
        int i = 0;
        try {
            for (; i < count; i++) {
                step.take(i);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(ofElement(component, i, String.valueOf(e.getMessage())), e);
        }
    }

    /** Returns the message with the index after the component's name, or before the message if it does not start with the name. */
    private static String ofElement(String component, int index, String message) {
        String element = component + "[" + index + "]";
        String rest = message.startsWith(component) ? message.substring(component.length()) : "";
        return rest.startsWith(" ") || rest.startsWith("[") ? element + rest : element + ": " + message;
    }

    private static <A> A present(@Nullable A array, int length, int count, String component) {
        A present = Scalars.present(array, component);
        if (length != count) {
            throw new IllegalArgumentException(
                    component + " has " + CountText.of(length, "element") + ", but @Size declares " + count);
        }
        return present;
    }

    private static ByteBuffer slice(ByteBuffer buffer, int at, int size) {
        return buffer.slice(at, size).order(ByteOrder.nativeOrder());
    }
}
