/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Sets the exact C name of a field, struct, enum, enumerator, map or global variable. Nestmap adds neither the prefix of the object nor the
 * name of the enum.
 *
 * <p>By default the name in C is the Java name in snake case. An enumerator is in upper case and begins with the name of its
 * enum.
 *
 * <p>A component that is the whole key or the whole value is not a field and has no name in C.
 */
@Documented
@Target({ElementType.RECORD_COMPONENT, ElementType.TYPE, ElementType.FIELD})
@Retention(RetentionPolicy.CLASS)
public @interface Name {
    /** {@return the name, a C identifier} */
    String value();
}
