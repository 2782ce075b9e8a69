/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The component is a bit-field in C: {@code @U16 @Bits(11) int length} is {@code __u16 length : 11}. For integers, {@code
 * boolean} and enums. Bit-fields follow each other within storage units of their C type, in the order of the machine, as
 * clang lays them out; values are checked against the range that so many bits have.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.CLASS)
public @interface Bits {
    /** How many bits, from 1 to those that the C type has; 1 for {@code boolean}. */
    int value();
}
