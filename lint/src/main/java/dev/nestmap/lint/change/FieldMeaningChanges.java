/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.change;

import dev.nestmap.lint.change.SchemaChange.Effect;
import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.ChangeDescription;
import dev.nestmap.schema.compare.PinOutcome;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds bytes that two versions read differently: in another unit of time, or as another member of a union. */
final class FieldMeaningChanges {
    private final Schema before;
    private final Schema after;
    private final List<SchemaChange> changes = new ArrayList<>();

    /** A field of a struct, union or map, as {@link FieldMeaning} names it. */
    private record Place(String owner, String field) {
        static Place of(FieldMeaning meaning) {
            return new Place(meaning.owner(), meaning.field());
        }

        boolean isOfMap() {
            return owner.startsWith(FieldMeaning.MAP);
        }

        String ownerName() {
            return owner.substring(owner.indexOf(' ') + 1);
        }

        String subject() {
            String name = isOfMap() ? "the " + field : field.isEmpty() ? "the unnamed union" : "`" + field + "`";
            return name + " of `" + ownerName() + "`";
        }
    }

    private FieldMeaningChanges(Schema before, Schema after) {
        this.before = before;
        this.after = after;
    }

    static List<SchemaChange> between(Schema before, Schema after) {
        FieldMeaningChanges found = new FieldMeaningChanges(before, after);
        Stream.of(before, after)
                .flatMap(schema -> schema.meanings().stream())
                .filter(FieldMeaningChanges::isCompared)
                .map(Place::of)
                .distinct()
                .forEach(found::compare);
        return found.changes;
    }

    /** Whether Java code depends on the meaning. If a sign differs, so do the C types. Counts of lost inserts are read in the same way. */
    private static boolean isCompared(FieldMeaning meaning) {
        return meaning instanceof FieldMeaning.Time || meaning instanceof FieldMeaning.Selection;
    }

    private void compare(Place place) {
        List<FieldMeaning> old = meanings(before, place);
        List<FieldMeaning> current = meanings(after, place);
        Set<String> members = members(old);
        members.retainAll(members(current)); // added and removed members are differences of the union
        String from = text(old, members);
        if (from.equals(text(withFormerNames(current, old), members))) {
            return;
        }
        String to = text(current, members);
        String cause = "changing how records read " + place.subject() + " from " + from + " to " + to;
        if (!old.isEmpty() && !current.isEmpty() && !isSameUnit(old.get(0), current.get(0))) {
            String misread = PinOutcome.MISREAD.text(maps(place));
            changes.add(new SchemaChange(
                    Effect.BREAKS_MAPS, cause, misread + "; pin the new one under another name, or read it as before"));
        }
    }

    private static List<FieldMeaning> meanings(Schema schema, Place place) {
        return schema.meanings().stream()
                .filter(meaning -> isCompared(meaning) && Place.of(meaning).equals(place))
                .toList();
    }

    /** Gives discriminators their previous names if the new version only renamed their fields, which is a difference of its own. */
    private List<FieldMeaning> withFormerNames(List<FieldMeaning> current, List<FieldMeaning> old) {
        Set<String> names = selections(old.stream())
                .map(FieldMeaning.Selection::discriminator)
                .collect(Collectors.toCollection(TreeSet::new));
        return current.stream()
                .<FieldMeaning>map(meaning -> meaning instanceof FieldMeaning.Selection selection
                                && !names.contains(selection.discriminator())
                        ? names.stream()
                                .filter(former -> isSameField(selection.owner(), former, selection.discriminator()))
                                .findFirst()
                                .map(selection::by)
                                .orElse(selection)
                        : meaning)
                .toList();
    }

    private static Stream<FieldMeaning.Selection> selections(Stream<FieldMeaning> meanings) {
        return meanings.filter(FieldMeaning.Selection.class::isInstance).map(FieldMeaning.Selection.class::cast);
    }

    /** Whether a field of the new version is at the place of one of the previous version. */
    private boolean isSameField(String owner, String former, String name) {
        List<Long> place = fieldStarts(before, owner, former);
        return !place.isEmpty() && place.equals(fieldStarts(after, owner, name));
    }

    private static List<Long> fieldStarts(Schema schema, String owner, String name) {
        return type(schema, owner)
                .flatMap(type -> fieldStarts(type.fields(), 0, name))
                .toList();
    }

    private static Stream<NamedType> type(Schema schema, String owner) {
        return schema.types().stream()
                .filter(type -> owner.startsWith(type.spelling()) && owner.equals(schema.owner(type)));
    }

    /** The first bit of the field with this name, perhaps in unnamed members. */
    private static Stream<Long> fieldStarts(List<Field> fields, long start, String name) {
        return fields.stream()
                .flatMap(field -> field.name().equals(name)
                        ? Stream.of(start + field.startBit())
                        : field.name().isEmpty()
                                ? fieldStarts(field.type().fields(), start + field.startBit(), name)
                                : Stream.empty());
    }

    private static Set<String> members(List<FieldMeaning> meanings) {
        Set<String> members = new HashSet<>();
        selections(meanings.stream())
                .flatMap(selection -> selection.cases().stream())
                .forEach(one -> members.add(one.member()));
        return members;
    }

    private static boolean isSameUnit(FieldMeaning old, FieldMeaning current) {
        return old instanceof FieldMeaning.Time one
                && current instanceof FieldMeaning.Time other
                && one.perSecond() == other.perSecond();
    }

    /** Several unnamed unions of a struct have the same place. */
    private static String text(List<FieldMeaning> meanings, Set<String> members) {
        return meanings.isEmpty()
                ? "its C type"
                : meanings.stream().map(meaning -> text(meaning, members)).collect(Collectors.joining(" and "));
    }

    private static String text(FieldMeaning meaning, Set<String> members) {
        if (meaning instanceof FieldMeaning.Time time) {
            return (time.isInstant() ? "Instant" : "Duration") + " (" + time.perSecond() + " per second)";
        }
        FieldMeaning.Selection selection = (FieldMeaning.Selection) meaning;
        Set<String> cases = new TreeSet<>();
        int unnamed = 0;
        for (FieldMeaning.Case one : selection.cases()) {
            String member = one.member().isEmpty() ? "unnamed " + ++unnamed : one.member(); // only its place tells it
            if (members.contains(one.member())) {
                cases.add(member + ": " + ChangeDescription.list(new TreeSet<>(one.numbers()), "and"));
            }
        }
        return "by `" + selection.discriminator() + "`"
                + (cases.isEmpty() ? "" : " (" + String.join(", ", cases) + ")");
    }

    /** The maps of the previous version whose entries contain the field. A type without a tag is not found, so no map is named. */
    private List<String> maps(Place place) {
        List<String> names = new ArrayList<>();
        for (MapDef map : before.maps()) {
            boolean isInner = map.role() == MapRole.INNER;
            MapDef content = map.definition() == null ? map : before.contentOf(map);
            boolean uses = contains(map, place) || contains(content, place);
            if (uses && map.role() != MapRole.INSTANCE && !(isInner && before.isUsed(map))) {
                names.add((isInner ? "outer map of `" : "`") + map.name() + "`");
            }
        }
        return names.isEmpty() ? List.of("map") : names;
    }

    private boolean contains(MapDef map, Place place) {
        return place.isOfMap()
                ? map.name().equals(place.ownerName())
                : type(before, place.owner()).anyMatch(map.types()::contains);
    }
}
