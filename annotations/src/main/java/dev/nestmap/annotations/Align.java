/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the offset of the component, or the size and address of the record, is a multiple of in C
 * ({@code __attribute__((aligned(n)))}): {@code @Align(64)} keeps what several CPUs count in cache lines of their own. An
 * alignment below that of the C type changes nothing.
 */
@Documented
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.CLASS)
public @interface Align {
    /** A power of two, from 1 to 4096. */
    int value();
}
