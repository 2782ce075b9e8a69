/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that a record describes an outer map, whose values are maps. All components together are the key. The value is an inner map,
 * whose entries the record {@link #inner()} describes.
 *
 * <p>Several annotations on one record declare several outer maps with the same key and the same inner record. They differ by
 * name, and may differ in size. Each is a map in C, and a method of the generated class with the name of the map. They share
 * one accessor class and the C helpers of the inner map.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
@Repeatable(OuterMap.All.class)
public @interface OuterMap {
    /** {@return the {@link InnerMap} record that describes the inner maps} */
    Class<?> inner();

    /**
     * {@return the maximum number of inner maps ({@code max_entries}), at least 1} A size is required; {@link MaxEntries#AT_LOAD} leaves it
     * to the caller that loads the object. For {@code HASH_OF_MAPS} the kernel accepts at most 2<sup>27</sup> ({@code htab_map_alloc} in
     * kernel/bpf/hashtab.c).
     */
    long maxEntries() default 0;

    /**
     * {@return the size of the inner maps, in the unit of {@link InnerMap#maxEntries()}, or 0 for the size in the inner record}
     */
    long innerMaxEntries() default 0;

    /** {@return the map type} */
    OuterType type() default OuterType.HASH_OF_MAPS;

    /** {@return the flags in {@code map_flags}} */
    MapFlag[] flags() default {};

    /** {@return the NUMA node that the kernel allocates the map on, or a negative number for any node} */
    int numaNode() default -1;

    /**
     * {@return the path that the map is pinned at, or empty if it is not pinned} Loading the object reuses the map that is pinned there,
     * or pins the new map. The path is absolute and in a BPF file system, or relative ({@code "tenant"}, {@code "acme/tenant"}). A
     * relative path starts at the directory in the {@code PinOptions}, by default {@code /sys/fs/bpf}. It must not contain dots, because
     * the kernel reserves them ({@code bpf_lookup} in kernel/bpf/inode.c returns {@code EPERM}).
     *
     * <p>If the outer map is pinned, {@code rotate}, {@code take} and {@code swap} also pin the inner map that they remove. The pin
     * exists until the caller closes the map. After a crash, {@code recoverUndrained} of the accessor returns these maps, so their
     * entries are not lost.
     *
     * <p>With {@link BpfMap#BY_NAME} the definition in C requests a pin with the map's name, and every loader makes it. Inner maps are then
     * not pinned.
     */
    String pin() default "";

    /**
     * {@return whether inner maps are pinned too, in a directory beside the outer map's pin} The name of such a pin is the key:
     * {@code 42} for a number, otherwise the bytes of the key in hexadecimal digits. A process without {@code CAP_SYS_ADMIN}
     * needs these pins to open inner maps that another process created.
     */
    boolean pinInners() default false;

    /**
     * {@return whether Nestmap puts the inner maps of {@link Slot} into the outer map, in one batch after the object is loaded} The key can
     * then be any number or compound of numbers.
     *
     * <p>By default the object file has the slots ({@code .values} in C). libbpf fills them when the object is loaded, by Nestmap or by
     * another loader. Filling each slot takes about 10 ms, and 0.1 ms since Linux 6.19. The key must be a single number of 4 bytes in the byte order of the machine. Only
     * one C file of an object can include the header, because {@code bpftool gen object} drops the slots when it links several files.
     */
    boolean fillAtLoad() default false;

    /**
     * {@return the name in C of one of several outer maps of this record, without the prefix of the object} The generated class of the
     * object has a method with this name in camel case. Without it, and for the only outer map of a record, the name in C is that of the
     * record, or the one in {@link Name}.
     */
    String name() default "";

    /** The container for several {@link OuterMap} annotations on one record. The compiler inserts it. */
    @Documented
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.CLASS)
    @interface All {
        /** {@return the annotations, in source order} */
        OuterMap[] value();
    }
}
