/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares an inner map that is in a slot of an outer map from the start. The annotation belongs on the {@link OuterMap}
 * record.
 *
 * <p>The inner map is a variable of the object in C, and a method of the generated class in Java. Slots with the same name hold the same
 * inner map, even if they belong to different outer maps of the object.
 *
 * <p>On a {@link BpfMap} record of type {@link MapType#PROG_ARRAY} the annotation declares a program that is in the slot from
 * the start.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
@Repeatable(Slot.All.class)
public @interface Slot {
    /**
     * {@return the key: a number, or the numbers of a compound key in order} For an enum constant, write its value in C; for {@code false}
     * and {@code true}, write 0 and 1. Leave the key out if the name has a {@code *}.
     */
    long[] key() default {};

    /**
     * {@return the exact name of the inner map in C, or of the program's C function} The generated class has a method with the inner map's
     * name in camel case, without the prefix of the object.
     *
     * <p>A name with a {@code *} declares a slot for each constant of the enum that is the key. The constant's name in snake case replaces
     * the {@code *}: with {@code "tier_*"}, the inner map of the constant {@code GOLD} is {@code tier_gold}.
     */
    String name();

    /**
     * {@return {@code max_entries} of the inner map, or 0 for the size in its record} For most map types, the kernel accepts another size
     * than in the record. For an {@code ARRAY} this requires {@link MapFlag#INNER_MAP} ({@code array_map_meta_equal} in
     * kernel/bpf/arraymap.c); for a {@code PERCPU_ARRAY} or {@code XSKMAP} it is impossible. An inner map of another size has a separate
     * type in C: pass it to helpers as {@code (struct flow_map *)&gold}. Programs in a {@code PROG_ARRAY} have no size.
     */
    long maxEntries() default 0;

    /** The container for several {@link Slot} annotations on one record. The compiler inserts it. */
    @Documented
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.CLASS)
    @interface All {
        /** {@return the annotations, in source order} */
        Slot[] value();
    }
}
