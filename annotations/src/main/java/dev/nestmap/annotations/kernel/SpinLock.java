/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations.kernel;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Adds a {@code struct bpf_spin_lock} to the value of a map. Programs hold it while they change the value: {@code
 * bpf_spin_lock(&value->lock)}. The lock is part of the C struct and its layout, but not a component of the record. User space never reads
 * or writes it.
 *
 * <p>The kernel takes the lock while it copies a value for an accessor ({@code BPF_F_LOCK}). So neither user space nor a program that holds
 * the lock sees a partly written value. The kernel updates an existing entry in place.
 *
 * <p>Allowed in maps of type HASH, RHASH and ARRAY, and in local storage maps. The verifier rejects a tracing program or socket filter that
 * uses a plain map with a spin lock. It does not check inner maps, but don't use spin locks in the inner maps of such programs either.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface SpinLock {
    /** {@return the name of the field in C} */
    String name() default "lock";

    /**
     * {@return the name of the component that follows this field, or empty if this field is at the end of the struct} Several fields in the
     * same place have the order of their annotations.
     */
    String before() default "";
}
