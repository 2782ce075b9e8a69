/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Numbers that never change and are compared by what they are, unlike a {@code long[]}, so that they can be part of a key. As a component
 * with {@code @Size(n)} it is an array in C and has exactly {@code n} numbers; their width is said as that of a {@code long} is:
 * {@code @Size(2) @U32 LongList ids}.
 */
public final class LongList {
    private final long[] numbers;

    private LongList(long[] own) {
        this.numbers = own;
    }

    /** These numbers, copied. */
    public static LongList of(long... numbers) {
        return new LongList(numbers.clone());
    }

    /** How many numbers. */
    public int size() {
        return numbers.length;
    }

    /** The number at an index from 0. */
    public long get(int index) {
        return numbers[index];
    }

    /** The numbers in order. */
    public LongStream stream() {
        return Arrays.stream(numbers);
    }

    /** A copy of the numbers. */
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

    /** The numbers as Java has them: {@code [443, 8443]}. */
    @Override
    public String toString() {
        return Arrays.toString(numbers);
    }
}
