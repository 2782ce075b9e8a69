/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that a sealed interface is a C union. The permitted records are its members. A member's name in C comes from its record. A
 * record with one component has the C type of that component. A record with several components is a struct.
 *
 * <p>C does not record to which member the bytes belong. So the component has the type {@link dev.nestmap.types.Untagged
 * Untagged&lt;Address&gt;}, which callers can read as any member. If another component names the right member, give the record a method that
 * decides:
 *
 * <pre>{@code
 * @Union sealed interface Address {
 *     record V4(Inet4Address address) implements Address {}
 *
 *     record V6(Inet6Address address) implements Address {}
 * }
 *
 * record Peer(@U8 int family, Untagged<Address> address) {
 *     Address selected() {
 *         return switch (family) {
 *             case 2 -> address.as(Address.V4.class);
 *             case 10 -> address.as(Address.V6.class);
 *             default -> throw new IllegalStateException("family " + family);
 *         };
 *     }
 * }
 * }</pre>
 *
 * <p>If a member is shorter than the union, Nestmap writes zeros to the remaining bytes.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Union {}
