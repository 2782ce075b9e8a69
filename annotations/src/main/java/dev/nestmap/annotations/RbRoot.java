/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of a map has a {@code struct bpf_rb_root}: a red-black tree of objects that programs allocate (Linux 6.3). It is in the layout
 * and the header and no component. Programs use it under the lock of the same value, so the record has a {@link SpinLock} too.
 *
 * <p>For HASH and ARRAY. An entry that user space puts or removes loses what it holds: the kernel frees it.
 */
@Documented
@Repeatable(RbRoot.All.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface RbRoot {
    /** The field's name in C. */
    String name();

    /** What its elements are: a record with an {@link RbNode}. */
    Class<?> contains();

    /** The component that it stands before; without one it stands at the end. Fields at one place stand as they are written. */
    String before() default "";

    /** Several of them on one record. */
    @Documented
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.CLASS)
    @interface All {
        /** In the order in which they are written. */
        RbRoot[] value();
    }
}
