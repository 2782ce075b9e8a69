/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.layout;

import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Prints the fields of a struct with their offsets and sizes. */
final class StructText {
    private final Console console;

    StructText(Console console) {
        this.console = console;
    }

    void print(StructType struct) {
        console.line(console.bold(SafeText.visible(struct.spelling())) + "  "
                + NumberText.of(struct.size(), "byte", "bytes") + ", aligned to " + struct.alignment());
        console.line(console.dim("  offset  size  field"));
        for (Field field : struct.fieldsAndPads()) {
            boolean pad = isPad(field);
            String size = field.isBitField()
                    ? field.bits() + "b"
                    : Long.toString(field.type().size());
            String name = pad ? "(padding)" : SafeText.visible(field.type().declare(field.name()));
            String offset = field.offset() + (field.isBitField() ? ":" + field.bit() : "");
            String line = String.format(Locale.ROOT, "  %6s  %4s  %s", offset, size, name);
            console.line(pad ? console.yellow(line) : line);
        }
        long padding = padding(struct);
        StructType better = better(struct).orElse(null);
        String bytes = "  " + NumberText.of(padding, "byte", "bytes") + " of padding";
        if (better != null && better.size() < struct.size()) {
            String order = better.fields().stream()
                    .map(field -> SafeText.visible(
                            field.name().isEmpty() ? field.type().spelling() + " {...}" : field.name()))
                    .collect(Collectors.joining(", "));
            console.line(bytes + ". In this order it has " + console.green(better.size() + " bytes") + ": " + order);
        } else if (padding > 0) {
            console.line(bytes + (better == null ? "" : ", which no order avoids"));
        }
    }

    /** Writes a struct as a JSON object. */
    static void write(StructType struct, JsonWriter json) {
        json.beginObject().name("struct").value(struct.spelling());
        json.name("size").value(struct.size()).name("alignment").value(struct.alignment());
        json.name("padding").value(padding(struct)).name("fields").beginArray();
        for (Field field : struct.fields()) {
            json.beginObject().name("name").value(field.name());
            json.name("declaration").value(field.type().declare(field.name()));
            json.name("offset")
                    .value(field.offset())
                    .name("size")
                    .value(field.type().size());
            if (field.isBitField()) {
                json.name("bit").value(field.bit()).name("bits").value(field.bits());
            }
            json.endObject();
        }
        json.endArray();
        better(struct).filter(better -> better.size() < struct.size()).ifPresent(better -> {
            json.name("better").beginObject().name("size").value(better.size());
            json.name("order").beginArray();
            better.fields().forEach(field -> json.value(field.name()));
            json.endArray().endObject();
        });
        json.endObject();
    }

    private static long padding(StructType struct) {
        return struct.pads().stream()
                .mapToLong(pad -> pad.isBitField() ? 0 : pad.type().size())
                .sum();
    }

    static boolean isPad(Field field) {
        return StructType.isPadName(field.name());
    }

    /**
     * The struct with its fields in the order of their alignment, in which no order has less padding. Empty if this is not known, because
     * the struct has bit-fields or attributes.
     */
    static Optional<StructType> better(StructType struct) {
        boolean unknown = struct.fields().stream().anyMatch(Field::isBitField)
                || !struct.shape().equals(StructAttributes.NATURAL);
        if (unknown) {
            return Optional.empty();
        }
        List<StructType.Member> members = struct.fields().stream()
                .sorted(Comparator.comparingInt((Field field) -> field.type().alignment())
                        .reversed())
                .map(field -> new StructType.Member(field.name(), field.type()))
                .toList();
        return Optional.of(StructType.of(struct.name(), members));
    }
}
