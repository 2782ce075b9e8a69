/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a struct or union anonymous in C. Programs access its members as members of the enclosing struct, so all names must differ. The
 * annotation belongs on a component whose type is a record or union, or on a record that is a member of a union.
 *
 * <pre>{@code
 * record Peer(@U8 int family, @Anonymous Address address) {}
 *
 * struct peer {
 *     __u8 family;
 *     union {
 *         __be32 v4;
 *         struct in6_addr v6;
 *     };
 * };
 * }</pre>
 */
@Documented
@Target({ElementType.RECORD_COMPONENT, ElementType.TYPE})
@Retention(RetentionPolicy.CLASS)
public @interface Anonymous {}
