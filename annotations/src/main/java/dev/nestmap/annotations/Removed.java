/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives up components of earlier versions of the record. An upgrade then drops their values from pinned maps. Without this annotation, an
 * upgrade can't convert the maps. For a component that only has another name, use {@link Was}.
 *
 * <pre>{@code
 * @Removed("small")
 * record Flow(@Key @U32 long id, @U64 long packets) {} }</pre>
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Removed {
    /** {@return the names of the components, in Java or in C} */
    String[] value();
}
