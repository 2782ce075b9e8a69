/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import java.util.List;
import java.util.Optional;

/**
 * A C enum.
 *
 * @param name its tag; empty if it has none
 * @param size in bytes: 4 in C, unless it is packed or has wider values
 * @param signed whether it has a negative value
 * @param constants its constants in order; none if {@linkplain #hasUnknownConstants() BTF has lost them}
 */
public record EnumType(String name, long size, boolean signed, List<Constant> constants) implements NamedType {
    /** A constant with its value in C. */
    public record Constant(String name, long value) {}

    /** Copies the list. */
    public EnumType {
        constants = List.copyOf(constants);
    }

    /** The enum that C defines by these constants: 4 bytes, or 8 if a value needs them; signed if a value is negative. */
    public static EnumType of(String name, List<Constant> constants) {
        boolean signed = constants.stream().anyMatch(c -> c.value() < 0);
        long least = signed ? Integer.MIN_VALUE : 0;
        long most = signed ? Integer.MAX_VALUE : 0xffff_ffffL;
        boolean wide = constants.stream().anyMatch(c -> c.value() < least || c.value() > most);
        return new EnumType(name, wide ? Long.BYTES : Integer.BYTES, signed, constants);
    }

    /** Whether the values are unknown: BTF of clang before version 15 has only the low 32 bits of wide constants, and no sign. */
    public boolean hasUnknownConstants() {
        return size == Long.BYTES && constants.isEmpty();
    }

    @Override
    public EnumType withName(String other) {
        return new EnumType(other, size, signed, constants);
    }

    @Override
    public Optional<Scalar> carrier() {
        return Scalar.number(size, signed);
    }

    @Override
    public int alignment() {
        return Math.toIntExact(size);
    }

    @Override
    public String keyword() {
        return "enum";
    }
}
