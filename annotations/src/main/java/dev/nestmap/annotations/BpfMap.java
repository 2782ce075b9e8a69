/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that a record is an entry of a plain map, which is neither an outer nor an inner map. The component with {@link Key}
 * is the key; all others are the value.
 *
 * <p>In C, the map is a variable in the section {@code .maps}. The variable and the value's struct have the record's name in snake case, or
 * the name in {@link Name}. In Java, a method of the object's generated class returns the map. The method has the record's name.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface BpfMap {
    /**
     * {@return the size of the map, as {@code max_entries}: for most types the number of entries, at least 1} For {@code RINGBUF} and
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
     * generated class, which has a method for each such map. The definition in C then has no {@code max_entries}. A {@code PERF_EVENT_ARRAY} needs no
     * size from the caller: it has an entry for each possible CPU. Only for records in a {@link BpfObject}.
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
     * {@return the map's pin path, or empty for no pin} If a map is already pinned there, the load reuses it. Otherwise, the load creates a map and
     * pins it there. The path is absolute, or starts at the directory in the {@code PinOptions} ({@code "tenant"}, {@code "acme/tenant"}), by default
     * {@code /sys/fs/bpf}. A path must not contain dots, because the kernel reserves them ({@code bpf_lookup} in kernel/bpf/inode.c returns {@code
     * EPERM}).
     */
    String pin() default "";

    /**
     * {@return the names that the pin had in earlier versions, in the same directory} If a load finds no map at its {@link #pin}, but finds the map
     * at one of these names, the load renames the pin and the files beside it.
     */
    String[] was() default {};

    /**
     * {@return whether the definition in C declares a pin with the map's name ({@code __uint(pinning, LIBBPF_PIN_BY_NAME)})} All loaders then
     * share the map that is pinned at {@code /sys/fs/bpf/<name>}. The first loader creates it. For an existing object, leave this out: its C
     * code declares the pins.
     */
    boolean pinByName() default false;

    /**
     * {@return the tag of the value's struct in C; empty if the tag is the name of the map} Only a value of
     * several components has a struct.
     */
    String struct() default "";
}
