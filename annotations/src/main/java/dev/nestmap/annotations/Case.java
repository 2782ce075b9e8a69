/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares the values of the discriminator that select this member of a {@link Union}. If the discriminator is an enum, a
 * member without {@code @Case} is selected by the constant with the member's name: {@code TIME_WAIT} for the record {@code
 * TimeWait}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Case {
    /** {@return the values that the discriminator has in C; for a {@code boolean}, 0 and 1} */
    long[] value() default {};

    /** {@return the names of constants, if the discriminator is an enum} */
    String[] constants() default {};
}
