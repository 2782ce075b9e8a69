/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.CountText;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the padding in a key, including nested structs.
 *
 * @param btf the object's types; the schema can't distinguish padding from fields with the names that generated headers give to padding
 */
record KeyPaddingFinder(Optional<Btf> btf) {
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
            Set<Long> named = btf.map(types -> named(types, struct.name())).orElse(Set.of());
            for (Field pad : struct.pads()) {
                if (!named.contains(pad.offset())) {
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

    /** The offsets of the members that generated headers declare for padding, in the structs with this tag. */
    private static Set<Long> named(Btf btf, String tag) {
        return btf.types(BtfKind.STRUCT)
                .filter(type -> type.name().equals(tag))
                .flatMap(type -> type.members().stream())
                .filter(member -> StructType.isPadName(member.name()))
                .map(member -> member.bitOffset() / Byte.SIZE)
                .collect(Collectors.toSet());
    }
}
