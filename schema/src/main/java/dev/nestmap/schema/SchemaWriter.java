/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import static dev.nestmap.schema.SchemaText.HEADER_SUFFIX;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints a schema as text. Whatever is printed here is read by the method of the same name in {@link SchemaReader}. */
final class SchemaWriter {
    private final StringBuilder out = new StringBuilder();
    private final Map<String, NamedType> declared = new HashMap<>();

    String write(Schema schema) {
        line(SchemaText.FORMAT_WORD + " " + SchemaText.FORMAT);
        if (!schema.origin().isEmpty()) {
            line("from " + name(schema.origin()));
        }
        line("header " + name(schema.header() + HEADER_SUFFIX));
        schema.includes().forEach(this::include);
        schema.types().forEach(this::type);
        schema.maps().forEach(this::map);
        return out.toString();
    }

    private void include(Schema.Include include) {
        StringBuilder line = new StringBuilder("include " + name(include.header() + HEADER_SUFFIX) + ":");
        include.tags().forEach(tag -> line.append(' ').append(name(tag)));
        line(line.toString());
    }

    private void type(NamedType type) {
        line("");
        if (type instanceof EnumType enumType) {
            enumType(enumType);
        } else if (type instanceof StructType struct) {
            structType(struct);
        } else if (type instanceof UnionType union) {
            unionType(union);
        }
        if (declared.putIfAbsent(type.name(), type) != null) {
            throw new IllegalArgumentException("two types have the tag " + type.name());
        }
    }

    private void enumType(EnumType type) {
        line("enum " + name(type.name()) + ": size " + type.size() + sign(type.signed()));
        for (EnumType.Constant constant : type.constants()) {
            String value = type.signed() ? Long.toString(constant.value()) : Long.toUnsignedString(constant.value());
            line("  constant " + name(constant.name()) + ": " + value);
        }
    }

    private void structType(StructType type) {
        line("struct " + name(type.name()) + layout(type));
        List<Pad> pads = type.pads();
        int next = 0;
        for (Field field : type.fields()) {
            while (next < pads.size() && pads.get(next).offset() < field.offset()) {
                pad(pads.get(next++));
            }
            field(field);
        }
        pads.subList(next, pads.size()).forEach(this::pad);
    }

    private void unionType(UnionType type) {
        line("union " + name(type.name()) + layout(type));
        type.fields().forEach(this::field);
    }

    private static String layout(NamedType type) {
        return ": size " + type.size() + ", alignment " + type.alignment();
    }

    private void field(Field field) {
        line("  field " + name(field.name()) + ": " + typeText(field.type()) + ", offset " + field.offset() + ", size "
                + field.type().size() + interpretation(field.type()));
    }

    /** How the bytes of a number, or of each number of an array, are to be read. */
    private static String interpretation(CType type) {
        if (type instanceof Scalar scalar) {
            return sign(scalar.signed()) + (scalar.bigEndian() ? ", big-endian" : "");
        }
        if (type instanceof EnumType enumType) {
            return sign(enumType.signed());
        }
        return type instanceof ArrayType array ? interpretation(array.element()) : "";
    }

    private static String sign(boolean signed) {
        return signed ? ", signed" : ", unsigned";
    }

    private void pad(Pad pad) {
        line("  pad " + name(pad.name()) + ": offset " + pad.offset() + ", size " + pad.size());
    }

    private void map(MapDef map) {
        line("");
        line("map " + name(map.name()) + ": " + map.role().name().toLowerCase(Locale.ROOT) + ", "
                + map.kind().cName());
        fact("max_entries", Long.toString(map.maxEntries()));
        fact("map_flags", "0x" + Long.toHexString(map.flags()));
        fact("key", map.key() == null ? null : typeText(map.key()));
        fact("value", map.value() == null ? null : typeText(map.value()));
        fact("inner", map.inner() == null ? null : name(map.inner()));
    }

    private void fact(String label, @Nullable String value) {
        if (value != null) {
            line("  " + label + ": " + value);
        }
    }

    private String typeText(CType type) {
        if (type instanceof ArrayType array) {
            return arrayText(array);
        }
        if (type instanceof OpaqueType opaque) {
            return "opaque(size " + opaque.size() + ", alignment " + opaque.alignment() + ", " + quoted(opaque.what())
                    + ")";
        }
        if (type instanceof NamedType named) {
            return reference(named);
        }
        return type.spelling();
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

    private String reference(NamedType type) {
        if (!type.equals(declared.get(type.name()))) {
            throw new IllegalArgumentException(
                    type.spelling() + " is used, but the schema does not declare it like this before that");
        }
        String keyword = type.spelling().substring(0, type.spelling().indexOf(' '));
        return keyword + " " + name(type.name());
    }

    /** A name as it is, or in quotes where it is none that C or Java could have. */
    private static String name(String name) {
        boolean plain = !name.isEmpty() && name.chars().allMatch(Tokens::isWordPart);
        return plain ? name : quoted(name);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private void line(String line) {
        out.append(line).append('\n');
    }
}
