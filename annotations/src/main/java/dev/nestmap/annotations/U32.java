/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that the component is an unsigned integer of 32 bits in C ({@code __u32}).
 *
 * <p>A component of a wider Java type holds values from 0 to 4294967295. Writing any other value throws {@link IllegalArgumentException}.
 * An {@code int} holds the same 32 bits as C, so values from 2147483648 on are negative in Java.
 *
 * <p>On an enum it declares the width of the enum in C: {@code enum state : __u32}.
 */
@Documented
@Target({ElementType.RECORD_COMPONENT, ElementType.TYPE})
@Retention(RetentionPolicy.CLASS)
public @interface U32 {}
