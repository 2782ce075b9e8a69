/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.TypeLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The types with tags that a schema text declares. They also have numbers, because in BTF several types can have the same tag. */
final class DeclaredTypes {
    /** Each type is compared with all others of its tag. */
    private static final int MAX_PER_TAG = 64;

    private final List<NamedType> all = new ArrayList<>();
    private final Map<String, List<NamedType>> byTag = new HashMap<>();
    private final IdentityHashMap<NamedType, Extent> extents = new IdentityHashMap<>();

    /**
     * The size of a type.
     *
     * @param depth the depth of its nested types
     * @param members the number of its members, including those of nested types
     */
    private record Extent(int depth, long members) {}

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
        if (sameTag.size() == MAX_PER_TAG) {
            throw line.error("more than " + MAX_PER_TAG + " types with the tag " + place.tag());
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

    /** Checks the depth and the number of members of a struct or union, with a tag or without. Throws if it exceeds a limit. */
    void checkLimits(LineTokens line, NamedType type) {
        int deepest = 0;
        long members = 1;
        for (Field field : type.fields()) {
            Extent extent = extent(field.type());
            deepest = Math.max(deepest, extent.depth());
            members += extent.members();
        }
        if (deepest >= TypeLimits.MAX_DEPTH) {
            throw tooDeep(line);
        }
        if (members > TypeLimits.MAX_MEMBERS) {
            throw line.error(
                    "a type with more than " + TypeLimits.MAX_MEMBERS + " members, including those of nested types");
        }
        extents.put(type, new Extent(deepest + 1, members));
    }

    private Extent extent(CType type) {
        if (type instanceof ArrayType array) {
            Extent element = extent(array.element());
            return new Extent(element.depth() + 1, element.members());
        }
        Extent known = type instanceof NamedType named ? extents.get(named) : null;
        return known == null ? new Extent(0, 1) : known;
    }

    static SchemaFormatException tooDeep(LineTokens line) {
        return line.error("types are nested more than " + TypeLimits.MAX_DEPTH + " deep");
    }
}
