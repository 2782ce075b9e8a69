/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of a map has a {@code struct bpf_timer}, by which a program runs a callback later (Linux 5.15). It is in the layout and
 * the header and no component.
 *
 * <p>For HASH, LRU_HASH and ARRAY. An entry that user space puts or removes loses its timer: the kernel cancels it.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Timer {
    /** The field's name in C. */
    String name() default "timer";

    /** The component that it stands before; without one it stands at the end. Fields at one place stand as they are written. */
    String before() default "";
}
