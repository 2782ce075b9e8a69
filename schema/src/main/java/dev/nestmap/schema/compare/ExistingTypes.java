/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.List;

/**
 * Replaces types that already exist in C with the types that their records declare. These can differ: a record may leave out constants, and
 * lists the fields of unnamed members beside the other fields.
 *
 * @param schema the schema that declares them
 */
public record ExistingTypes(Schema schema) {
    /**
     * Replaces each existing type in a type of an object or the kernel with its declaration, if the bytes of both are read in the same
     * way.
     */
    public CType asDeclared(CType type) {
        if (type instanceof ArrayType array) {
            return new ArrayType(asDeclared(array.element()), array.count());
        }
        if (!(type instanceof NamedType named)) {
            return type;
        }
        return schema.type(named.name())
                .filter(declared -> schema.isExternal(declared.name()) && isReadAlike(declared, named))
                .map(CType.class::cast)
                .orElseGet(() -> withParts(named));
    }

    private boolean isReadAlike(NamedType declared, NamedType actual) {
        MapDef map = new MapDef("", MapRole.PLAIN, MapKind.HASH, 1, 0, Scalar.U32, declared, null);
        return declared.size() == actual.size()
                && EntryLayout.changes(schema, map, null, actual).isEmpty();
    }

    private CType withParts(NamedType type) {
        if (type instanceof StructType struct) {
            return new StructType(struct.name(), struct.size(), struct.alignment(), asDeclared(struct.fields()));
        }
        if (type instanceof UnionType union) {
            return new UnionType(union.name(), union.size(), union.alignment(), asDeclared(union.fields()));
        }
        return type;
    }

    private List<Field> asDeclared(List<Field> fields) {
        return fields.stream()
                .map(field ->
                        new Field(field.name(), asDeclared(field.type()), field.offset(), field.bit(), field.bits()))
                .toList();
    }
}
