/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an outer map and its inner maps are laid out like: all that has to be the same for a pinned one to be used again,
 * besides the sizes of the maps. Names of maps and {@code max_entries} are no part of it, those of types and fields are.
 */
public final class OuterMapLayout {
    private OuterMapLayout() {}

    /**
     * The layout of an outer map, as a schema of nothing else.
     *
     * @param outer an outer map of {@code schema} that names the definition of its inner maps
     */
    public static Schema of(Schema schema, MapDef outer) {
        MapDef inner = schema.innerOf(outer);
        Set<NamedType> used = new HashSet<>();
        for (MapDef map : List.of(outer, inner)) {
            collect(map.key(), used);
            collect(map.value(), used);
        }
        List<NamedType> types = schema.types().stream().filter(used::contains).toList();
        return new Schema("", "", List.of(), types, List.of(unnamed(inner, "inner"), unnamed(outer, "outer")));
    }

    private static MapDef unnamed(MapDef map, String name) {
        String inner = map.role() == MapRole.OUTER ? "inner" : null;
        return new MapDef(name, map.role(), map.kind(), 0, map.flags(), map.extra(), 0, map.key(), map.value(), inner);
    }

    /** Adds the types that this one is made of. */
    static void collect(@Nullable CType type, Set<NamedType> used) {
        if (type instanceof NamedType named) {
            used.add(named);
        }
        if (type instanceof ArrayType array) {
            collect(array.element(), used);
        } else if (type instanceof StructType struct) {
            struct.fields().stream().map(Field::type).forEach(field -> collect(field, used));
        } else if (type instanceof UnionType union) {
            union.fields().stream().map(Field::type).forEach(field -> collect(field, used));
        }
    }
}
