/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/**
 * The sizes in bytes that the kernel accepts for the keys or the values of a map type.
 *
 * @param min the smallest size
 * @param max the largest size
 * @param step every size is a multiple of it
 */
public record SizeRange(long min, long max, long step) {
    static SizeRange atLeast(long min) {
        return range(min, Long.MAX_VALUE);
    }

    static SizeRange exactly(long size) {
        return range(size, size);
    }

    static SizeRange range(long min, long max) {
        return new SizeRange(min, max, 1);
    }

    static SizeRange multiplesOf(long step, long max) {
        return new SizeRange(step, max, step);
    }

    /** Whether the kernel accepts this size. */
    public boolean contains(long size) {
        return size >= min && size <= max && size % step == 0;
    }

    /** The sizes as a message states them: {@code 5 to 260 bytes}. */
    @Override
    public String toString() {
        if (min == max) {
            return min + " bytes";
        }
        if (step > 1) {
            return min + step == max
                    ? min + " or " + max + " bytes"
                    : min + ", " + (min + step) + ", ... or " + max + " bytes";
        }
        return max == Long.MAX_VALUE ? CountText.of(min, "byte") + " or more" : min + " to " + max + " bytes";
    }
}
