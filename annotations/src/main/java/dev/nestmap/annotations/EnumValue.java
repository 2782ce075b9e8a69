/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Sets the value of an enum constant in C. Annotate all constants of an enum or none. Without annotations, the values are 0, 1, 2 and so
 * on.
 *
 * <p>A component of an enum type is a C enum, or an integer if the component has a width annotation such as {@link U8}. A width annotation
 * on the enum itself sets the width of the C enum. Without one, it has 4 bytes, or 8 bytes if a value needs them.
 *
 * <p>A {@code java.util.Set} of an enum's constants is an unsigned integer in C, with one bit for each constant. The value of a constant
 * is the number of its bit, from 0. The integer is a {@code __u32} if the component has no annotation such as {@link U8}.
 */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.CLASS)
public @interface EnumValue {
    /** {@return the value} Required, except for the {@link #unknown} constant. */
    long value() default 0;

    /**
     * {@return whether the constant stands for all values without a constant} Reading such a value returns this constant. If no constant is
     * {@code unknown}, reading such a value throws a {@code BpfException}. In a set, this constant stands for all bits without a constant.
     *
     * <p>Nestmap does not number this constant, and the C enum does not contain it. Writing it
     * throws {@link IllegalArgumentException}.
     */
    boolean unknown() default false;
}
