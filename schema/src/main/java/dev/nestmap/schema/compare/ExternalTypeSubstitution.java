/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import java.util.Optional;

/**
 * Replaces types that already exist in C with the types that their records declare. A record may leave out constants, and may list the
 * fields of unnamed members beside the other fields.
 *
 * @param schema the schema that declares them
 */
public record ExternalTypeSubstitution(Schema schema) {
    /**
     * Replaces each existing type in a type of an object or the kernel with its declaration, if the bytes of both are read in the same
     * way.
     */
    public CType asDeclared(CType type) {
        Optional<NamedType> declared = type instanceof NamedType named
                ? schema.type(named.name())
                        .filter(other -> schema.isExternal(other.name()) && isReadAlike(other, named))
                : Optional.empty();
        return declared.map(CType.class::cast).orElseGet(() -> type.withParts(this::asDeclared));
    }

    private boolean isReadAlike(NamedType declared, NamedType actual) {
        MapDef map = new MapDef("", MapRole.PLAIN, MapKind.HASH, 1, 0, Scalar.U32, declared, null);
        return declared.size() == actual.size()
                && EntryLayoutCheck.changes(schema, map, null, actual).isEmpty();
    }
}
