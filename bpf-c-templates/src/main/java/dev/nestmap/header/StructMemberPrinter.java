/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Prints a member of a struct or union into a header.
 *
 * @param field the field; padding has its name in the header
 * @param isPad whether the member is padding
 * @param parts the members of a struct or union without a tag, otherwise empty
 */
record StructMemberPrinter(Field field, boolean isPad, List<StructMemberPrinter> parts) {
    /** The members of a struct or union, including padding. */
    static List<StructMemberPrinter> of(NamedType type) {
        return of(type, new AtomicInteger());
    }

    /** The declarations of the members, without semicolons. A struct or union without a tag takes several lines. */
    static List<String> declarations(NamedType type) {
        return type instanceof EnumType enumType ? constants(enumType) : declarations(of(type), 1);
    }

    /** The types of all members, including the members of structs and unions without a tag. */
    static Stream<CType> types(NamedType type) {
        return of(type).stream().flatMap(StructMemberPrinter::types);
    }

    /** The beginning of a definition: {@code struct flow}, {@code enum state : unsigned char}. */
    static String head(NamedType type) {
        boolean hasWidth = type instanceof EnumType enumType
                && enumType.size() != EnumType.of("", enumType.constants()).size();
        return hasWidth ? type.spelling() + " : " + number((EnumType) type) : type.spelling();
    }

    /** The number that an enum is stored as. Clang 16 and 19 lose the sign in BTF if it is a typedef such as {@code __s16}. */
    private static String number(EnumType type) {
        String name = switch ((int) type.size()) {
            case Byte.BYTES -> "char";
            case Short.BYTES -> "short";
            case Integer.BYTES -> "int";
            default -> "long long";
        };
        return (type.signed() ? "signed " : "unsigned ") + name;
    }

    /** The attributes of a type with a leading blank, or an empty text. */
    static String attributes(NamedType type) {
        StructAttributes shape = StructAttributes.NATURAL;
        if (type instanceof StructType struct) {
            shape = struct.shape();
        } else if (type instanceof UnionType union) {
            shape = union.shape();
        }
        List<String> attributes = new ArrayList<>();
        if (shape.packed()) {
            attributes.add("packed");
        }
        if (shape.alignment() > 1) {
            attributes.add("aligned(" + shape.alignment() + ")");
        }
        return attributes.isEmpty() ? "" : " __attribute__((" + String.join(", ", attributes) + "))";
    }

    private Stream<CType> types() {
        return Stream.concat(Stream.of(field.type().innermost()), parts.stream().flatMap(StructMemberPrinter::types));
    }

    /** Members of a member without a name are in the scope of the enclosing type, so both number their padding together. */
    private static List<StructMemberPrinter> of(NamedType type, AtomicInteger pads) {
        List<StructMemberPrinter> members = new ArrayList<>();
        for (Field field : fields(type)) {
            boolean pad = type instanceof StructType struct && !struct.fields().contains(field);
            Field named = pad ? field.withName("_pad" + pads.getAndIncrement()) : field;
            AtomicInteger scope = field.name().isEmpty() ? pads : new AtomicInteger();
            List<StructMemberPrinter> parts = field.type().innermost() instanceof NamedType element
                            && element.name().isEmpty()
                    ? of(element, scope)
                    : List.of();
            members.add(new StructMemberPrinter(named, pad, parts));
        }
        return List.copyOf(members);
    }

    private static List<Field> fields(NamedType type) {
        return type instanceof StructType struct ? struct.fieldsAndPads() : type.fields();
    }

    /** A number in C. The smallest {@code long} needs an expression, because C parses the digits before it applies the minus sign. */
    static String number(long value) {
        return value == Long.MIN_VALUE ? "(" + (value + 1) + "LL - 1)" : Long.toString(value);
    }

    private static List<String> constants(EnumType type) {
        return type.constants().stream()
                .map(constant -> constant.name() + " = " + number(constant.value()))
                .toList();
    }

    private static List<String> declarations(List<StructMemberPrinter> members, int depth) {
        return members.stream().map(member -> member.declaration(depth)).toList();
    }

    private String declaration(int depth) {
        String bits = field.isBitField() ? " : " + field.bits() : "";
        return declaration(field.type(), field.name(), depth) + bits;
    }

    private String declaration(CType type, String name, int depth) {
        if (type instanceof ArrayType array) {
            return declaration(array.element(), name + "[" + array.count() + "]", depth);
        }
        if (!(type instanceof NamedType named) || !named.name().isEmpty()) {
            return type.declare(name);
        }
        String end = attributes(named) + (name.isEmpty() ? "" : " " + name);
        if (named instanceof EnumType enumType) {
            return "enum { " + String.join(", ", constants(enumType)) + " }" + end;
        }
        String indent = "\t".repeat(depth);
        StringBuilder text = new StringBuilder(named.spelling()).append(" {\n");
        declarations(parts, depth + 1)
                .forEach(part -> text.append(indent).append('\t').append(part).append(";\n"));
        return text.append(indent).append('}').append(end).toString();
    }
}
