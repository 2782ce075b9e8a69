/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.NamedType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The layout of an outer map and its inner maps. A pinned outer map can be used again only if the layout is unchanged. The layout contains
 * the names of types and fields, but neither the names of maps nor {@code max_entries}. For records of an existing object, it contains no
 * flags, because the records may leave them out.
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
        Set<NamedType> used = new HashSet<>(outer.types());
        used.addAll(inner.types());
        List<NamedType> types = schema.types().stream().filter(used::contains).toList();
        return new Schema(
                "",
                "",
                List.of(),
                types,
                List.of(unnamed(inner, "inner", schema.isForeign()), unnamed(outer, "outer", schema.isForeign())));
    }

    private static MapDef unnamed(MapDef map, String name, boolean isForeign) {
        String inner = map.role() == MapRole.OUTER ? "inner" : null;
        long flags = isForeign ? 0 : map.flags();
        long extra = isForeign ? 0 : map.extra();
        return new MapDef(name, map.role(), map.kind(), 0, flags, map.key(), map.value(), inner).withExtra(extra);
    }
}
