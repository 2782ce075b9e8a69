/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An inner map for each constant of an enum, on an {@link OuterMap} record whose key is that enum: as if there were a {@link
 * Slot} for each, with the constant's number as index and its name in snake case. Or a program for each, on a {@link BpfMap}
 * record of type {@link MapType#PROG_ARRAY}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface EnumSlots {
    /** Put before the names of the inner maps or programs: {@code "tier_"} and GOLD are {@code tier_gold}. */
    String prefix() default "";
}
