/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * An immutable list of numbers that is compared by content, unlike a {@code long[]}, so that it can be part of a key. As a
 * component with {@code @Size(n)} it is an array in C and has exactly {@code n} numbers. Width annotations apply to each
 * number: {@code @Size(2) @U32 LongList ids}.
 */
public final class LongList {
    private final long[] numbers;

    private LongList(long[] own) {
        this.numbers = own;
    }

    /**
     * Returns a list with a copy of the numbers.
     *
     * @param numbers the numbers
     * @return the list
     */
    public static LongList of(long... numbers) {
        return new LongList(numbers.clone());
    }

    /** {@return the number of elements} */
    public int size() {
        return numbers.length;
    }

    /**
     * Returns one number.
     *
     * @param index from 0 to {@code size() - 1}
     * @return the number
     */
    public long get(int index) {
        return numbers[index];
    }

    /** {@return the numbers in order} */
    public LongStream stream() {
        return Arrays.stream(numbers);
    }

    /** {@return a copy of the numbers} */
    public long[] toArray() {
        return numbers.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LongList list && Arrays.equals(numbers, list.numbers);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(numbers);
    }

    /** {@return the numbers in brackets: {@code [443, 8443]}} */
    @Override
    public String toString() {
        return Arrays.toString(numbers);
    }
}
