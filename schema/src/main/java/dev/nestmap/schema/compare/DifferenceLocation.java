/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.type.NamedType;
import org.jspecify.annotations.Nullable;

/**
 * The place of a {@link Difference}, by the names that the declared schema has.
 *
 * @param map the map that it is in, null where a type is in no map. For an inner map the outer map's name
 * @param definition the map definition that it is in: that of {@code map}, or that of its inner maps; null as {@code map} is
 * @param part {@value #KEY}, {@value #VALUE} or a slot, null where it concerns the definition itself, and as {@code map} is
 * @param struct tag of the innermost struct, union or enum, null where it is in none
 * @param field the field of that struct, or the constant of that enum, null where it concerns the whole
 * @param text the whole way there, for people: {@code map tenant, inner flow_map, value struct flow, field bytes}
 */
public record DifferenceLocation(
        @Nullable String map,
        @Nullable String definition,
        @Nullable String part,
        @Nullable String struct,
        @Nullable String field,
        String text) {
    static final String KEY = "key";
    static final String VALUE = "value";
    private static final String ELEMENT = ", element";

    static DifferenceLocation map(String map) {
        return new DifferenceLocation(map, map, null, null, null, "map " + map);
    }

    /** Outside of all maps. */
    static DifferenceLocation type() {
        return new DifferenceLocation(null, null, null, null, null, "");
    }

    /** The definition of the inner maps. */
    DifferenceLocation inner(String name) {
        return new DifferenceLocation(map, name, null, null, null, text + ", inner " + name);
    }

    /** The key, the value or a slot. */
    DifferenceLocation part(String name) {
        return new DifferenceLocation(map, definition, name, null, null, text + ", " + name);
    }

    /** An element of the array that is here. */
    DifferenceLocation element() {
        return new DifferenceLocation(map, definition, part, struct, field, text + ELEMENT);
    }

    boolean isElement() {
        return text.endsWith(ELEMENT);
    }

    /** What is here is this type. */
    DifferenceLocation in(NamedType type) {
        String way = text.isEmpty() ? type.spelling() : text + " " + type.spelling();
        return new DifferenceLocation(map, definition, part, type.name(), null, way);
    }

    /** A field of the type that this is in, or a constant. */
    DifferenceLocation member(String what, String name) {
        return new DifferenceLocation(map, definition, part, struct, name, text + ", " + what + " " + name);
    }

    Difference difference(Difference.Aspect aspect, String declared, String actual) {
        return new Difference(this, aspect, declared, actual);
    }
}
