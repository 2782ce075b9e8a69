/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The struct, union or enum exists in C already. The generated header includes the one that defines it, defines nothing, and
 * asserts that size, offsets and signs are as the record says: where they are not, no program compiles.
 *
 * <pre>{@code
 * @External(header = "linux/if_ether.h")
 * @Name("ethhdr")
 * @Packed
 * record EthernetHeader(
 *         @Name("h_dest") MacAddress destination, @Name("h_source") MacAddress source, @Name("h_proto") @Be16 int protocol) {}
 * }</pre>
 *
 * <p>The record has a component for every field, called like it, and {@link Packed}, {@link Align} and {@link Pad} where the
 * struct in C has such attributes or gaps. Its tag is what {@link Name} says, or the record's name in snake case; the object's
 * prefix is not put before it. Of an enum some constants may be left out.
 *
 * <p>A record or enum that is part of it and not external itself has no type of its own in C: it says what is there, whether C
 * has a tag for that or not.
 *
 * <p>Where a bit-field begins, C can't say; that is compared when the object is loaded.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface External {
    /**
     * The header as C includes it: {@code linux/if_ether.h} of the kernel, for which {@code vmlinux.h} may stand in as well, or
     * {@code my_types.h} of your own. The types of {@code vmlinux.h} that are in no header for user space are refused: the
     * compiler has their offsets follow the running kernel, and the bytes of a map don't.
     */
    String header();
}
