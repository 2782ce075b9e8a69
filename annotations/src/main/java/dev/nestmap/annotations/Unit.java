/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Sets the unit of a {@code Duration} or {@code Instant}, which is a number in C. The number has the C type of the component's other
 * annotation, such as {@link U32}, or is a {@code __u64} without one.
 *
 * <p>An {@code Instant} counts from 1970-01-01T00:00:00Z. {@code bpf_ktime_get_ns} counts from the start of the machine: read its result as
 * a {@code Duration}.
 *
 * <pre>{@code
 * @Unit(CTimeUnit.NANOS) Duration age              // __u64 age
 * @Unit(CTimeUnit.SECONDS) @U32 Instant expires // __u32 expires }</pre>
 *
 * <p>Nestmap does not round. Writing a value that is not a whole number of units, or does not fit the width, throws {@link
 * IllegalArgumentException}.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.CLASS)
public @interface Unit {
    /** {@return the unit} */
    CTimeUnit value();
}
