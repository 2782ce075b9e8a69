/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import java.util.Objects;

/**
 * A component of a record that is a single word of 4 or 8 bytes, aligned to its size, or an element of an array of such words. The CPU
 * reads and writes such a word as a whole. Generated code has one for each such component: {@code CounterMap.Words.packets()},
 * {@code HitsVariable.Words.counts(3)}.
 *
 * @param <E> type of the entries
 */
@SuppressWarnings("UnusedTypeParameter") // a view accepts only the fields of its own record
public final class WordField<E> {
    private final String name;
    private final int offset;
    private final boolean isInt;
    private final boolean isSigned;

    private WordField(String name, int offset, boolean isInt, boolean isSigned) {
        this.name = name;
        this.offset = offset;
        this.isInt = isInt;
        this.isSigned = isSigned;
    }

    /**
     * Creates a field.
     *
     * @param name name in messages
     * @param offset offset from the start of the value, in bytes
     * @param size 4 or 8
     * @param isSigned whether a component of 4 bytes is signed; ignored for 8 bytes, which fill a {@code long}
     */
    static <E> WordField<E> of(String name, int offset, int size, boolean isSigned) {
        return new WordField<>(name, offset, size == Integer.BYTES, isSigned);
    }

    /**
     * Returns an element of a component that is an array. Generated code calls it on the first element.
     *
     * @param index index of the element
     * @param count number of elements
     * @return the element
     * @throws IndexOutOfBoundsException if the array has no such index
     */
    public WordField<E> element(int index, int count) {
        int size = isInt ? Integer.BYTES : Long.BYTES;
        return new WordField<>(
                name + "[" + index + "]", offset + Objects.checkIndex(index, count) * size, isInt, isSigned);
    }

    int offset() {
        return offset;
    }

    /** Returns whether the component has 4 bytes and not 8. */
    boolean isInt() {
        return isInt;
    }

    long widened(int bits) {
        return isSigned ? bits : Integer.toUnsignedLong(bits);
    }

    /** Checks that the component can have this value. */
    void check(long value) {
        if (isInt && value != widened((int) value)) {
            throw new IllegalArgumentException(name + " is " + value + ", outside of "
                    + (isSigned ? "-2147483648 to 2147483647" : "0 to 4294967295"));
        }
    }

    /** {@return the name of the component: {@code Counter.packets}} */
    @Override
    public String toString() {
        return name;
    }
}
