/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A field of two versions that their records read in another way: in another unit, or with other constants.
 *
 * @param owner the struct, union or map that has the field in both versions, as in {@link FieldMeaning#owner}
 * @param field its name in the new version
 * @param before how the previous version reads it; null for a number
 * @param after how the new version reads it
 */
public record MeaningChange(
        String owner,
        String field,
        @Nullable FieldMeaning before,
        @Nullable FieldMeaning after) {
    /** The changes between two versions in which each field has its name. */
    public static List<MeaningChange> between(Schema before, Schema after) {
        return between(before, after, (owner, field) -> field);
    }

    /**
     * The changes between two versions. A field that only one of them has is none.
     *
     * @param oldName the previous name of a field of an owner
     */
    public static List<MeaningChange> between(Schema before, Schema after, BinaryOperator<String> oldName) {
        List<MeaningChange> changes = new ArrayList<>();
        after.maps().stream()
                .filter(map -> before.map(map.name()).isPresent())
                .forEach(map -> Stream.of(DifferenceLocation.KEY, DifferenceLocation.VALUE)
                        .forEach(part -> {
                            String owner = FieldMeaning.MAP + map.name();
                            compare(before, after, owner, part, owner, part, changes);
                        }));
        for (NamedType type : after.types()) {
            for (NamedType old : previous(before, after, type)) {
                names(type.fields()).forEach(name -> {
                    String oldField = oldName.apply(type.name(), name);
                    if (names(old.fields()).anyMatch(oldField::equals)) {
                        compare(before, after, before.owner(old), oldField, after.owner(type), name, changes);
                    }
                });
            }
        }
        return changes;
    }

    /** The type with this name in the previous version; if there is none, those that have another name now, perhaps. */
    private static List<NamedType> previous(Schema before, Schema after, NamedType type) {
        Map<Boolean, List<NamedType>> named = before.types().stream()
                .filter(old -> before.owner(old).equals(after.owner(type))
                        || after.types().stream()
                                .noneMatch(other -> after.owner(other).equals(before.owner(old))))
                .collect(Collectors.partitioningBy(old -> before.owner(old).equals(after.owner(type))));
        List<NamedType> same = named.getOrDefault(true, List.of());
        return same.isEmpty() ? named.getOrDefault(false, List.of()) : same;
    }

    private static Stream<String> names(List<Field> fields) {
        return fields.stream().flatMap(Field::names);
    }

    private static void compare(
            Schema before,
            Schema after,
            String oldOwner,
            String oldField,
            String owner,
            String field,
            List<MeaningChange> changes) {
        for (boolean isName : new boolean[] {false, true}) {
            FieldMeaning old = find(before, oldOwner, oldField, isName);
            FieldMeaning now = find(after, owner, field, isName);
            boolean isKnown = !isName || (old != null && now != null); // a struct has the names in its fields
            if (isKnown && !read(old).equals(read(now))) {
                changes.add(new MeaningChange(owner, field, old, now));
            }
        }
    }

    private static @Nullable FieldMeaning find(Schema schema, String owner, String field, boolean isName) {
        return schema.meanings().stream()
                .filter(meaning -> meaning.owner().equals(owner)
                        && meaning.field().equals(field)
                        && !(meaning instanceof FieldMeaning.Sign)
                        && meaning instanceof FieldMeaning.Component == isName)
                .findFirst()
                .orElse(null);
    }

    /** Whether a copy of a number has the same meaning: only the name of the key or value is another one, or the enum has more constants. */
    public boolean isKeptByCopy() {
        return isName()
                || (before instanceof FieldMeaning.Constants old
                        && after instanceof FieldMeaning.Constants now
                        && old.areBits() == now.areBits()
                        && now.type().constants().containsAll(old.type().constants()));
    }

    private boolean isName() {
        return after instanceof FieldMeaning.Component;
    }

    /** The change as the subject of a sentence. */
    public String cause() {
        boolean isOfMap = owner.startsWith(FieldMeaning.MAP);
        String subject = (isOfMap ? "the " + field : "`" + field + "`") + " of `"
                + owner.substring(owner.indexOf(' ') + 1) + "`";
        return isName()
                ? "replacing " + subject + ", `" + read(before) + "`, with `" + read(after) + "` (or renaming it)"
                : "changing how records read " + subject + " from " + read(before) + " to " + read(after);
    }

    private static String read(@Nullable FieldMeaning meaning) {
        if (meaning instanceof FieldMeaning.Time time) {
            return (time.isInstant() ? "Instant" : "Duration") + " (" + time.perSecond() + " per second)";
        }
        if (meaning instanceof FieldMeaning.Constants constants) {
            return (constants.areBits() ? "a set of `" : "`") + constants.type().name() + "` ("
                    + constants.type().constants().stream()
                            .map(constant -> constant.name() + " " + constant.value())
                            .collect(Collectors.joining(", "))
                    + ")";
        }
        return meaning instanceof FieldMeaning.Component component ? component.name() : "a number";
    }
}
