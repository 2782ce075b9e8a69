/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/**
 * A component that is a word of 4 or 8 bytes, aligned to its size, or an element of an array of such words. The CPU reads and writes such a
 * word as a whole. Generated code has a constant for each component: {@code CounterMap.PACKETS}, {@code HitsVariable.COUNTS.element(3)}.
 *
 * @param <E> type of the entries
 */
@SuppressWarnings("UnusedTypeParameter") // a view accepts only the fields of its own record
public sealed interface WordField<E> permits WordLayout {
    /**
     * Creates a field. Generated code calls it.
     *
     * @param name name in messages
     * @param offset offset from the start of the value, in bytes
     * @param size 4 or 8
     * @param isSigned whether a component of 4 bytes is signed; ignored for 8 bytes, which fill a {@code long}
     * @param <E> type of the entries
     * @return the field
     */
    static <E> WordField<E> of(String name, int offset, int size, boolean isSigned) {
        return new WordLayout<>(name, WordLayout.NO_ELEMENT, offset, size == Integer.BYTES, isSigned);
    }

    /**
     * Creates the fields of a component that is an array. Generated code calls it.
     *
     * @param name name in messages
     * @param offset offset from the start of the value, in bytes
     * @param size size of an element in bytes, 4 or 8
     * @param isSigned whether elements of 4 bytes are signed; ignored for 8 bytes, which fill a {@code long}
     * @param count number of elements
     * @param <E> type of the entries
     * @return the elements
     */
    static <E> Array<E> array(String name, int offset, int size, boolean isSigned, int count) {
        return new WordLayout.Elements<>(
                new WordLayout<>(name, WordLayout.NO_ELEMENT, offset, size == Integer.BYTES, isSigned), count);
    }

    /**
     * A component that is an array of words.
     *
     * @param <E> type of the entries
     */
    sealed interface Array<E> permits WordLayout.Elements {
        /**
         * Returns an element.
         *
         * @param index index of the element, from 0
         * @return the element
         * @throws IndexOutOfBoundsException if the array has no such index
         */
        WordField<E> element(int index);
    }
}
