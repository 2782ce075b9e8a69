/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that a C header already defines the struct, union or enum. The generated header includes that header and does not define the type.
 * It asserts that the size, the offsets and the signedness in C match the record. If they differ, programs that include the generated header
 * do not compile.
 *
 * <pre>{@code
 * @External(header = "linux/if_ether.h")
 * @Name("ethhdr")
 * @Packed record EthernetHeader(
 *         @Name("h_dest") MacAddress destination, @Name("h_source") MacAddress source, @Name("h_proto") @Be16 int protocol) {}
 * }</pre>
 *
 * <p>The record must have a component for every field, with the field's name. If the C struct is packed, aligned or has gaps, add {@link
 * Packed}, {@link Align} or {@link Pad}. The tag is the value of {@link Name}, or the record's name in snake case; the prefix of the object
 * does not apply. A Java enum may leave out constants of the C enum.
 *
 * <p>A component of an external record may have the type of a record or enum that is not external. Such a type only describes a part of the C type:
 * Nestmap does not define it in C.
 *
 * <p>C can't assert the offset of a bit-field. Instead, the Maven plugin and the load compare the offset with the object's BTF.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface External {
    /**
     * {@return the header as in a C {@code #include}: {@code linux/if_ether.h} for a UAPI header of the kernel, {@code my_types.h} for your
     * own header} A program may include {@code vmlinux.h} instead of a UAPI header. The processor rejects {@code vmlinux.h} here. The offsets
     * of its types follow the running kernel ({@code preserve_access_index}), but the bytes in a map keep their layout.
     */
    String header();
}
