/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Adds unused space before a field. On a record, the space is at the end of the struct. Nestmap writes zeros to it and ignores
 * it when reading. Padding for alignment needs no annotation.
 *
 * <p>On a map record, this is the value's struct. On an outer map record, it is the key's struct.
 */
@Documented
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.CLASS)
public @interface Pad {
    /** {@return the number of bytes} */
    int value() default 0;

    /** {@return the number of bits, before a bit-field} */
    int bits() default 0;
}
