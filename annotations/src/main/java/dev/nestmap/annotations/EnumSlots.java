/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares an initial inner map for each constant of an enum. The annotation belongs on an {@link OuterMap} record whose key is
 * that enum. It has the effect of one {@link Slot} per constant: the index is the constant's value, the name is the constant's
 * name in snake case.
 *
 * <p>On a {@link BpfMap} record of type {@link MapType#PROG_ARRAY} it declares an initial program for each constant.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface EnumSlots {
    /**
     * {@return a prefix for the names of the inner maps or programs: with {@code "tier_"}, the inner map of the constant {@code GOLD} is
     * {@code tier_gold}}
     */
    String prefix() default "";
}
