/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A C union.
 *
 * @param name its tag; empty if it has none
 * @param size in bytes
 * @param alignment in bytes
 * @param fields its members, all at offset 0
 */
public record UnionType(String name, long size, int alignment, List<Field> fields) implements NamedType {
    /** Copies the list. */
    public UnionType {
        fields = List.copyOf(fields);
    }

    /**
     * A hash that ignores the types of the fields. Otherwise hashing would take exponential time for types that contain another type twice
     * at every level.
     */
    @Override
    public int hashCode() {
        return Objects.hash(name, size, alignment, fields.size());
    }

    /** The union of these members in C, with their largest size and alignment. */
    public static UnionType of(String name, List<StructType.Member> members, StructAttributes shape) {
        List<Field> fields = members.stream()
                .map(member -> new Field(member.name(), member.type(), 0, 0, member.bits()))
                .toList();
        int alignment = shape.packed() ? 1 : natural(fields);
        for (StructType.Member member : members) {
            alignment = Math.max(alignment, member.alignment());
        }
        alignment = Math.max(alignment, shape.alignment());
        long end = fields.stream().mapToLong(Field::end).max().orElse(0);
        return new UnionType(name, StructType.roundUp(end, alignment), alignment, fields);
    }

    /** The attributes that a C union needs to have this size and alignment. */
    public StructAttributes shape() {
        boolean packed = natural(fields) > alignment;
        int implied = packed ? 1 : natural(fields);
        return new StructAttributes(packed, implied == alignment ? 1 : alignment);
    }

    @Override
    public UnionType withName(String other) {
        return new UnionType(other, size, alignment, fields);
    }

    @Override
    public UnionType withParts(UnaryOperator<CType> change) {
        List<Field> changed = fields.stream()
                .map(field -> field.withType(change.apply(field.type())))
                .toList();
        return new UnionType(name, size, alignment, changed);
    }

    @Override
    public String keyword() {
        return "union";
    }

    private static int natural(List<Field> fields) {
        return fields.stream().mapToInt(field -> field.type().alignment()).max().orElse(1);
    }
}
