/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Numbers that never change and are compared by what they are, unlike an {@code int[]}, so that they can be part of a key. As a component
 * with {@code @Size(n)} it is an array in C and has exactly {@code n} numbers; their width is said as that of an {@code int} is:
 * {@code @Size(2) @Be16 IntList ports}.
 */
public final class IntList {
    private final int[] numbers;

    private IntList(int[] own) {
        this.numbers = own;
    }

    /** These numbers, copied. */
    public static IntList of(int... numbers) {
        return new IntList(numbers.clone());
    }

    /** How many numbers. */
    public int size() {
        return numbers.length;
    }

    /** The number at an index from 0. */
    public int get(int index) {
        return numbers[index];
    }

    /** The numbers in order. */
    public IntStream stream() {
        return Arrays.stream(numbers);
    }

    /** A copy of the numbers. */
    public int[] toArray() {
        return numbers.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IntList list && Arrays.equals(numbers, list.numbers);
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
