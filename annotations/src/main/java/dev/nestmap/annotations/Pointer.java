/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that the component, a {@code long}, is a pointer in C. {@code @Pointer("struct sock") long socket} is {@code struct sock
 * *socket} in C, and the address in Java.
 *
 * <p>For the kernel, the pointer is only a number.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.CLASS)
public @interface Pointer {
    /**
     * {@return the type that the pointer points to: {@code void}, a C type such as {@code char} or {@code unsigned int}, or the tag of a
     * struct or union, {@code struct sock}}
     */
    String value();
}
