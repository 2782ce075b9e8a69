/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Inner maps that several outer maps hold, in C by definitions of their own. In Java, an inner map belongs to one record ({@code NM-413}). */
final class SharedInnerMaps {
    private SharedInnerMaps() {}

    /** The maps of a schema by their names. An object can have many thousands. */
    static Map<String, MapDef> byName(Schema schema) {
        return schema.maps().stream().collect(Collectors.toMap(MapDef::name, map -> map, (first, second) -> first));
    }

    /** Leaves out each outer map with an inner map that belongs to another definition. */
    static void leaveOut(Schema schema, Map<String, String> leftOut) {
        Map<String, String> definitions = new HashMap<>();
        for (MapDef map : schema.maps()) {
            if (map.role() == MapRole.INSTANCE && map.definition() != null) {
                definitions.put(map.name(), map.definition());
            }
        }
        schema.maps().stream()
                .filter(map -> map.role() == MapRole.OUTER && map.definition() != null)
                .forEach(outer -> outer.slots().list().forEach(slot -> leaveOut(outer, slot, definitions, leftOut)));
    }

    private static void leaveOut(
            MapDef outer, SlotContents.Slot slot, Map<String, String> definitions, Map<String, String> leftOut) {
        String definition = Objects.requireNonNull(outer.definition(), "chosen by it");
        String other = definitions.getOrDefault(slot.target(), definition);
        definitions.putIfAbsent(slot.target(), definition);
        if (!other.equals(definition)) {
            leftOut.putIfAbsent(
                    outer.name(),
                    "its slot " + slot.key().get(0) + " has " + slot.target()
                            + ", which belongs to another definition of inner maps, " + other
                            + ", and a record can declare an inner map for one definition only");
        }
    }
}
