/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value that an enum constant has in C. On every constant of an enum or on none (then 0, 1, 2, ... in order).
 *
 * <p>As a component's type an enum has 4 bytes, or 8 where a value needs them, or what the component's width says. A {@code
 * java.util.Set} of an enum's constants is an unsigned integer, {@code __u32} without a width, in which a constant's value is the
 * number of its bit, from 0.
 */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.CLASS)
public @interface EnumValue {
    /** The value. */
    long value();
}
