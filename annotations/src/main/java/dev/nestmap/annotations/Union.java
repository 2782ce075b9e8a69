/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A sealed interface that is a C union. The records that it permits are the members: one component is its own C type, several
 * are a struct. A member is called like its record.
 *
 * <p>Where a component of the record around it says which member it is, the component's type is the interface, and it reads
 * back as the right record:
 *
 * <pre>{@code
 * @Union(discriminator = "family")
 * sealed interface Address {
 *     @Case(2)
 *     record V4(Inet4Address address) implements Address {}
 *
 *     @Case(10)
 *     record V6(Inet6Address address) implements Address {}
 * }
 *
 * record Peer(@U8 int family, Address address) {}
 * }</pre>
 *
 * <p>Where nothing says it, the component's type is {@link dev.nestmap.types.Untagged Untagged&lt;Address&gt;}, which can be
 * asked for each member.
 *
 * <p>Bytes that the member does not have are written as zeros.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Union {
    /**
     * Name of the component that says which member it is, in each record that has a component of the interface's type. Its type
     * is an integer, an enum or {@code boolean}. When its value and the member's record don't fit each other, the record is
     * not written ({@code IllegalArgumentException}); when there is no member for a value that is read, it is an exception
     * with map, key and bytes.
     */
    String discriminator() default "";
}
