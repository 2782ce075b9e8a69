/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.TypeLimits;
import java.util.IdentityHashMap;
import java.util.List;

/** Limits the nesting depth of types, and the number of their members including nested types. */
final class TypeNestingCheck {
    private final IdentityHashMap<NamedType, Extent> extents = new IdentityHashMap<>();

    /**
     * The size of a type.
     *
     * @param depth the depth of its nested types
     * @param members the number of its members, including those of nested types
     */
    private record Extent(int depth, long members) {}

    /** Adds a struct or union. Throws if it exceeds a limit. */
    void add(LineTokens line, NamedType type, List<Field> fields) {
        int deepest = 0;
        long members = 1;
        for (Field field : fields) {
            Extent extent = extent(field.type());
            deepest = Math.max(deepest, extent.depth());
            members += extent.members();
        }
        if (deepest >= TypeLimits.MAX_DEPTH) {
            throw tooDeep(line);
        }
        if (members > TypeLimits.MAX_MEMBERS) {
            throw line.error(
                    "a type with more than " + TypeLimits.MAX_MEMBERS + " members, including those of nested types");
        }
        extents.put(type, new Extent(deepest + 1, members));
    }

    private Extent extent(CType type) {
        if (type instanceof ArrayType array) {
            Extent element = extent(array.element());
            return new Extent(element.depth() + 1, element.members());
        }
        Extent known = type instanceof NamedType named ? extents.get(named) : null;
        return known == null ? new Extent(0, 1) : known;
    }

    static SchemaFormatException tooDeep(LineTokens line) {
        return line.error("types are nested more than " + TypeLimits.MAX_DEPTH + " deep");
    }
}
