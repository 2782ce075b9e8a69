/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

/** What one unit of a {@link Unit} is. */
public enum TimeScale {
    /** Billionths of a second, as of {@code bpf_ktime_get_ns}. */
    NANOS,
    /** Millionths of a second. */
    MICROS,
    /** Thousandths of a second. */
    MILLIS,
    /** Seconds. */
    SECONDS
}
