/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.console;

import java.util.Locale;

/** Numbers in human-readable form. */
public final class NumberText {
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private NumberText() {}

    /** A count with separators: {@code 23,466,496}. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A number and what it counts: {@code 1 entry}, {@code 2 entries}. */
    public static String of(long number, String one, String many) {
        return count(number) + " " + (number == 1 ? one : many);
    }

    /** A duration in nanoseconds with its largest unit: {@code 3.2 s}, {@code 450 µs}. */
    public static String duration(long nanos) {
        if (nanos < 1000) {
            return nanos + " ns";
        }
        if (nanos < 1_000_000) {
            return unit(nanos, 1_000, "µs");
        }
        if (nanos < SECOND) {
            return unit(nanos, 1_000_000, "ms");
        }
        if (nanos < MINUTE) {
            return unit(nanos, SECOND, "s");
        }
        if (nanos < HOUR) {
            return nanos / MINUTE + " min " + nanos % MINUTE / SECOND + " s";
        }
        return nanos < DAY
                ? nanos / HOUR + " h " + nanos % HOUR / MINUTE + " min"
                : nanos / DAY + " d " + nanos % DAY / HOUR + " h";
    }

    private static String unit(long nanos, long unit, String name) {
        long tenths = nanos * 10 / unit;
        return (tenths >= 1000 || tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10 + "." + tenths % 10) + " "
                + name;
    }
}
