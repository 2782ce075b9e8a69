/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Aligns a field or a struct in C, with {@code __attribute__((aligned(n)))}. On a component, the offset of the field becomes a multiple
 * of {@code n} bytes. On a record, the size and the address of the struct become multiples of {@code n} bytes. {@code @Align(64)} keeps
 * data that different CPUs write in different cache lines.
 *
 * <p>If the natural alignment of the C type is larger, this annotation has no effect, unless the struct is packed.
 */
@Documented
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.CLASS)
public @interface Align {
    /** {@return the alignment in bytes, a power of two from 1 to 4096} */
    int value();
}
