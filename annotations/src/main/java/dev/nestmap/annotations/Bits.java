/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes the component a bit-field in C: {@code @U16 @Bits(11) int length} is {@code __u16 length : 11}. The component is an
 * integer, a {@code boolean} or an enum.
 *
 * <p>Consecutive bit-fields share storage units of their C type. Their layout is that of clang, in the bit order of the machine. Writing a value that
 * needs more bits throws {@link IllegalArgumentException}.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.CLASS)
public @interface Bits {
    /** {@return the number of bits, from 1 to the width of the C type; 1 for {@code boolean}} */
    int value();
}
