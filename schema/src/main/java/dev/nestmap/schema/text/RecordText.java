/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import dev.nestmap.schema.CName;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedField;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes the Java records that describe a map of an object, for messages. A part that has no direct form in Java is bytes, so the records
 * always fit. Sizes and flags are left out, because the object determines them.
 */
public final class RecordText {
    private static final Pattern WORD = Pattern.compile("[^A-Za-z0-9]+");

    /** Words that C allows as names, and Java does not allow as names of record components. */
    private static final Set<String> NO_COMPONENTS = Set.of(
            "abstract",
            "assert",
            "boolean",
            "byte",
            "catch",
            "class",
            "clone",
            "extends",
            "false",
            "final",
            "finalize",
            "finally",
            "getClass",
            "hashCode",
            "implements",
            "import",
            "instanceof",
            "interface",
            "native",
            "new",
            "notify",
            "notifyAll",
            "null",
            "package",
            "private",
            "protected",
            "public",
            "strictfp",
            "super",
            "synchronized",
            "this",
            "throw",
            "throws",
            "toString",
            "transient",
            "true",
            "try",
            "wait");

    private final Schema schema;
    private final List<String> lines = new ArrayList<>();

    /**
     * The components of a record.
     *
     * @param padAtEnd free bytes after the last one, apart from those for alignment
     */
    private record Components(List<String> list, long padAtEnd) {
        static Components of(String component) {
            return new Components(List.of(component), 0);
        }

        String record(String name) {
            return pad(padAtEnd) + "record " + name + "(" + String.join(", ", list) + ") {}";
        }
    }

    private RecordText(Schema schema) {
        this.schema = schema;
    }

    /**
     * The records of a plain or outer map, one in each line: those of its key and its inner maps first.
     *
     * @param schema the schema of an object
     * @param map a map of it
     * @return the records; empty if the object does not say what they would contain: ring buffers have no type, fields that the kernel
     *     manages are not components, and a forward declaration has no members
     */
    public static List<String> of(Schema schema, MapDef map) {
        RecordText text = new RecordText(schema);
        boolean isPlain = map.role() == MapRole.PLAIN && map.kind() != MapKind.PROG_ARRAY;
        boolean isOuter = map.role() == MapRole.OUTER && map.definition() != null;
        if (!isOuter && !isPlain) {
            return List.of();
        }
        MapDef content = schema.contentOf(map);
        CType value = content.value();
        if (value == null || !ManagedField.of(value).isEmpty() || hasNoSize(value) || hasNoSize(content.key())) {
            return List.of();
        }
        if (isOuter) {
            text.outer(map);
        } else {
            text.entries(annotations(map, "@BpfMap", type("MapType", map)), camel(map.name(), true), map);
        }
        return text.lines;
    }

    /** The annotation of a map, after its name in C if Java has another one. */
    private static String annotations(MapDef map, String annotation, String attributes) {
        boolean isImplied = CName.snakeCase(camel(map.name(), true)).equals(map.name());
        return (isImplied ? "" : "@Name(\"" + map.name() + "\") ") + annotation + inBrackets(attributes);
    }

    private static String inBrackets(String attributes) {
        return attributes.isEmpty() ? "" : "(" + attributes + ")";
    }

    /** Whether BTF has only a forward declaration of the type. */
    private static boolean hasNoSize(@Nullable CType type) {
        return type instanceof OpaqueType && type.size() == 0;
    }

    private void outer(MapDef map) {
        String record = camel(map.name(), true);
        MapDef inner = schema.innerOf(map);
        entries("@InnerMap" + inBrackets(type("InnerType", inner)), record + "Entry", inner);
        String type = map.kind() == MapKind.ARRAY_OF_MAPS ? "type = OuterType.ARRAY_OF_MAPS, " : "";
        lines.add(annotations(map, "@OuterMap", type + "inner = " + record + "Entry.class") + " "
                + components(map.key(), "key", new HashSet<>()).record(record));
    }

    private void entries(String annotation, String record, MapDef map) {
        Set<String> names = new HashSet<>();
        List<String> components = new ArrayList<>();
        if (map.key() != null && !map.kind().isStorage()) {
            boolean isIndex = map.kind().keyRule().isNumber();
            components.add("@Key " + key(isIndex ? Scalar.U32 : map.key(), record, names));
        }
        boolean hasValues = map.kind().descriptorSize() == 0;
        Components value = components(hasValues ? map.value() : null, "value", names);
        components.addAll(value.list());
        lines.add(annotation + " " + new Components(components, value.padAtEnd()).record(record));
    }

    /** The key as one component. A struct is a record of its own. */
    private String key(CType key, String record, Set<String> names) {
        Components components = components(key, "key", new HashSet<>());
        names.add("key");
        if (components.list().size() > 1) {
            lines.add(components.record(record + "Key"));
            return record + "Key key";
        }
        return form(unwrapped(key)) + " key";
    }

    /** The type inside of structs with one field. */
    private static CType unwrapped(CType type) {
        return type instanceof StructType struct && struct.hasOneField()
                ? unwrapped(struct.fields().get(0).type())
                : type;
    }

    /** The fields of a struct, or the type as one component. */
    private static Components components(@Nullable CType wrapped, String name, Set<String> names) {
        if (wrapped == null) {
            return new Components(List.of(), 0);
        }
        CType type = unwrapped(wrapped);
        if (type instanceof StructType struct && struct.fields().size() > 1) {
            return fields(struct, names).orElseGet(() -> Components.of(bytes(type.size()) + " " + name));
        }
        return Components.of(form(type) + " " + name);
    }

    /** The fields with the padding that Java would not add by itself; empty if a struct needs bytes as a whole. */
    private static Optional<Components> fields(StructType struct, Set<String> names) {
        List<String> components = new ArrayList<>();
        long end = 0;
        int alignment = 1;
        for (Field field : struct.fields()) {
            if (field.isBitField() || field.offset() < end) {
                return Optional.empty();
            }
            CType type = unwrapped(field.type());
            boolean aligned = field.offset() % alignment(type) == 0;
            int own = aligned ? alignment(type) : 1;
            String form = aligned ? form(type) : bytes(type.size());
            components.add(pad(field.offset() - StructType.roundUp(end, own)) + form + " "
                    + component(field.name(), components.size(), names));
            end = field.end();
            alignment = Math.max(alignment, own);
        }
        long missing = struct.size() - StructType.roundUp(end, alignment);
        boolean fits = missing >= 0 && struct.size() % alignment == 0;
        return fits
                ? Optional.of(new Components(components, missing == 0 ? 0 : struct.size() - end))
                : Optional.empty();
    }

    private static String pad(long bytes) {
        return bytes > 0 ? "@Pad(" + bytes + ") " : "";
    }

    /** Annotation and type of a component. */
    private static String form(CType type) {
        if (type instanceof Scalar scalar && scalar.size() <= Long.BYTES) {
            return scalar(scalar);
        }
        if (type instanceof EnumType constants) {
            return Scalar.number(constants.size(), constants.signed())
                    .map(RecordText::scalar)
                    .orElseThrow();
        }
        if (type instanceof PointerType) {
            return "@U64 long";
        }
        boolean isText = type instanceof ArrayType array && array.element() == Scalar.CHAR;
        return isText ? "@Size(" + type.size() + ") String" : bytes(type.size());
    }

    private static String scalar(Scalar scalar) {
        return switch (scalar) {
            case BOOL -> "boolean";
            case U8 -> "@U8 int";
            case U16 -> "@U16 int";
            case U32 -> "@U32 long";
            case U64 -> "@U64 long";
            case S8, CHAR -> "byte";
            case S16 -> "short";
            case S32 -> "int";
            case S64 -> "long";
            case BE16 -> "@Be16 int";
            case BE32 -> "@Be32 long";
            case BE64 -> "@Be64 long";
            case U128, S128 -> bytes(scalar.size());
        };
    }

    /** The alignment that the component has in C. */
    private static int alignment(CType type) {
        boolean isNumber = type instanceof Scalar || type instanceof EnumType || type instanceof PointerType;
        return isNumber && type.size() <= Long.BYTES ? type.alignment() : 1;
    }

    private static String bytes(long size) {
        return "@Size(" + size + ") ByteString";
    }

    private static String type(String enumName, MapDef map) {
        return map.kind() == MapKind.HASH
                ? ""
                : "type = " + enumName + "." + map.kind().name();
    }

    private static String component(String field, int index, Set<String> names) {
        String name = camel(field, false);
        boolean valid = !name.isEmpty() && !Character.isDigit(name.charAt(0)) && !NO_COMPONENTS.contains(name);
        String component = valid ? name : "field" + index;
        return names.add(component) ? component : component + index;
    }

    /** A C name as a Java name. */
    private static String camel(String name, boolean upper) {
        String joined = WORD.splitAsStream(name.replace('_', ' '))
                .filter(word -> !word.isEmpty())
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining());
        return upper || joined.isEmpty()
                ? joined
                : joined.substring(0, 1).toLowerCase(Locale.ROOT) + joined.substring(1);
    }
}
