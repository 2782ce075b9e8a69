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
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/**
 * What the bytes of a map mean, and for an outer map those of its inner maps. A pinned map can be used again only if this is unchanged. It contains the
 * names of types and fields, the constants of enums and the units of times, but neither the names of maps nor {@code max_entries}. For records of an
 * existing object, it contains no flags, because the records may leave them out.
 */
public final class MapLayout {
    private MapLayout() {}

    /**
     * The layout of a map, as a schema that contains nothing else.
     *
     * @param map a map of {@code schema}; an outer map names the definition of its inner maps
     */
    public static Schema of(Schema schema, MapDef map) {
        return of(schema, map, "map", "inner");
    }

    private static Schema of(Schema schema, MapDef map, String name, String innerName) {
        List<MapDef> maps = new ArrayList<>();
        Map<String, String> names = new LinkedHashMap<>();
        if (map.role() == MapRole.OUTER) {
            MapDef inner = schema.innerOf(map);
            names.put(inner.name(), innerName);
            maps.add(inner);
            if (inner.definition() != null) {
                names.put(inner.definition(), innerName); // it has the meanings of the entries
                maps.add(schema.innerOf(inner));
            }
        }
        names.put(map.name(), name);
        maps.add(map);
        Schema part = schema.part(maps);
        List<MapDef> renamed = maps.stream()
                .filter(each -> each.role() != MapRole.INNER || each.equals(maps.get(0)))
                .map(each -> renamed(each, names, schema.isForeign()))
                .toList();
        List<FieldMeaning> meanings = part.meanings().stream()
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

    /**
     * The changes from one version of a map to another one.
     *
     * @return descriptions of the changes; empty if the same bytes mean the same in both
     */
    public static List<String> changes(Schema before, MapDef old, Schema after, MapDef map) {
        Schema oldLayout = named(before, old, map);
        Schema newLayout = named(after, map, map);
        if (oldLayout.equals(newLayout)) {
            return List.of();
        }
        List<String> changes = Stream.concat(
                        SchemaComparison.compareVersions(oldLayout, newLayout).stream()
                                .map(ChangeDescription::cause),
                        MeaningChange.between(oldLayout, newLayout).stream().map(MeaningChange::cause))
                .distinct()
                .toList();
        return changes.isEmpty() ? List.of("changing how records read it") : changes;
    }

    /**
     * The fields of both versions that their records read in another way.
     *
     * @param oldName the previous name of a field of a struct
     */
    public static List<MeaningChange> meaningChanges(
            Schema before, MapDef old, Schema after, MapDef map, BinaryOperator<String> oldName) {
        return MeaningChange.between(named(before, old, map), named(after, map, map), oldName);
    }

    /** The layout with the names of the new version. */
    private static Schema named(Schema schema, MapDef map, MapDef names) {
        return of(schema, map, names.name(), String.valueOf(names.definition()));
    }
}
