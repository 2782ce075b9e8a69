/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The unit in which a {@code Duration} or {@code Instant} is a number in C: {@code __u64} without a width, or what the
 * component's width says. An {@code Instant} is counted from 1970-01-01T00:00:00Z; what {@code bpf_ktime_get_ns} gives is
 * counted from when the machine started, and so is a {@code Duration}.
 *
 * <pre>{@code
 * @Unit(TimeScale.NANOS) Duration age              // __u64 age
 * @Unit(TimeScale.SECONDS) @U32 Instant expires    // __u32 expires
 * }</pre>
 *
 * <p>Nothing is rounded: a value that is no whole number of units, or one that the width does not hold, is an {@link
 * IllegalArgumentException} when it is written.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.CLASS)
public @interface Unit {
    /** The unit. */
    TimeScale value();
}
