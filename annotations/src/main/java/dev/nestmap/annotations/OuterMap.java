/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A record that describes an outer map: a map whose values are maps. All its components together are the key; the value
 * is an inner map of the kind that {@link #inner()} describes.
 *
 * <p>Repeated on one record it declares a family: outer maps of other names, and of other sizes where it says so, with the same
 * keys and the same inner record. Each is a map of its own in C and a method of its own on the generated class, which is named
 * after the map; all have one accessor class and the helpers of one inner map.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
@Repeatable(OuterMaps.class)
public @interface OuterMap {
    /** The {@link InnerMap} record that every inner map of this outer map holds. */
    Class<?> inner();

    /** How many inner maps fit at most: {@code max_entries}, from 1; {@link MaxEntries#AT_LOAD} leaves it to load time. Must be said. */
    long maxEntries() default 0;

    /**
     * How many entries an inner map of this outer map holds at most, where it is another number than the inner record says:
     * {@code max_entries}, from 1. By default as the inner record says.
     */
    long innerMaxEntries() default 0;

    /** Whether inner maps are found by a key of any type, or by an index. */
    OuterType type() default OuterType.HASH_OF_MAPS;

    /** What the map is asked for beyond its type. */
    MapFlag[] flags() default {};

    /** The NUMA node whose memory the map is made of; a negative number for any. */
    int numaNode() default -1;

    /**
     * Where the map is pinned when its object is loaded, and found again by the next load: an absolute path in a BPF file
     * system, or one in the directory that is said at load, {@code /sys/fs/bpf} by default. {@code "tenant"} and
     * {@code "acme/tenant"} are such; a dot is not allowed, as the kernel keeps it for itself.
     *
     * <p>Inner maps that are displaced by {@code rotate}, {@code take} or {@code swap} are pinned beside it until their owner
     * closes them, so that none is lost with a process: {@code undrained()} finds them at the next start. Not pinned by default.
     */
    String pin() default "";

    /**
     * Whether inner maps are pinned too, beside the outer map and under names made from their keys: {@code 42} for a number,
     * the key's bytes in hex for another key. Processes without CAP_SYS_ADMIN find inner maps that they did not make by these
     * pins alone.
     */
    boolean pinInners() default false;

    /** Who puts the inner maps of {@link Slot} and {@link EnumSlots} into their slots. */
    SlotFill fill() default SlotFill.IN_OBJECT;

    /** C name of the map variable. By default the record's name in snake case. */
    String name() default "";
}
