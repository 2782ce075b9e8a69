/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.layout;

import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
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
        long padding = struct.pads().stream()
                .mapToLong(pad -> pad.isBitField() ? 0 : pad.type().size())
                .sum();
        StructType better = better(struct);
        if (better.size() < struct.size()) {
            String order = better.fields().stream()
                    .map(field -> SafeText.visible(field.name()))
                    .collect(Collectors.joining(", "));
            console.line("  " + NumberText.of(padding, "byte", "bytes") + " of padding. In this order it has "
                    + console.green(better.size() + " bytes") + ": " + order);
        } else if (padding > 0) {
            console.line("  " + NumberText.of(padding, "byte", "bytes") + " of padding, which no order avoids");
        }
    }

    static boolean isPad(Field field) {
        return StructType.isPadName(field.name());
    }

    /** The struct with its fields in the order of their alignment; the struct itself if that order makes no sense for it. */
    static StructType better(StructType struct) {
        boolean fixed = struct.fields().stream()
                        .anyMatch(field -> field.isBitField() || field.name().isEmpty())
                || !struct.shape().equals(StructAttributes.NATURAL);
        if (fixed) {
            return struct;
        }
        List<StructType.Member> members = struct.fields().stream()
                .sorted(Comparator.comparingInt((Field field) -> field.type().alignment())
                        .reversed())
                .map(field -> new StructType.Member(field.name(), field.type()))
                .toList();
        return StructType.of(struct.name(), members);
    }
}
