/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations.kernel;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Adds a pointer to a kernel object to the value of a map. Programs store and take it with {@code bpf_kptr_xchg}. It is part of
 * the C struct and its layout, but not a component of the record.
 *
 * <p>When user space updates or removes the entry, the kernel releases the object and the pointer is lost.
 *
 * <p>A program must include the definition of the target, for example {@code vmlinux.h}, before the generated header: the kernel rejects
 * a kptr to a type that is only declared. Only clang 15 and newer write kptrs to BTF, and only Linux 6.4 and newer read them.
 *
 * <p>Allowed in maps of type HASH, RHASH, LRU_HASH and ARRAY, in their per-CPU types, and in local storage maps.
 */
@Documented
@Repeatable(Kptr.All.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Kptr {
    /** {@return the name of the field in C} */
    String name();

    /** {@return the tag of the struct that the pointer points to: {@code "task_struct"}} */
    String target();

    /** {@return whether the pointer holds no reference, so that the kernel may free the object while the entry points to it} */
    boolean untrusted() default false;

    /**
     * {@return the name of the component that follows this field, or empty if this field is at the end of the struct} Several fields in the
     * same place have the order of their annotations.
     */
    String before() default "";

    /** The container for several {@link Kptr} annotations on one record. The compiler inserts it. */
    @Documented
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.CLASS)
    @interface All {
        /** {@return the annotations, in source order} */
        Kptr[] value();
    }
}
