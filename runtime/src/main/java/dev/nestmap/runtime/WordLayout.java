/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.memory.SharedWordAccess;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The place and type of a word. This is a record because the JIT treats the components of a constant record as constants.
 *
 * @param component name of the component in messages
 * @param index index of the element; {@link #NO_ELEMENT} if the component is no array
 * @param offset offset from the start of the value, in bytes
 * @param isInt whether the word has 4 bytes instead of 8
 * @param isSigned whether a word of 4 bytes is signed
 * @param <E> type of the entries
 */
record WordLayout<E>(String component, int index, int offset, boolean isInt, boolean isSigned) implements WordField<E> {
    static final int NO_ELEMENT = -1;

    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    /** Returns the place and type of a field. */
    static <E> WordLayout<E> of(WordField<E> field) {
        return (WordLayout<E>) field;
    }

    /** Reads the word at this offset of memory that programs write, as {@link SharedWordAccess} does: 4 bytes as a number, 8 as they are. */
    long get(ByteBuffer shared, int at) {
        return isInt ? widened((int) INT.getAcquire(shared, at)) : (long) LONG.getAcquire(shared, at);
    }

    /** Writes the word, whose value has been checked. */
    void set(ByteBuffer shared, int at, long value) {
        if (isInt) {
            INT.setRelease(shared, at, (int) value);
        } else {
            LONG.setRelease(shared, at, value);
        }
    }

    /** Adds to the word, and returns its value before the addition. Atomic, and ordered like a full fence. */
    long add(ByteBuffer shared, int at, long delta) {
        return isInt ? widened((int) INT.getAndAdd(shared, at, (int) delta)) : (long) LONG.getAndAdd(shared, at, delta);
    }

    /** Returns these 4 bytes as a {@code long}. */
    private long widened(int bits) {
        return isSigned ? bits : Integer.toUnsignedLong(bits);
    }

    /** Rejects a value that does not fit into 4 bytes. */
    void check(long value) {
        if (isInt && value != widened((int) value)) {
            throw new IllegalArgumentException(this + " is " + value + ", outside of "
                    + (isSigned ? "-2147483648 to 2147483647" : "0 to 4294967295"));
        }
    }

    @Override
    public String toString() {
        return index == NO_ELEMENT ? component : component + "[" + index + "]";
    }

    /**
     * The words of an array.
     *
     * @param first the first word
     * @param count number of words
     * @param <E> type of the entries
     */
    record Elements<E>(WordLayout<E> first, int count) implements WordField.Array<E> {
        @Override
        public WordField<E> element(int index) {
            int size = first.isInt ? Integer.BYTES : Long.BYTES;
            int offset = first.offset + Objects.checkIndex(index, count) * size;
            return new WordLayout<>(first.component, index, offset, first.isInt, first.isSigned);
        }
    }
}
