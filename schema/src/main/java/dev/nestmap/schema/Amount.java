/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/** How many of something, as messages say it. */
public final class Amount {
    private Amount() {}

    /** {@code 1 byte}, {@code 2 bytes}: the plural of what is counted is made with an s. */
    public static String of(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
