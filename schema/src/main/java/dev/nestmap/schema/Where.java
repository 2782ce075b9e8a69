/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import org.jspecify.annotations.Nullable;

/** The place that a comparison is at: the map, the innermost struct, the field of it, and the whole way in words. */
record Where(
        @Nullable String map,
        @Nullable String struct,
        @Nullable String field,
        String text) {
    static Where map(String map) {
        return new Where(map, null, null, "map " + map);
    }

    /** Outside of all maps. */
    static Where type() {
        return new Where(null, null, null, "");
    }

    /** A part that has no name of its own in C: a key, a value, an element. */
    Where step(String part) {
        return new Where(map, struct, field, text + ", " + part);
    }

    /** What is here is this type. */
    Where in(NamedType type) {
        return new Where(map, type.name(), null, text.isEmpty() ? type.spelling() : text + " " + type.spelling());
    }

    /** A field of the type that this is in, or a constant. */
    Where member(String what, String name) {
        return new Where(map, struct, name, text + ", " + what + " " + name);
    }

    Difference difference(Difference.Aspect aspect, String declared, String actual) {
        return new Difference(map, struct, field, aspect, declared, actual, text);
    }
}
