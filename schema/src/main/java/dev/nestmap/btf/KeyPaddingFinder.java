/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.CountText;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the padding in a key, including nested structs. */
final class KeyPaddingFinder {
    /** The offsets of the members that generated headers declare for padding, by the tags of their structs. */
    private final Map<String, Set<Long>> named = new HashMap<>();

    /** @param btf the object's types; the schema can't distinguish padding from fields with the names that generated headers give to padding */
    KeyPaddingFinder(Optional<Btf> btf) {
        btf.ifPresent(types -> types.types(BtfKind.STRUCT).forEach(this::addNamed));
    }

    private void addNamed(BtfType struct) {
        struct.members().stream()
                .filter(member -> StructType.isPadName(member.name()))
                .forEach(member -> named.computeIfAbsent(struct.name(), tag -> new HashSet<>())
                        .add(member.bitOffset() / Byte.SIZE));
    }

    /** The padding, with offsets in the key. */
    List<Field> of(@Nullable CType key) {
        List<Field> found = new ArrayList<>();
        add(key, 0, found);
        return found;
    }

    /** Padding that is not at the end of the key. */
    List<Field> betweenFields(@Nullable CType key) {
        long last = lastField(key);
        return of(key).stream().filter(pad -> pad.offset() < last).toList();
    }

    private static long lastField(@Nullable CType type) {
        if (type instanceof ArrayType array && array.count() > 0) {
            return (array.count() - 1) * array.element().size() + lastField(array.element());
        }
        return type instanceof StructType struct
                ? struct.fields().stream()
                        .mapToLong(field -> field.offset() + lastField(field.type()))
                        .max()
                        .orElse(0)
                : 0;
    }

    private void add(@Nullable CType type, long start, List<Field> found) {
        if (type instanceof ArrayType array && array.count() > 0) {
            add(array.element(), start, found); // the other elements have the same padding
        } else if (type instanceof StructType struct) {
            Set<Long> fields = named.getOrDefault(struct.name(), Set.of());
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
    static String text(Field pad) {
        String size = pad.isBitField()
                ? CountText.of(pad.bits(), "unnamed bit")
                : CountText.of(pad.type().size(), "unnamed byte");
        return size + " at offset " + pad.offset();
    }
}
