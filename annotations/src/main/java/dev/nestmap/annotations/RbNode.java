/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The record is what programs allocate and put into a tree, see {@link RbRoot}: its struct has a {@code struct bpf_rb_node}. The node is no
 * component.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface RbNode {
    /** The field's name in C. */
    String name() default "rb_node";

    /** The component that it stands before; without one it stands at the end. Fields at one place stand as they are written. */
    String before() default "";
}
