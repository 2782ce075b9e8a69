/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;

/**
 * Asserts for the layout of a type that the header defines: its size, and the offset of every field, including padding. C can't express the
 * offset of a bit-field, but the offsets of the fields around it and the size of the type determine its place.
 */
final class LayoutAsserts {
    private final NamedType type;
    private final List<String> asserts = new ArrayList<>();

    private LayoutAsserts(NamedType type) {
        this.type = type;
    }

    static List<String> of(NamedType type) {
        LayoutAsserts result = new LayoutAsserts(type);
        result.add("sizeof(" + type.spelling() + ") == " + type.size(), "size of " + type.spelling(), type.size());
        if (type instanceof EnumType enumType && type.size() > Integer.BYTES) {
            // Clang before 15 writes no BTF for enums of 8 bytes, so the check of the object does not see them.
            enumType.constants()
                    .forEach(constant -> result.add(
                            constant.name() + " == " + StructMemberPrinter.number(constant.value()),
                            "value of " + constant.name(),
                            constant.value()));
        }
        if (type instanceof StructType) {
            result.offsets(StructMemberPrinter.of(type), "", 0);
        }
        return result.asserts;
    }

    private void offsets(List<StructMemberPrinter> members, String path, long base) {
        for (StructMemberPrinter member : members) {
            Field field = member.field();
            long offset = base + field.offset();
            if (!field.name().isEmpty() && !field.isBitField()) {
                offset(path + field.name(), offset);
            }
            offsets(member.parts(), inside(path, field), offset);
        }
    }

    /** The path to the members of a field, as {@code offsetof} takes it. An unnamed member adds nothing to the path. */
    static String inside(String path, Field field) {
        return field.name().isEmpty() ? path : path + field.name() + firstElement(field.type()) + ".";
    }

    private static String firstElement(CType type) {
        return type instanceof ArrayType array ? "[0]" + firstElement(array.element()) : "";
    }

    private void offset(String path, long offset) {
        add(
                "__builtin_offsetof(" + type.spelling() + ", " + path + ") == " + offset,
                "offset of " + path + " in " + type.spelling(),
                offset);
    }

    private void add(String condition, String what, long expected) {
        String message = what + " is not " + expected + ", as Java expects";
        asserts.add(LineBreaker.list("_Static_assert(", List.of(condition, '"' + message + '"'), ");"));
    }
}
