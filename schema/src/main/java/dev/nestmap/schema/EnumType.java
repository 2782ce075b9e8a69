/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import java.util.List;

/**
 * A C enum.
 *
 * @param name its tag, empty where it has none
 * @param size bytes: 4 in C, unless packed or wider values make it otherwise
 * @param signed whether it has a negative value
 * @param constants its enumerators in order
 */
public record EnumType(String name, long size, boolean signed, List<Constant> constants) implements NamedType {
    /** One enumerator, with its value in C. */
    public record Constant(String name, long value) {}

    /** Copies the list. */
    public EnumType {
        constants = List.copyOf(constants);
    }

    /** An enum as C makes it of these constants: 4 bytes, signed where a value is negative. */
    public static EnumType of(String name, List<Constant> constants) {
        return new EnumType(name, 4, constants.stream().anyMatch(c -> c.value() < 0), constants);
    }

    @Override
    public int alignment() {
        return Math.toIntExact(size);
    }

    @Override
    public String spelling() {
        return ("enum " + name).strip();
    }
}
