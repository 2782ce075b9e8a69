/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.change;

import dev.nestmap.lint.change.SchemaChange.Effect;
import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.MeaningChange;
import dev.nestmap.schema.compare.PinOutcome;
import java.util.ArrayList;
import java.util.List;

/** Finds fields that two versions read in different ways. */
final class FieldMeaningChanges {
    private FieldMeaningChanges() {}

    static List<SchemaChange> between(Schema before, Schema after) {
        List<SchemaChange> changes = new ArrayList<>();
        for (MeaningChange change : MeaningChange.between(before, after)) {
            List<MapDef> maps = before.maps().stream()
                    .filter(map -> uses(before, map, change.owner()))
                    .map(map -> after.map(map.name()).orElse(map))
                    .toList();
            boolean isByName = maps.stream().anyMatch(MapDef::pinnedByName);
            List<String> names = maps.stream()
                    .map(map -> (map.role() == MapRole.INNER ? "outer map of `" : "`") + map.name() + "`")
                    .toList();
            changes.add(new SchemaChange(
                    Effect.BREAKS_MAPS,
                    change.cause(),
                    (isByName ? PinOutcome.MISREAD : PinOutcome.REJECTED)
                                    .text(names.isEmpty() ? List.of("map") : names) // a type without a tag is not found
                            + PinOutcome.REMEDY));
        }
        return changes;
    }

    /** Whether the entries of a map contain a field of this owner. */
    private static boolean uses(Schema schema, MapDef map, String owner) {
        boolean isPartOfOuter = map.role() == MapRole.INNER && schema.isUsed(map);
        MapDef content = map.definition() == null ? map : schema.contentOf(map);
        return map.role() != MapRole.INSTANCE
                && !isPartOfOuter
                && (contains(schema, map, owner) || contains(schema, content, owner));
    }

    private static boolean contains(Schema schema, MapDef map, String owner) {
        return owner.startsWith(FieldMeaning.MAP)
                ? owner.equals(FieldMeaning.MAP + map.name())
                : schema.types().stream()
                        .filter(type -> owner.equals(schema.owner(type)))
                        .anyMatch(map.types()::contains);
    }
}
