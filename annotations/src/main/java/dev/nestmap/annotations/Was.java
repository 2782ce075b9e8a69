/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The names of a component, or of an enum's constant, in earlier versions of the records. An upgrade of pinned maps then keeps its values.
 *
 * <pre>{@code
 * enum Direction { SENT, @Was("RECV") RECEIVED }
 *
 * record Flow(@Key @U32 long id,
 *         @Was({"octets", "size"}) @U64 long bytes,
 *         @Was(unit = CTimeUnit.SECONDS) @Unit(CTimeUnit.SECONDS) Duration busy) {} // was a number }</pre>
 *
 * <p>If you go back to an earlier version, the names work, too. Keep the annotation as long as a machine may have maps of such a version.
 */
@Documented
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
@Retention(RetentionPolicy.CLASS)
public @interface Was {
    /** {@return the earlier names, in Java or in C} */
    String[] value() default {};

    /**
     * {@return the unit of the number in versions in which the component was not yet a {@code Duration} or {@code Instant}} At most one. For versions
     * in which the component has a {@link Unit}, that unit applies.
     */
    CTimeUnit[] unit() default {};
}
