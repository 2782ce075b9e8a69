/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that the component is a signed integer of 32 bits in C ({@code __s32}). Writing a value of a wider Java type that is
 * out of range throws {@link IllegalArgumentException}.
 *
 * <p>On an enum with a negative constant it declares the width of the enum in C: {@code enum state : __s32}.
 */
@Documented
@Target({ElementType.RECORD_COMPONENT, ElementType.TYPE})
@Retention(RetentionPolicy.CLASS)
public @interface S32 {}
