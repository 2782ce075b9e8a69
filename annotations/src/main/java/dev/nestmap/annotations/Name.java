/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The exact C name: of a field, a struct, an enum, an enumerator or a map. Neither the object's prefix nor the enum's name is put
 * before it. Without it, a name is the Java name in snake case, an enumerator's in upper case after its enum's.
 *
 * <p>A component that is a key or value all by itself is no field and has no name in C.
 */
@Documented
@Target({ElementType.RECORD_COMPONENT, ElementType.TYPE, ElementType.FIELD})
@Retention(RetentionPolicy.CLASS)
public @interface Name {
    /** The name. */
    String value();
}
