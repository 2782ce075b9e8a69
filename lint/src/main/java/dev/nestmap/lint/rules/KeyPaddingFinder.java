/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.rules;

import dev.nestmap.schema.CountText;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the padding in a key, including nested structs. */
public final class KeyPaddingFinder {
    /** The offsets of the members that generated headers declare for padding. */
    private final Map<List<Object>, Set<Long>> named = new HashMap<>();

    /** Identifies a struct: several structs can have the same tag, or none. The first hash of a record would take Java 20 ms. */
    private static List<Object> members(String tag, long size, Stream<String> names) {
        return List.of(
                tag, size, names.filter(name -> !StructType.isPadName(name)).toList());
    }

    /**
     * Tells of a struct of an object. The schema can't distinguish padding from fields with the names that generated headers give to padding.
     *
     * @param pads the offsets of the members with such names
     */
    public void addStruct(String tag, long size, List<String> members, Set<Long> pads) {
        // Another definition of the same struct may not name the padding.
        named.merge(
                members(tag, size, members.stream()),
                pads,
                (one, other) -> one.stream().filter(other::contains).collect(Collectors.toSet()));
    }

    /** The padding, with offsets in the key. */
    public List<Field> of(@Nullable CType key) {
        List<Field> found = new ArrayList<>();
        add(key, 0, found);
        return found;
    }

    /** Padding that is not at the end of the key, whose length no prefix of a trie has. */
    public List<Field> betweenFields(@Nullable CType key) {
        long last = key == null ? 0 : key.lastOffset();
        return of(key).stream().filter(pad -> pad.offset() < last).toList();
    }

    private void add(@Nullable CType type, long start, List<Field> found) {
        if (type instanceof ArrayType array && array.count() > 0) {
            add(array.element(), start, found); // the other elements have the same padding
        } else if (type instanceof StructType struct) {
            List<Object> members = members(
                    struct.name(), struct.size(), struct.fields().stream().map(Field::name));
            Set<Long> fields = named.getOrDefault(members, Set.of());
            for (Field pad : struct.pads()) {
                if (!fields.contains(pad.offset())) {
                    found.add(new Field(pad.name(), pad.type(), start + pad.offset(), pad.bit(), pad.bits()));
                }
            }
            for (Field field : struct.fields()) {
                add(field.type(), start + field.offset(), found);
            }
        }
    }

    /** A description: {@code 3 unnamed bytes at offset 5}. */
    public static String text(Field pad) {
        String size = pad.isBitField()
                ? CountText.of(pad.bits(), "unnamed bit")
                : CountText.of(pad.type().size(), "unnamed byte");
        return size + " at offset " + pad.offset();
    }
}
