/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations.kernel;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Adds a {@code struct bpf_refcount} (Linux 6.4) to the struct of a record, so that several pointers can share one object that a program
 * allocated. The field is not a component of the record.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Refcount {
    /** {@return the name of the field in C} */
    String name() default "refcount";

    /** {@return the name of the component that follows this field, as for {@link Kptr#before}} */
    String before() default "";
}
