/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.fuzz;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.List;

/**
 * Converts types to what BTF can express. BTF records the offset of each field, but not the alignment that led to it.
 *
 * @param losesWideConstants whether it has only 32 bits of an enum's constants, as that of clang before version 15
 */
record BtfEquivalent(boolean losesWideConstants) {
    /** Returns the type without alignments. */
    CType of(CType type) {
        if (type instanceof EnumType wide && wide.size() > Integer.BYTES && losesWideConstants) {
            return new EnumType(wide.name(), wide.size(), false, List.of());
        }
        if (type instanceof ArrayType array) {
            return new ArrayType(of(array.element()), array.count());
        }
        if (type instanceof StructType struct) {
            return new StructType(struct.name(), struct.size(), 1, of(struct.fields()));
        }
        if (type instanceof UnionType union) {
            return new UnionType(union.name(), union.size(), 1, of(union.fields()));
        }
        return type;
    }

    private List<Field> of(List<Field> fields) {
        return fields.stream()
                .map(field -> new Field(field.name(), of(field.type()), field.offset(), field.bit(), field.bits()))
                .toList();
    }
}
