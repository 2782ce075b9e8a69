/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/** Formats a count for messages. */
public final class CountText {
    private CountText() {}

    /** {@code 1 byte}, {@code 2 bytes}, {@code 2 entries}. The plural of the noun must end with an s. */
    public static String of(long count, String noun) {
        return count + " " + (count == 1 ? noun : noun.replaceFirst("(?<![aeo])y$", "ie") + "s");
    }
}
