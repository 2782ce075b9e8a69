/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

/** Units of time in C, for {@link Unit}. */
public enum CTimeUnit {
    /** Nanoseconds, as {@code bpf_ktime_get_ns} returns. */
    NANOS,
    /** Microseconds. */
    MICROS,
    /** Milliseconds. */
    MILLIS,
    /** Seconds. */
    SECONDS
}
