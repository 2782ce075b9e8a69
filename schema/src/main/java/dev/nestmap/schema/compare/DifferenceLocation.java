/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.type.NamedType;
import org.jspecify.annotations.Nullable;

/**
 * The place of a {@link Difference}, with the names of the declared schema.
 *
 * @param map the map, or for an inner map its outer map; null for a global variable, a program, and a type that nothing uses
 * @param definition the definition: {@code map} itself, the definition of its inner maps, a global variable or a program; null for a type
 *     that nothing uses
 * @param part {@value #KEY} or {@value #VALUE}; null for the definition itself, and if {@code map} is null
 * @param innermost the innermost struct, union or enum; null outside of one
 * @param field the field of that struct, or the constant of that enum; null for the type as a whole
 * @param text the full path, for messages: {@code map tenant, inner flow_map, value struct flow, field bytes}
 */
public record DifferenceLocation(
        @Nullable String map,
        @Nullable String definition,
        @Nullable String part,
        @Nullable NamedType innermost,
        @Nullable String field,
        String text) {
    static final String KEY = "key";
    static final String VALUE = "value";
    private static final String ELEMENT = ", element";

    /** Tag of the innermost struct, union or enum; null outside of one. */
    public @Nullable String struct() {
        return innermost == null ? null : innermost.name();
    }

    static DifferenceLocation map(String map) {
        return new DifferenceLocation(map, map, null, null, null, "map " + map);
    }

    static DifferenceLocation global(String name) {
        return new DifferenceLocation(null, name, null, null, null, "variable " + name);
    }

    static DifferenceLocation program(String name) {
        return new DifferenceLocation(null, name, null, null, null, "program " + name);
    }

    /** The type of a global variable. */
    DifferenceLocation ofGlobal() {
        return new DifferenceLocation(map, definition, part, innermost, field, text + ", type");
    }

    /** A place outside of all maps and global variables. */
    static DifferenceLocation type() {
        return new DifferenceLocation(null, null, null, null, null, "");
    }

    /** The definition of the inner maps. */
    DifferenceLocation inner(String name) {
        return new DifferenceLocation(map, name, null, null, null, text + ", inner " + name);
    }

    /** The key or the value. */
    DifferenceLocation part(String name) {
        return new DifferenceLocation(map, definition, name, null, null, text + ", " + name);
    }

    /** An element of the array at this place. */
    DifferenceLocation element() {
        return new DifferenceLocation(map, definition, part, innermost, field, text + ELEMENT);
    }

    boolean isElement() {
        return text.endsWith(ELEMENT);
    }

    /** A place inside of this type, which is the type at this location. */
    DifferenceLocation in(NamedType type) {
        String path = text.isEmpty() ? type.spelling() : text + " " + type.spelling();
        return new DifferenceLocation(map, definition, part, type, null, path);
    }

    /** A field or constant of the type at this place. */
    DifferenceLocation member(String what, String name) {
        return new DifferenceLocation(map, definition, part, innermost, name, text + ", " + what + " " + name);
    }

    Difference difference(Difference.Aspect aspect, String declared, String actual) {
        return new Difference(this, aspect, declared, actual);
    }
}
