/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A C type of BPF programs, with its size and alignment on every BPF target. Sizes and offsets are in bytes.
 */
public sealed interface CType permits Scalar, NamedType, ArrayType, PointerType, ManagedFieldType, OpaqueType {
    /** Size of a value in bytes. */
    long size();

    /** Alignment in bytes, a power of two. */
    int alignment();

    /** The type's name in C: {@code __u32}, {@code struct flow_key}. */
    String spelling();

    /**
     * Whether the kernel manages a value of this type. Programs use it through helpers; user space reads zeros, and the kernel ignores
     * what user space writes ({@code copy_map_value} in {@code linux/bpf.h}).
     */
    default boolean isManaged() {
        return false;
    }

    /** The number that the bytes of a value are: a scalar itself, or the integer that C stores an enum as; empty for other types. */
    default Optional<Scalar> carrier() {
        return Optional.empty();
    }

    /** The fields of a struct, or the members of a union; empty for other types. */
    default List<Field> fields() {
        return List.of();
    }

    /** The types of the fields of a struct or union, or of the elements of an array; empty for other types. */
    default List<CType> parts() {
        return fields().stream().map(Field::type).toList();
    }

    /** The offset of the last number or other value in nested structs and arrays; 0 for other types. */
    default long lastOffset() {
        return 0;
    }

    /** This type with other types of its {@link #parts}, which have the same sizes. */
    default CType withParts(UnaryOperator<CType> change) {
        return this;
    }

    /** The type of an array's elements that are no arrays; of other types the type itself. */
    default CType innermost() {
        return this;
    }

    /** The C declaration of a variable of this type, without the semicolon: {@code __u8 name[6]}. */
    default String declare(String name) {
        return spelling() + " " + name;
    }
}
