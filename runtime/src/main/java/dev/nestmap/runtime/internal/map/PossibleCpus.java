/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The CPUs that the machine may have. Their numbers can have holes, such as {@code 0,2-3}. An entry of a per-CPU map has a value for each of
 * them, in the order of the numbers: the value of CPU 3 is the third one. Perf events, arrays of them, and {@code BPF_F_CPU} use the numbers.
 */
public final class PossibleCpus {
    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

    /** Ascending. */
    private final int[] numbers;

    private PossibleCpus(int[] numbers) {
        this.numbers = numbers;
    }

    /** The CPUs from 0 to {@code count - 1}. */
    public static PossibleCpus upTo(int count) {
        return new PossibleCpus(IntStream.range(0, count).toArray());
    }

    /**
     * Reads a list of the kernel.
     *
     * @param list such as {@code 0-3} or {@code 0,2-3}
     * @throws IllegalArgumentException if it is no such list
     */
    public static PossibleCpus parse(String list) {
        IntStream.Builder numbers = IntStream.builder();
        for (String range : list.strip().split(",", -1)) {
            Matcher matcher = RANGE.matcher(range);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("\"" + list + "\" is no list of CPUs, such as 0,2-3");
            }
            int first = Integer.parseInt(matcher.group(1));
            int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
            IntStream.rangeClosed(first, last).forEach(numbers);
        }
        return new PossibleCpus(numbers.build().sorted().distinct().toArray());
    }

    /** How many there are: the number of values in an entry of a per-CPU map. */
    public int count() {
        return numbers.length;
    }

    /** One more than the largest number: the size of an array that has an entry for each number. */
    public int range() {
        return numbers[numbers.length - 1] + 1;
    }

    /** The numbers, in ascending order. */
    public IntStream numbers() {
        return Arrays.stream(numbers);
    }

    /** Returns which value of an entry belongs to a CPU, from 0; a negative number if the machine can't have this CPU. */
    public int indexOf(int number) {
        return Arrays.binarySearch(numbers, number);
    }

    /** As the kernel prints it: {@code 0,2-3}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int first = 0; first < numbers.length; ) {
            int last = first;
            while (last + 1 < numbers.length && numbers[last + 1] == numbers[last] + 1) {
                last++;
            }
            text.append(first == 0 ? "" : ",").append(numbers[first]);
            if (last > first) {
                text.append('-').append(numbers[last]);
            }
            first = last + 1;
        }
        return text.toString();
    }
}
