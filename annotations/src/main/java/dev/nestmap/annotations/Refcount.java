/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The record is what programs allocate and hold by several pointers: its struct has a {@code struct bpf_refcount} (Linux 6.4). It is no
 * component.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Refcount {
    /** The field's name in C. */
    String name() default "refcount";

    /** The component that it stands before; without one it stands at the end. Fields at one place stand as they are written. */
    String before() default "";
}
