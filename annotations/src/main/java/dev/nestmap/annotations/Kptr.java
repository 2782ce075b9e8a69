/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of a map has a pointer to an object of the kernel, which programs put and take by {@code bpf_kptr_xchg}. It is in the layout
 * and the header and no component. An entry that user space puts or removes loses it: the kernel releases it.
 *
 * <p>The program must have the definition of the target before it includes the header, as {@code vmlinux.h} has it: to a type that is only
 * declared the kernel takes no kptr. Clang 15 or newer writes what a kptr is into BTF, and Linux 6.4 or newer reads it.
 *
 * <p>For HASH, LRU_HASH, ARRAY and their per-CPU forms.
 */
@Documented
@Repeatable(Kptr.All.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Kptr {
    /** The field's name in C. */
    String name();

    /** The tag of the struct that it points to: {@code "task_struct"}. */
    String target();

    /** Whether it is a pointer without a reference, to what may be gone. */
    boolean untrusted() default false;

    /** The component that it stands before; without one it stands at the end. Fields at one place stand as they are written. */
    String before() default "";

    /** Several of them on one record. */
    @Documented
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.CLASS)
    @interface All {
        /** In the order in which they are written. */
        Kptr[] value();
    }
}
