/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import java.util.stream.Collectors;

/** Names, places and widths of fields, for messages. */
final class FieldText {
    private FieldText() {}

    /** The name of a field; for an unnamed struct or union its members: {@code union { src, srcv6 }}. */
    static String label(Field field) {
        return field.name().isEmpty()
                ? field.type().spelling() + field.names().collect(Collectors.joining(", ", " { ", " }"))
                : field.name();
    }

    static String labels(StructType type) {
        return type.fields().stream().map(FieldText::label).collect(Collectors.joining(", "));
    }

    static String place(Field field) {
        String width = field.isBitField() ? " : " + field.bits() : "";
        return field.type().spelling() + width + " at offset " + offset(field);
    }

    static String offset(Field field) {
        return field.offset() + (field.isBitField() ? " bit " + field.bit() : "");
    }

    static String bits(Field field) {
        return field.isBitField() ? "" + field.bits() : "all";
    }
}
