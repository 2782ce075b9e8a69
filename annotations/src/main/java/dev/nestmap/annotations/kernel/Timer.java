/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations.kernel;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Adds a {@code struct bpf_timer} to the value of a map. A program uses it to run a callback later (Linux 5.15). The field is part of the C
 * struct and its layout, but not a component of the record.
 *
 * <p>When user space updates or removes the entry, the kernel cancels the timer. Exception: if the values of a {@code HASH} have a {@code
 * @SpinLock}, an update leaves the timer running.
 *
 * <p>Allowed in maps of type HASH, RHASH, LRU_HASH and ARRAY.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Timer {
    /** {@return the name of the field in C} */
    String name() default "timer";

    /** {@return the name of the component that follows this field, as for {@link SpinLock#before}} */
    String before() default "";
}
