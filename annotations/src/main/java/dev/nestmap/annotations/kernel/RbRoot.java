/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations.kernel;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Adds a {@code struct bpf_rb_root} to the value of a map: a red-black tree of objects that programs allocate (Linux 6.3). It
 * is part of the C struct and its layout, but not a component of the record.
 *
 * <p>Programs use the tree while they hold the spin lock of the same value, so the record also needs {@link SpinLock}. When
 * user space updates or removes the entry, the kernel frees the objects in the tree.
 *
 * <p>Allowed in maps of type HASH, RHASH and ARRAY.
 */
@Documented
@Repeatable(RbRoot.All.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface RbRoot {
    /** {@return the name of the field in C} */
    String name();

    /** {@return the record that describes the elements; it has {@link RbNode}} */
    Class<?> contains();

    /** {@return the name of the {@link RbNode} that links the elements, or empty for the record's first node} */
    String node() default "";

    /** {@return the name of the component that follows this field, as for {@link Kptr#before}} */
    String before() default "";

    /** The container for several {@link RbRoot} annotations on one record. The compiler inserts it. */
    @Documented
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.CLASS)
    @interface All {
        /** {@return the annotations, in source order} */
        RbRoot[] value();
    }
}
