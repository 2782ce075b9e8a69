/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import java.util.Objects;

/**
 * The place and type of a word. A record, because the JIT takes the components of a constant record as constants.
 *
 * @param component name of the component in messages
 * @param index index of the element; {@link #NO_ELEMENT} if the component is no array
 * @param offset offset from the start of the value, in bytes
 * @param isInt whether the word has 4 bytes, and not 8
 * @param isSigned whether a word of 4 bytes is signed
 * @param <E> type of the entries
 */
record Word<E>(String component, int index, int offset, boolean isInt, boolean isSigned) implements WordField<E> {
    static final int NO_ELEMENT = -1;

    /** Returns the place and type of a field. */
    static <E> Word<E> of(WordField<E> field) {
        return (Word<E>) field;
    }

    /** Returns these 4 bytes as a {@code long}. */
    long widened(int bits) {
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
    record Elements<E>(Word<E> first, int count) implements WordField.Array<E> {
        @Override
        public WordField<E> element(int index) {
            int size = first.isInt ? Integer.BYTES : Long.BYTES;
            int offset = first.offset + Objects.checkIndex(index, count) * size;
            return new Word<>(first.component, index, offset, first.isInt, first.isSigned);
        }
    }
}
