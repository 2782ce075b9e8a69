/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.plan;

import dev.nestmap.schema.CNameConverter;
import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.FieldMeaning.Constants;
import dev.nestmap.schema.FieldMeaning.Time;
import dev.nestmap.schema.FieldMeaning.Was;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A key or value, or a field in it, of one version.
 *
 * @param owner the struct, union or map that has it, as in {@link FieldMeaning#owner}
 * @param field its name there: {@code key} or {@code value} of a map
 * @param name the name of the component; empty for a struct that a map has as its key or value, and if nobody knows the name
 * @param place its type, and its offset in the whole key or value
 */
record Part(Schema schema, String owner, String field, String name, Field place) {
    /** The key or the value of a map with entries. */
    static Part whole(Schema schema, MapDef map, boolean isKey) {
        String definition = map.role() == MapRole.INNER && map.definition() != null ? map.definition() : map.name();
        String owner = FieldMeaning.MAP + definition;
        String field = isKey ? "key" : "value";
        String name = schema.meanings().stream()
                .filter(FieldMeaning.Component.class::isInstance)
                .map(FieldMeaning.Component.class::cast)
                .filter(component ->
                        component.owner().equals(owner) && component.field().equals(field))
                .map(component -> CNameConverter.snakeCase(component.name()))
                .findFirst()
                .orElse("");
        CType type = Objects.requireNonNull(isKey ? map.key() : map.value(), "a map with entries has keys and values");
        return new Part(schema, owner, field, name, new Field("", type, 0));
    }

    CType type() {
        return place.type();
    }

    /** The tag of its struct; empty if it is none. */
    String tag() {
        return type() instanceof StructType struct ? struct.name() : "";
    }

    /** The numbers that it can have. */
    NumberRange range() {
        return NumberRange.of(place).orElseThrow();
    }

    /** The components of a whole key or value: the fields of a struct, or itself. */
    List<Part> components() {
        return name.isEmpty() && type() instanceof StructType ? fields() : List.of(this);
    }

    /** The fields of this struct. Those of an unnamed struct are fields of the struct around it, as in C. */
    List<Part> fields() {
        return type() instanceof NamedType struct
                ? fields(schema.owner(struct), struct, 0).toList()
                : List.of();
    }

    private Stream<Part> fields(String struct, NamedType type, long from) {
        return type.fields().stream()
                .flatMap(member -> member.name().isEmpty() && member.type() instanceof StructType unnamed
                        ? fields(struct, unnamed, from + member.offset())
                        : Stream.of(new Part(
                                schema,
                                struct,
                                member.name(),
                                member.name(),
                                at(member, place.offset() + from + member.offset()))));
    }

    private static Field at(Field member, long offset) {
        return new Field(member.name(), member.type(), offset, member.bit(), member.bits());
    }

    /** An element of this array. */
    Part element(int index) {
        CType element = ((ArrayType) type()).element();
        return new Part(schema, owner, field, name, new Field("", element, place.offset() + index * element.size()));
    }

    /** Whether it is an unnamed union that shares a name with the other one, or has the name of the other one. */
    boolean hasNameOf(Part other) {
        return name.equals(other.name)
                && (!name.isEmpty() || isWhole() || other.isWhole() || place.hasNameOf(other.place));
    }

    /** Whether it is a whole key or value, or an element of it. */
    boolean isWhole() {
        return owner.startsWith(FieldMeaning.MAP);
    }

    /** What earlier versions called it, in C. */
    List<String> earlierNames() {
        return word(Was.class).map(Was::names).orElse(List.of());
    }

    /** Whether versions without this component may leave it out. */
    boolean isOmittable() {
        return word(FieldMeaning.Omittable.class).isPresent();
    }

    private <T extends FieldMeaning> Optional<T> word(Class<T> type) {
        return schema.meanings().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .filter(meaning ->
                        meaning.owner().equals(owner) && meaning.field().equals(field))
                .findFirst();
    }

    /** The constants that the number stands for, by its C type or as records read it. */
    Optional<Constants> constants() {
        if (type().innermost() instanceof EnumType type) {
            return type.hasUnknownConstants()
                    ? Optional.empty()
                    : Optional.of(new Constants(owner, field, type, false));
        }
        return word(Constants.class);
    }

    /** The time that the number is. */
    Optional<Time> time() {
        return word(Time.class);
    }

    /** The time that the number was in an earlier version that had no unit. */
    Optional<Time> earlierTime() {
        long perSecond = word(Was.class).map(Was::perSecond).orElse(0L);
        return time().filter(time -> perSecond > 0).map(time -> new Time(owner, field, time.isInstant(), perSecond));
    }

    /** What records read in it beyond its C type, at all depths. Its own owner may have another name in the other version. */
    Set<List<Object>> readings() {
        MapDef only = new MapDef("only", MapRole.PLAIN, MapKind.ARRAY, 1, 0, Scalar.U32, type(), null);
        List<String> members = field.isEmpty() ? place.names().toList() : List.of(field);
        return Stream.concat(
                        type().innermost() instanceof UnionType
                                ? schema.part(List.of(only)).meanings().stream()
                                : Stream.of(),
                        schema.meanings().stream()
                                .filter(meaning -> meaning.owner().equals(owner) && members.contains(meaning.field()))
                                .map(meaning -> meaning.of("")))
                .flatMap(Part::reading)
                .collect(Collectors.toSet());
    }

    private static Stream<List<Object>> reading(FieldMeaning meaning) {
        if (meaning instanceof Time time) {
            return Stream.of(List.of(time.owner(), time.field(), time.isInstant(), time.perSecond()));
        }
        return meaning instanceof Constants constants
                ? Stream.of(List.of(
                        constants.owner(), constants.field(), constants.type().constants(), constants.areBits()))
                : Stream.of();
    }

    /** Names it in messages: {@code flow.bytes}, {@code the value}. */
    String label() {
        if (!isWhole()) {
            String struct = owner.substring(owner.indexOf(' ') + 1);
            return (struct.isEmpty() ? "" : struct + ".") + place.names().collect(Collectors.joining(", "));
        }
        return "the " + field + (name.isEmpty() ? "" : " " + name);
    }

    /** The type as people read it: {@code __u64}, {@code Duration in 1/1000 s}. */
    String reads() {
        return time().map(time ->
                        (time.isInstant() ? "Instant" : "Duration") + " with " + time.perSecond() + " units per second")
                .orElseGet(() -> constants()
                        .filter(constants -> !constants.type().equals(type()))
                        .map(constants -> (constants.areBits() ? "a set of " : "")
                                + constants.type().spelling())
                        .orElse(type().spelling()));
    }
}
