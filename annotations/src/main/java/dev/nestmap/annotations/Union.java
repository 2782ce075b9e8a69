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
 * <p>If another component of the enclosing record selects the member, that component is the discriminator. The component with
 * the union then has the interface as its type, and reading returns the right record:
 *
 * <pre>{@code
 * @Union(discriminator = "family") sealed interface Address {
 *     @Union.Case(2)
 *     record V4(Inet4Address address) implements Address {}
 *
 *     @Union.Case(10)
 *     record V6(Inet6Address address) implements Address {}
 * }
 *
 * record Peer(@U8 int family, Address address) {}
 * }</pre>
 *
 * <p>If some values of the discriminator leave the union unused, declare a record without components for them: {@code @Union.Case(0) record
 * None() implements Address {}}. C has no field for it. Reading it ignores the bytes of the union, and writing it sets them to zero. New
 * entries of an array consist of zeros, so a member must have the value 0.
 *
 * <p>Without a discriminator, the component has the type {@link dev.nestmap.types.Untagged Untagged&lt;Address&gt;}, and callers read it as
 * any member.
 *
 * <p>If a member is shorter than the union, Nestmap writes zeros to the remaining bytes.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Union {
    /**
     * {@return the name of the component that selects the member, in every record that has a component of this union} The discriminator is
     * an integer, an enum or a {@code boolean}. Writing a record whose discriminator does not match the member throws {@link
     * IllegalArgumentException}. Reading a value that selects no member throws a {@code BpfException} that names the map, the key and the
     * bytes.
     */
    String discriminator() default "";

    /**
     * Declares the values of the discriminator that select this member of a union. If the discriminator is an enum, a
     * member without {@code @Union.Case} is selected by the constant with the member's name: {@code TIME_WAIT} for the record {@code
     * TimeWait}.
     */
    @Documented
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.CLASS)
    @interface Case {
        /** {@return the values that the discriminator has in C; for a {@code boolean}, 0 and 1} */
        long[] value() default {};

        /** {@return the names of constants, if the discriminator is an enum} */
        String[] constants() default {};
    }
}
