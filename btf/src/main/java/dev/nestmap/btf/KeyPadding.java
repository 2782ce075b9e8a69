/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.Amount;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.Padding;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the padding in a key, also in structs inside of it.
 *
 * @param btf the object's types: the schema does not tell padding from fields that generated headers name so
 */
record KeyPadding(Optional<Btf> btf) {
    /** Descriptions of the padding: {@code 3 unnamed bytes at offset 5}. */
    List<String> of(@Nullable CType key) {
        List<String> found = new ArrayList<>();
        add(key, 0, found);
        return found;
    }

    private void add(@Nullable CType type, long start, List<String> found) {
        if (type instanceof ArrayType array && array.count() > 0) {
            add(array.element(), start, found); // the other elements have the same padding
        } else if (type instanceof StructType struct) {
            Set<Long> named = btf.map(types -> named(types, struct.name())).orElse(Set.of());
            for (Padding pad : struct.pads()) {
                if (!named.contains(pad.offset())) {
                    found.add(text(pad) + " at offset " + (start + pad.offset()));
                }
            }
            for (Field field : struct.fields()) {
                add(field.type(), start + field.offset(), found);
            }
        }
    }

    private static String text(Padding pad) {
        return pad.bits() > 0 ? Amount.of(pad.bits(), "unnamed bit") : Amount.of(pad.size(), "unnamed byte");
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
