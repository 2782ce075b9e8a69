/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

/**
 * A type of C as BPF programs see it, with the size and alignment that it has on every BPF target.
 *
 * <p>Sizes and offsets are in bytes throughout.
 */
public sealed interface CType permits Scalar, NamedType, ArrayType, PointerType, KernelType, GraphRoot, OpaqueType {
    /** How many bytes a value takes. */
    long size();

    /** The power of two that a value's address is a multiple of. */
    int alignment();

    /** The type's name as C spells it where there is nothing to declare: {@code __u32}, {@code struct flow_key}. */
    String spelling();

    /**
     * Whether the kernel manages what is in it: programs use it through helpers, user space reads zeros and what it writes there
     * is ignored ({@code copy_map_value} in {@code linux/bpf.h}).
     */
    default boolean isManaged() {
        return false;
    }

    /** The C declaration of a variable of this type, without the semicolon: {@code __u8 name[6]}. */
    default String declare(String name) {
        return spelling() + " " + name;
    }
}
