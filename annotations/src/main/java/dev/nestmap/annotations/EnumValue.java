/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Sets the value of an enum constant in C. Either all constants of an enum have a value or none. Without values, they are 0, 1, 2 and so
 * on.
 *
 * <p>A width annotation on a component, such as {@link U8}, makes the component that integer in C. Without it, the component is the C
 * enum. The C enum has the width of an annotation such as {@link U8} on the enum itself. Without such an annotation it has 4 bytes, or 8
 * bytes if a value needs them.
 *
 * <p>A {@code java.util.Set} of an enum's constants is an unsigned integer in C, with one bit for each constant. The value of a constant
 * is the number of its bit, from 0. The integer is a {@code __u32} if the component has no annotation such as {@link U8}.
 */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.CLASS)
public @interface EnumValue {
    /** {@return the value} It is required, except for the constant of unknown values. */
    long value() default 0;

    /**
     * {@return whether the constant stands for all values that no other constant has} Reading such a value returns this constant; without
     * it, reading throws a {@code BpfException}. In a set of flags it stands for all bits that no other constant has.
     *
     * <p>The constant has no value and is not in the C enum. It is skipped when values are counted from 0. Writing it throws {@link
     * IllegalArgumentException}.
     */
    boolean unknown() default false;
}
