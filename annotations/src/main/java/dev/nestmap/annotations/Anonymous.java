/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A struct or union without a name in C: its members are accessed as if they were those of what is around it, and have names
 * that are unique there. It stands on a component whose type is a record or a union, and on a record that is a union's member.
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
