/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that a record is an entry of an inner map: a map that is a value of an {@link OuterMap}. The component with {@link
 * Key} is the key; all others are the value.
 *
 * <p>For a record {@code Flow}, the map's type in C is {@code struct flow_map} and the value is {@code struct flow}; {@link Name} replaces
 * {@code flow} in both. The C helpers take a pointer to {@code struct flow_map}, so the compiler reports an inner map of the wrong type.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface InnerMap {
    /**
     * {@return the size of one inner map, as {@code max_entries}: for most types the number of entries, at least 1} For {@code RINGBUF} and
     * {@code USER_RINGBUF} it is the size of the buffer in bytes, a power of two from 4096 to 2<sup>31</sup>. For {@code ARENA} it is a
     * number of pages, up to 4 GiB. Local storage maps have no size: leave it out. All other types need one. With {@link
     * #sizedAtLoad}, the caller that loads the object sets the size.
     *
     * <p>The processor checks the limits of each type. For hash maps the kernel accepts at most 2<sup>27</sup> entries ({@code
     * htab_map_alloc} in kernel/bpf/hashtab.c).
     */
    long maxEntries() default 0;

    /**
     * {@return whether the caller that loads the object sets the size, instead of {@link #maxEntries}} The caller passes a {@code Sizes} of the
     * generated class, which has a method for each such map. All inner maps that Nestmap creates have this size. The definition in C then has no
     * {@code max_entries}. A {@code PERF_EVENT_ARRAY} needs no size from the caller: it has an entry for each possible CPU. Only for records in a
     * {@link BpfObject}.
     */
    boolean sizedAtLoad() default false;

    /** {@return the map type} */
    MapType type() default MapType.HASH;

    /** {@return the flags in {@code map_flags}} */
    MapFlag[] flags() default {};

    /** {@return the NUMA node of the map's memory, or nothing for any node} */
    int[] numaNode() default {};

    /**
     * {@return {@code map_extra}, or 0 for the kernel's default} {@link MapType} says for which types it is, and what it means.
     */
    long mapExtra() default 0;

    /**
     * {@return the size of the values of a {@code SOCKMAP}, {@code SOCKHASH} or {@code REUSEPORT_SOCKARRAY} in bytes, 8 or 4} Many existing programs
     * have 4. Then user space can put sockets into the map, but can't read their cookies ({@code ENOSPC}).
     */
    int valueSize() default 8;

    /**
     * {@return the tag of the value's struct in C; empty if the tag is the name of the map} Only a value of
     * several components has a struct.
     */
    String struct() default "";

    /**
     * {@return the C names of additional maps with this definition} They exist from the start and are in no outer map. If programs can't write them
     * ({@link MapFlag#RDONLY_PROG}), your service can put them into slots with {@code share}. Programs can use them in place of an inner map, because
     * both have the C type {@code struct flow_map}: {@code m = &spill}. The generated class has a method for each map, with the name in camel case.
     * Only for records in a {@link BpfObject}.
     */
    String[] instances() default {};
}
