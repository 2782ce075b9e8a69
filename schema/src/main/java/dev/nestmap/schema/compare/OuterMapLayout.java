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
 * The layout of an outer map and its inner maps. A pinned outer map can be used again only if the layout is unchanged. It contains the
 * names of types and fields, but neither the names of maps nor {@code max_entries}.
 */
public final class OuterMapLayout {
    private OuterMapLayout() {}

    /**
     * The layout of an outer map, as a schema that contains nothing else.
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

    /** Collects a type and the types of its parts. */
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
