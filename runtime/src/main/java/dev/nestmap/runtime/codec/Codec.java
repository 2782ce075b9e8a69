/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.codec;

import java.nio.ByteBuffer;

/**
 * Writes and reads the bytes of one C type. Buffers are in the machine's byte order; only absolute positions are used.
 *
 * @param <T> the Java type; for a primitive type, its wrapper class
 */
public interface Codec<T> {
    /** Returns {@code sizeof} the C type, in bytes. */
    int size();

    /** Returns whether the type contains a {@code bpf_spin_lock}. If so, the kernel reads and writes values under the lock. */
    default boolean locked() {
        return false;
    }

    /**
     * Writes all {@link #size()} bytes. Fills padding with zeros, because the kernel compares all bytes of a hash key.
     *
     * @throws IllegalArgumentException if the value does not fit the C type; the message names component and range
     */
    void write(T value, ByteBuffer to, int at);

    /**
     * Reads a value.
     *
     * @throws dev.nestmap.runtime.error.BpfException if the bytes are not a valid value of the Java type
     */
    T read(ByteBuffer from, int at);

    /** The writing half of a codec. */
    @FunctionalInterface
    interface Writer<T> {
        /** See {@link Codec#write}. */
        void write(T value, ByteBuffer to, int at);
    }

    /** The reading half of a codec. */
    @FunctionalInterface
    interface Reader<T> {
        /** See {@link Codec#read}. */
        T read(ByteBuffer from, int at);
    }

    /**
     * Returns a codec of two functions, for a type that is not a record, such as a scalar key:
     *
     * <pre>{@code Codec.of(4, (value, to, at) -> Scalars.putU32(to, at, value, "Tenant.id"), (from, at) -> Scalars.getU32(from, at))}</pre>
     */
    static <T> Codec<T> of(int size, Writer<T> writer, Reader<T> reader) {
        return new Codec<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public void write(T value, ByteBuffer to, int at) {
                writer.write(value, to, at);
            }

            @Override
            public T read(ByteBuffer from, int at) {
                return reader.read(from, at);
            }
        };
    }
}
