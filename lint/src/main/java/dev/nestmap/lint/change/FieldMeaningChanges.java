/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.change;

import dev.nestmap.lint.change.SchemaChange.Effect;
import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.PinOutcome;
import dev.nestmap.schema.type.NamedType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds times that two versions read in different units. */
final class FieldMeaningChanges {
    private final Schema before;

    private FieldMeaningChanges(Schema before) {
        this.before = before;
    }

    static List<SchemaChange> between(Schema before, Schema after) {
        FieldMeaningChanges found = new FieldMeaningChanges(before);
        return times(before)
                .flatMap(old -> times(after)
                        .filter(time -> time.owner().equals(old.owner())
                                && time.field().equals(old.field())
                                && time.perSecond() != old.perSecond())
                        .map(time -> found.change(old, time)))
                .toList();
    }

    private static Stream<FieldMeaning.Time> times(Schema schema) {
        return schema.meanings().stream()
                .filter(FieldMeaning.Time.class::isInstance)
                .map(FieldMeaning.Time.class::cast);
    }

    private SchemaChange change(FieldMeaning.Time old, FieldMeaning.Time time) {
        String cause = "changing how records read " + subject(old) + " from " + text(old) + " to " + text(time);
        String misread = PinOutcome.MISREAD.text(maps(old));
        return new SchemaChange(
                Effect.BREAKS_MAPS, cause, misread + "; pin the new one under another name, or read it as before");
    }

    private static boolean isOfMap(FieldMeaning meaning) {
        return meaning.owner().startsWith(FieldMeaning.MAP);
    }

    private static String ownerName(FieldMeaning meaning) {
        return meaning.owner().substring(meaning.owner().indexOf(' ') + 1);
    }

    private static String subject(FieldMeaning meaning) {
        String name = isOfMap(meaning) ? "the " + meaning.field() : "`" + meaning.field() + "`";
        return name + " of `" + ownerName(meaning) + "`";
    }

    private static String text(FieldMeaning.Time time) {
        return (time.isInstant() ? "Instant" : "Duration") + " (" + time.perSecond() + " per second)";
    }

    /** The maps of the previous version whose entries contain the field. A type without a tag is not found, so no map is named. */
    private List<String> maps(FieldMeaning meaning) {
        List<String> names = new ArrayList<>();
        for (MapDef map : before.maps()) {
            boolean isInner = map.role() == MapRole.INNER;
            MapDef content = map.definition() == null ? map : before.contentOf(map);
            boolean uses = contains(map, meaning) || contains(content, meaning);
            if (uses && map.role() != MapRole.INSTANCE && !(isInner && before.isUsed(map))) {
                names.add((isInner ? "outer map of `" : "`") + map.name() + "`");
            }
        }
        return names.isEmpty() ? List.of("map") : names;
    }

    private boolean contains(MapDef map, FieldMeaning meaning) {
        return isOfMap(meaning)
                ? map.name().equals(ownerName(meaning))
                : types(meaning.owner()).anyMatch(map.types()::contains);
    }

    private Stream<NamedType> types(String owner) {
        return before.types().stream()
                .filter(type -> owner.startsWith(type.spelling()) && owner.equals(before.owner(type)));
    }
}
