/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that the maps of several top-level types share a record or enum. The annotation belongs on a top-level type. Its C
 * struct or enum has a header of its own, which the headers of the maps include.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface BpfType {
    /** {@return the name of the struct or enum in C; by default the type's name in snake case} */
    String name() default "";
}
