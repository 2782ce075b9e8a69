/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A record that is one entry of an inner map: a map that lives in an {@link OuterMap}. One component is the {@link Key},
 * the others are the value.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface InnerMap {
    /**
     * How many entries one inner map holds at most: {@code max_entries}, from 1. Of a ring buffer its size in bytes, a power of two, from
     * 4096; {@link MaxEntries#AT_LOAD} leaves it to load time. Must be said, except of the storages, which have none.
     */
    long maxEntries() default 0;

    /** The map's type. */
    InnerType type() default InnerType.HASH;

    /** What the map is asked for beyond its type. */
    MapFlag[] flags() default {};

    /** The NUMA node whose memory the map is made of; a negative number for any. */
    int numaNode() default -1;

    /**
     * {@code map_extra}, which only some types have: of a BLOOM_FILTER how many hash functions it uses, of an ARENA the
     * address that it is mapped at. 0 leaves it to the kernel.
     */
    long mapExtra() default 0;

    /**
     * C name of the value: {@code struct name}, and of the map definition: {@code struct name_map}. By default the
     * record's name in snake case.
     */
    String name() default "";
}
