/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the bytes of a map mean, and for an outer map those of its inner maps. A pinned map can be used again only if this is unchanged. It contains the
 * names of types and fields, the constants of enums and the units of times, but neither the names of maps nor {@code max_entries}. For records of an
 * existing object, it contains no flags, because the records may leave them out.
 */
public final class MapLayout {
    private static final String INNER = "inner";

    private MapLayout() {}

    /**
     * The layout of a map, as a schema that contains nothing else.
     *
     * @param map a map of {@code schema}; an outer map names the definition of its inner maps
     */
    public static Schema of(Schema schema, MapDef map) {
        List<MapDef> maps = new ArrayList<>();
        Map<String, String> names = new LinkedHashMap<>();
        if (map.role() == MapRole.OUTER) {
            MapDef inner = schema.innerOf(map);
            names.put(inner.name(), INNER);
            maps.add(inner);
            if (inner.definition() != null) {
                names.put(inner.definition(), INNER); // it has the meanings of the entries
                maps.add(schema.innerOf(inner));
            }
        }
        names.put(map.name(), "map");
        maps.add(map);
        Schema part = schema.part(maps);
        List<MapDef> renamed = maps.stream()
                .filter(each -> each.role() != MapRole.INNER || each.equals(maps.get(0)))
                .map(each -> renamed(each, names, schema.isForeign()))
                .toList();
        List<FieldMeaning> meanings = part.meanings().stream()
                .filter(meaning -> !(meaning instanceof FieldMeaning.Word))
                .map(meaning -> meaning.owner().startsWith(FieldMeaning.MAP)
                        ? meaning.of(
                                FieldMeaning.MAP + names.get(meaning.owner().substring(FieldMeaning.MAP.length())))
                        : meaning)
                .sorted((one, other) -> one.toString().compareTo(other.toString()))
                .toList();
        return new Schema("", "", List.of(), part.types(), renamed).withMeanings(meanings);
    }

    private static MapDef renamed(MapDef map, Map<String, String> names, boolean isForeign) {
        String inner = map.role() == MapRole.OUTER ? names.get(map.definition()) : null;
        String name = Objects.requireNonNull(names.get(map.name()));
        long flags = isForeign ? 0 : map.flags();
        long extra = isForeign ? 0 : map.extra();
        return new MapDef(name, map.role(), map.kind(), 0, flags, map.key(), map.value(), inner).withExtra(extra);
    }
}
