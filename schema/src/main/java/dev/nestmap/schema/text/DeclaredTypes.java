/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import dev.nestmap.schema.type.NamedType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The types with tags that a schema text declares. They also have numbers, because in BTF several types can have the same tag. */
final class DeclaredTypes {
    private final List<NamedType> all = new ArrayList<>();
    private final Map<String, List<NamedType>> byTag = new HashMap<>();

    /**
     * The tag and number of a type.
     *
     * @param number 1 for the first type with the tag
     */
    record Place(String tag, long number) {
        static Place read(LineTokens line) {
            return new Place(line.name(), line.accept("#") ? line.integer() : 1);
        }
    }

    /** The types that were declared so far, in order. */
    List<NamedType> all() {
        return List.copyOf(all);
    }

    /** Reads the tag and number of the next type. */
    Place place(LineTokens line) {
        Place place = Place.read(line);
        int others = withTag(place).size();
        if (place.number() != others + 1) {
            throw line.error(
                    place.number() == 1
                            ? "a second type with the tag " + place.tag()
                            : "type " + place.number() + " with the tag " + place.tag() + " comes after " + others
                                    + " others");
        }
        return place;
    }

    void add(LineTokens line, Place place, NamedType type) {
        List<NamedType> sameTag = byTag.computeIfAbsent(place.tag(), any -> new ArrayList<>());
        if (sameTag.contains(type)) {
            throw line.error("a second type with the tag " + place.tag() + ", equal to the first");
        }
        sameTag.add(type);
        all.add(type);
    }

    /** Reads the tag of a type that was declared before. */
    NamedType reference(LineTokens line, String keyword) {
        Place place = Place.read(line);
        List<NamedType> sameTag = withTag(place);
        NamedType type =
                place.number() < 1 || place.number() > sameTag.size() ? null : sameTag.get((int) place.number() - 1);
        if (type == null || !type.spelling().equals(keyword + " " + place.tag())) {
            throw line.error("no " + keyword + " " + place.tag() + (place.number() == 1 ? "" : " #" + place.number())
                    + " is declared before this line");
        }
        return type;
    }

    private List<NamedType> withTag(Place place) {
        return byTag.getOrDefault(place.tag(), List.of());
    }
}
