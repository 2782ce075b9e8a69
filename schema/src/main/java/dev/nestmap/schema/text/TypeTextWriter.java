/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import static dev.nestmap.schema.text.SchemaTextNames.name;
import static dev.nestmap.schema.text.SchemaTextNames.quoted;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Prints types, as {@link TypeTextReader} reads them. */
final class TypeTextWriter {
    private static final String INDENT = "  ";

    private final StringBuilder out;
    private final Map<String, List<NamedType>> declared = new HashMap<>();

    TypeTextWriter(StringBuilder out) {
        this.out = out;
    }

    /** Prints the declaration of a type. */
    void declaration(NamedType type) {
        if (type.name().isEmpty()) {
            throw new IllegalArgumentException("a " + type.spelling() + " without a tag cannot be declared by itself");
        }
        List<NamedType> sameTag = declared.computeIfAbsent(type.name(), tag -> new ArrayList<>());
        if (sameTag.contains(type)) {
            throw new IllegalArgumentException("two equal types have the tag " + type.name());
        }
        line("");
        line(heading(type, sameTag.size()) + ":" + attributes(type).substring(1));
        parts(type, INDENT);
        sameTag.add(type);
    }

    /** Prints an attribute that is a type, such as the key of a map. */
    void part(String label, CType type) {
        NamedType untagged = untagged(type).orElse(null);
        String attributes =
                untagged == null ? "" : type instanceof ArrayType ? eachAttributes(untagged) : attributes(untagged);
        line(INDENT + label + ": " + typeText(type) + attributes);
        if (untagged != null) {
            parts(untagged, INDENT + INDENT);
        }
    }

    /** The constants or fields of a type. */
    private void parts(NamedType type, String indent) {
        if (type instanceof EnumType enumType) {
            constants(enumType, indent);
        } else if (type instanceof StructType struct) {
            Set<Field> pads = Set.copyOf(struct.pads());
            struct.fieldsAndPads().forEach(field -> {
                if (pads.contains(field)) {
                    pad(field, indent);
                } else {
                    field(field, indent);
                }
            });
        } else if (type instanceof UnionType union) {
            union.fields().forEach(field -> field(field, indent));
        }
    }

    private void constants(EnumType type, String indent) {
        for (EnumType.Constant constant : type.constants()) {
            String value = type.signed() ? Long.toString(constant.value()) : Long.toUnsignedString(constant.value());
            line(indent + "constant " + name(constant.name()) + ": " + value);
        }
    }

    private void field(Field field, String indent) {
        String place = ", offset " + field.offset();
        String extent = field.isBitField()
                ? bits(field.bit(), field.bits())
                        + untagged(field.type()).map(TypeTextWriter::attributes).orElse(interpretation(field.type()))
                : ", size " + field.type().size() + details(field.type());
        line(indent + "field " + name(field.name()) + ": " + typeText(field.type()) + place + extent);
        untagged(field.type()).ifPresent(type -> parts(type, indent + INDENT));
    }

    private static String bits(int bit, int bits) {
        return ", bit " + bit + ", bits " + bits;
    }

    /** The attributes about the type of a field that follow its size. */
    private static String details(CType type) {
        NamedType untagged = untagged(type).orElse(null);
        if (untagged == null) {
            return interpretation(type);
        }
        return type instanceof ArrayType
                ? eachAttributes(untagged)
                : attributes(untagged).substring((", size " + untagged.size()).length());
    }

    private static String eachAttributes(NamedType element) {
        return ", each" + attributes(element).substring(1);
    }

    private static String attributes(NamedType type) {
        String size = ", size " + type.size();
        return type instanceof EnumType enumType
                ? size + sign(enumType.signed())
                : size + ", alignment " + type.alignment();
    }

    /** The type itself, or the element type of an array, if it has no tag. */
    private static Optional<NamedType> untagged(CType type) {
        return type.innermost() instanceof NamedType named && named.name().isEmpty()
                ? Optional.of(named)
                : Optional.empty();
    }

    /** Sign and byte order of a number, or of the numbers of an array. */
    private static String interpretation(CType type) {
        return type.innermost()
                .carrier()
                .filter(number -> number != Scalar.CHAR)
                .map(number -> sign(number.signed()) + (number.bigEndian() ? ", big-endian" : ""))
                .orElse("");
    }

    private static String sign(boolean signed) {
        return signed ? ", signed" : ", unsigned";
    }

    private void pad(Field pad, String indent) {
        String extent = pad.isBitField()
                ? bits(pad.bit(), pad.bits())
                : ", size " + pad.type().size();
        line(indent + "pad " + name(pad.name()) + ": offset " + pad.offset() + extent);
    }

    private String typeText(CType type) {
        if (type instanceof ArrayType array) {
            return arrayText(array);
        }
        if (type instanceof OpaqueType opaque) {
            return "opaque(size " + opaque.size() + ", alignment " + opaque.alignment() + ", " + quoted(opaque.what())
                    + ")";
        }
        if (type instanceof PointerType pointer) {
            return (pointer.isManaged() ? pointer.kind().tag() : "pointer") + "(" + quoted(pointer.target()) + ")";
        }
        if (type instanceof ManagedFieldType kernel) {
            return "kernel " + kernel.tag();
        }
        if (type instanceof NamedType named) {
            return named.name().isEmpty() ? heading(named, 0) : reference(named);
        }
        return type.spelling();
    }

    /**
     * {@code struct flow}, or {@code struct} without a tag.
     *
     * @param before the number of other types with this tag that are declared before: {@code struct flow #2} after one of them
     */
    private static String heading(NamedType type, int before) {
        return type.name().isEmpty()
                ? type.keyword()
                : type.keyword() + " " + name(type.name()) + (before == 0 ? "" : " #" + (before + 1));
    }

    /** As in C, the outermost dimension comes first. */
    private String arrayText(ArrayType array) {
        StringBuilder dimensions = new StringBuilder();
        CType element = array;
        while (element instanceof ArrayType inner) {
            dimensions.append('[').append(inner.count()).append(']');
            element = inner.element();
        }
        return typeText(element) + dimensions;
    }

    /** A type that was declared before: {@code enum state}. */
    String reference(NamedType type) {
        int index = declared.getOrDefault(type.name(), List.of()).indexOf(type);
        if (index < 0) {
            throw new IllegalArgumentException(
                    type.spelling() + " is used, but the schema does not declare an equal type before it");
        }
        return heading(type, index);
    }

    private void line(String line) {
        out.append(line).append('\n');
    }
}
