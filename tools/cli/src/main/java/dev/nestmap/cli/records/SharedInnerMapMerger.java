/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Merges the inner definitions of outer maps that share an inner map. In C, these can be separate structs with the same attributes, but in
 * Java, an inner map belongs to one record ({@code NM-413}).
 */
final class SharedInnerMapMerger {
    private final Schema schema;
    private final Map<String, MapDef> byName;

    /** The definition of each map in a slot. */
    private final Map<String, String> ofTargets = new HashMap<>();

    /** The definitions that replace other definitions. */
    private final Map<String, String> replaced = new HashMap<>();

    private SharedInnerMapMerger(Schema schema) {
        this.schema = schema;
        this.byName = byName(schema);
    }

    /** The maps of a schema by their names. An object can have many thousands. */
    static Map<String, MapDef> byName(Schema schema) {
        return schema.maps().stream().collect(Collectors.toMap(MapDef::name, map -> map, (first, second) -> first));
    }

    /**
     * The schema with shared definitions.
     *
     * @param leftOut receives each outer map with an inner map that another one holds under a definition with other attributes
     */
    static Schema of(Schema schema, Map<String, String> leftOut) {
        SharedInnerMapMerger shared = new SharedInnerMapMerger(schema);
        schema.maps().stream()
                .filter(map -> map.role() == MapRole.OUTER && map.definition() != null)
                .forEach(outer -> outer.slots().list().forEach(slot -> shared.add(outer, slot, leftOut)));
        return shared.replaced.isEmpty() ? schema : schema.withMaps(shared.maps());
    }

    private void add(MapDef outer, SlotContents.Slot slot, Map<String, String> leftOut) {
        String declared = Objects.requireNonNull(outer.definition(), "chosen by it");
        String definition = replaced.getOrDefault(declared, declared);
        String other = ofTargets.computeIfAbsent(
                slot.target(),
                target -> Optional.ofNullable(byName.get(target))
                        .filter(map -> map.role() == MapRole.INSTANCE)
                        .map(MapDef::definition)
                        .orElse(definition));
        if (other.equals(definition)) {
            return;
        }
        if (isSame(other, definition)) {
            replaced.put(declared, other);
        } else {
            leftOut.putIfAbsent(
                    outer.name(),
                    "its slot " + slot.key().get(0) + " has " + slot.target()
                            + ", which belongs to another definition of inner maps, " + other
                            + ", and a record can declare an inner map for one definition only");
        }
    }

    private boolean isSame(String first, String second) {
        MapDef one = Objects.requireNonNull(byName.get(first));
        MapDef other = Objects.requireNonNull(byName.get(second));
        return one.variant("", one.maxEntries())
                .withDefinition(null)
                .equals(other.variant("", other.maxEntries()).withDefinition(null));
    }

    /** The definitions first, because one of them can now precede an outer map that used another one. */
    private List<MapDef> maps() {
        List<MapDef> maps = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (MapDef map : schema.maps()) {
            String definition = map.definition();
            String now = definition == null || map.role() != MapRole.OUTER
                    ? definition
                    : replaced.getOrDefault(definition, definition);
            maps.add(map.withDefinition(now));
            if (now != null) {
                used.add(now);
            }
        }
        maps.removeIf(map -> replaced.containsKey(map.name()) && !used.contains(map.name()));
        maps.sort((first, second) -> Boolean.compare(second.role() == MapRole.INNER, first.role() == MapRole.INNER));
        return maps;
    }
}
