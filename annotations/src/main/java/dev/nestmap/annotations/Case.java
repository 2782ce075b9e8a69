/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The values of the discriminator for which a union is this member. Where the discriminator is an enum and a member has no
 * {@code @Case}, it is the constant that is called like the record: {@code TIME_WAIT} for {@code TimeWait}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Case {
    /** The numbers that the discriminator has in C; of a {@code boolean} 0 or 1. */
    long[] value() default {};

    /** The names of constants, of a discriminator that is an enum. */
    String[] constants() default {};
}
