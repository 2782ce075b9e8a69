/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of a map has a {@code struct bpf_spin_lock}, under which programs change it. It is in the layout and the header
 * and no component: user space never sees it.
 *
 * <p>Accessors of such a map read and write each entry under that lock ({@code BPF_F_LOCK}), so that a value is always read as a program
 * left it and never half written, and a program never sees one half written. An entry that is there is written in place.
 *
 * <p>For HASH, ARRAY and the storages. A program takes the lock by {@code bpf_spin_lock(&value->lock)}; tracing programs and socket filters must not
 * (the kernel checks it for plain maps, and not for inner maps).
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface SpinLock {
    /** The field's name in C. */
    String name() default "lock";

    /** The component that it stands before; without one it stands at the end. Fields at one place stand as they are written. */
    String before() default "";
}
