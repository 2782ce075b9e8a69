/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations.kernel;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Adds a {@code struct bpf_list_node} to the struct of a record, so that programs can allocate such structs and put them into a list; see
 * {@link ListHead}. The node is not a component of the record. An object with several nodes and a {@link Refcount} can be in several
 * lists at the same time.
 *
 * <p>A record with a node can also have {@link SpinLock}, {@link ListHead}, {@link RbRoot} and (since Linux 6.12) {@link Kptr}, so that each object has
 * its own lock, list, tree or kptr. The kernel does not accept a further list or tree in the elements of such a list or tree.
 */
@Documented
@Repeatable(ListNode.All.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface ListNode {
    /** {@return the name of the field in C} */
    String name() default "node";

    /** {@return the name of the component that follows this field, as for {@link Kptr#before}} */
    String before() default "";

    /** The container for several {@link ListNode} annotations on one record. The compiler inserts it. */
    @Documented
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.CLASS)
    @interface All {
        /** {@return the annotations, in source order} */
        ListNode[] value();
    }
}
