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
 * <p>Several annotations on one record declare several outer maps with the same key and the same inner record. They have different names,
 * and may have different sizes. They share one accessor class and the C helpers of the inner map. The generated class has a method for each
 * map.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
@Repeatable(OuterMap.All.class)
public @interface OuterMap {
    /** {@return the {@link InnerMap} record that describes the inner maps} */
    Class<?> inner();

    /**
     * {@return the maximum number of inner maps ({@code max_entries}), at least 1} Required; with {@link #sizedAtLoad}, the caller that
     * loads the object sets it. For {@code HASH_OF_MAPS} the kernel accepts at most 2<sup>27</sup> ({@code htab_map_alloc} in
     * kernel/bpf/hashtab.c).
     */
    long maxEntries() default 0;

    /**
     * {@return whether the caller that loads the object sets the size, instead of {@link #maxEntries}} The caller passes a {@code Sizes} of
     * the generated class, which has a method for each such map. Only for records in a {@link BpfObject}.
     */
    boolean sizedAtLoad() default false;

    /** {@return the size of the inner maps, in the unit of {@link InnerMap#maxEntries()}; by default the size in the inner record} */
    long innerMaxEntries() default 0;

    /** {@return the map type} */
    MapType type() default MapType.HASH_OF_MAPS;

    /** {@return the flags in {@code map_flags}} */
    MapFlag[] flags() default {};

    /** {@return the NUMA node of the map's memory, or nothing for any node} */
    int[] numaNode() default {};

    /**
     * {@return the map's pin path, or empty for no pin} Loading the object reuses the map that is pinned there, or pins the new map. The
     * path is absolute and in a BPF file system, or relative ({@code "tenant"}, {@code "acme/tenant"}). A relative path starts at the
     * directory in the {@code PinOptions}, by default {@code /sys/fs/bpf}. A path must not contain dots, because the kernel reserves them
     * ({@code bpf_lookup} in kernel/bpf/inode.c returns {@code EPERM}).
     *
     * <p>If the outer map is pinned, {@code rotate} and {@code take} also pin the inner map that they displace, until the
     * caller acknowledges it. After a crash, the drains of the accessor pass these maps, so their entries are not lost.
     */
    String pin() default "";

    /**
     * {@return the names that the pin had in earlier versions, in the same directory} If a load finds no map at its {@link #pin}, but finds
     * the map at one of these names, the load renames the pin and the files beside it.
     */
    String[] was() default {};

    /**
     * {@return whether the definition in C declares a pin with the map's name ({@code __uint(pinning, LIBBPF_PIN_BY_NAME)})} Every loader
     * then reuses or creates {@code /sys/fs/bpf/<name>}, and all of them share the map. Nestmap pins no inner maps then. An existing object
     * declares its pins itself.
     */
    boolean pinByName() default false;

    /**
     * {@return whether Nestmap also pins the inner maps of a pinned outer map, in a directory beside its pin} Without {@code CAP_SYS_ADMIN}, a
     * process needs these pins to open inner maps of another process, for example to drain them after a restart. The name of such a pin is the key: a
     * number such as {@code 42}, or the bytes of any other key in hexadecimal digits.
     *
     * <p>Creating or rotating an inner map then takes about half a millisecond longer. Without a {@link #pin} path, Nestmap pins no inner maps.
     */
    boolean pinInners() default true;

    /**
     * {@return whether the helpers count additions that fail} An addition is a call of {@code _add}, {@code _update}, {@code _lookup_or_init}, {@code
     * _push}, {@code _reserve} or {@code _output}. It fails if the inner map is full or refuses it for another reason, or if the key has no inner
     * map. The helpers count these failures in the map {@code tenant_uncounted}, which Nestmap generates, and the accessor's {@code uncounted()}
     * returns the numbers. If an inner map may lack refused additions, the drain that passes it says that it is not exact. Only an addition that
     * fails takes time for this, and no capability is needed. If false, programs must check the results of these helpers ({@code __must_check}).
     *
     * <p>There is no such map for existing objects, or if programs can't add to the inner maps. With {@link InnerMapsOnDemand}, the map always
     * exists, and also counts the misses that leave no request.
     */
    boolean countsFailedAdditions() default true;

    /**
     * {@return the map's exact name in C, or empty for the name of the record in C} Several outer maps on one record have different names. The
     * generated class of the object has a method with this name in camel case, without the prefix of the object.
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
