/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import com.google.auto.common.MoreTypes;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.reader.source.EnclosingTypes;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.type.CTypeReader;
import dev.nestmap.processor.reader.type.LayoutReader;
import dev.nestmap.schema.Amount;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.Padding;
import dev.nestmap.schema.type.StructType;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;

/**
 * Adds a note about padding in keys. The kernel hashes and compares padding like any other byte, so C code must set it to zero.
 * Structs whose annotations set the layout get no note, and neither do those of somebody else's object, whose C code stays as it is.
 */
final class KeyPadding {
    private final TypeElement topLevel;
    private final CTypeReader types;
    private final Problems problems;
    private final Set<TypeElement> seen = new HashSet<>();

    KeyPadding(TypeElement topLevel, CTypeReader types, Problems problems) {
        this.topLevel = topLevel;
        this.types = types;
        this.problems = problems;
    }

    /** Checks a component of a key. */
    void check(RecordComponentElement key) {
        if (key.asType().getKind() != TypeKind.DECLARED) {
            return;
        }
        TypeElement type = MoreTypes.asTypeElement(key.asType());
        if (type.getKind() == ElementKind.RECORD
                && EnclosingTypes.topLevel(type).equals(topLevel)) {
            types.readStructOf(type).map(StructModel::type).ifPresent(struct -> check(type, struct));
        }
    }

    /** Checks a struct in a key. */
    void check(TypeElement record, StructType struct) {
        if (!seen.add(record) || EnclosingTypes.isForeign(topLevel)) {
            return;
        }
        record.getRecordComponents().forEach(this::check);
        long padding = struct.pads().stream().mapToLong(Padding::size).sum();
        if (padding > 0 && !LayoutReader.isLaidOut(record)) {
            problems.note(SourceLocation.of(record), message(record, struct, padding));
        }
    }

    private static String message(TypeElement record, StructType struct, long padding) {
        List<Integer> order = IntStream.range(0, struct.fields().size())
                .boxed()
                .sorted(Comparator.comparingInt(
                        index -> -struct.fields().get(index).type().alignment()))
                .toList();
        List<Field> fields = order.stream().map(struct.fields()::get).toList();
        StructType reordered = StructType.of(
                "",
                fields.stream()
                        .map(field -> new StructType.Member(field.name(), field.type()))
                        .toList());
        long least = reordered.size()
                - fields.stream().mapToLong(field -> field.type().size()).sum();
        String has = struct.spelling() + " is a key with " + Amount.of(padding, "byte")
                + " of padding, which the kernel compares too: set the padding to zero in C, for example with {}; ";
        if (least == padding) {
            return has + "no order of the components avoids it";
        }
        String names = String.join(
                ", ",
                order.stream()
                        .map(index -> record.getRecordComponents().get(index).getSimpleName())
                        .toList());
        String less = least == 0 ? "avoids it" : "leaves only " + Amount.of(least, "byte");
        return has + "the component order " + names + " " + less;
    }
}
