/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes the C struct of a record packed ({@code __attribute__((packed))}): it has no padding between fields, and its alignment is 1. On a map
 * record, the annotation applies to the value's struct. On an outer map record, it applies to the key's struct.
 *
 * <p>Programs access unaligned fields byte by byte, and can't use atomic instructions on them.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Packed {}
