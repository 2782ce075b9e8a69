/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Free space before the component in C; on a record, at the end of its struct. It is written as zeros and passed over when
 * read. Padding that alignment demands is there anyway; this is for layouts that are given.
 *
 * <p>On a map record the struct is the value's, on an outer map record the key's.
 */
@Documented
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.CLASS)
public @interface Pad {
    /** How many bytes. */
    int value() default 0;

    /** How many bits, before a bit-field. */
    int bits() default 0;
}
