/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

/** Units of a {@link Unit}. */
public enum TimeScale {
    /** Nanoseconds, as {@code bpf_ktime_get_ns} returns. */
    NANOS,
    /** Microseconds. */
    MICROS,
    /** Milliseconds. */
    MILLIS,
    /** Seconds. */
    SECONDS
}
