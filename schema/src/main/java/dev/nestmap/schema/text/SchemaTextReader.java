/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import dev.nestmap.annotations.SlotFill;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.GraphRoot;
import dev.nestmap.schema.type.KernelType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a schema from its text.
 *
 * <p>It takes from each line what the schema is made of and passes over facts that follow from those (the size of a field,
 * its signedness, pads). In the end the schema is printed and the lines are compared, so that everything that was passed
 * over is checked in one place.
 */
final class SchemaTextReader {
    /** No type is nearly as large; with it, places in bits can be calculated with. */
    private static final long MAX_SIZE = 1L << 56;

    private final List<LineTokens> lines = new ArrayList<>();
    private int next;

    private String origin = "";
    private @Nullable String header;
    private final List<Schema.Include> includes = new ArrayList<>();
    private final Map<String, NamedType> types = new LinkedHashMap<>();
    private final List<MapDef> maps = new ArrayList<>();

    SchemaTextReader(String text) {
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String content = line.stripTrailing();
            if (content.isEmpty()) {
                continue;
            }
            lines.add(new LineTokens(number, content));
            if (lines.size() == 1) {
                format(); // before the rest, which another format may spell in another way
            }
        }
        if (lines.isEmpty()) {
            throw new SchemaFormatException(1, "it is empty");
        }
    }

    Schema read() {
        while (next < lines.size()) {
            declaration(lines.get(next++));
        }
        if (header == null) {
            throw lines.get(lines.size() - 1).error("the text ends without a line that begins with \"header\"");
        }
        Schema schema = new Schema(origin, header, includes, List.copyOf(types.values()), maps);
        requireSameLines(schema);
        return schema;
    }

    private void format() {
        LineTokens line = lines.get(next++);
        if (!line.accept(SchemaText.FORMAT_WORD)) {
            throw line.error("this is no schema text of Nestmap, which begins with \"" + SchemaText.FORMAT_WORD + "\"");
        }
        long format = line.integer();
        if (format != SchemaText.FORMAT) {
            String age = format > SchemaText.FORMAT ? "a newer" : "an older";
            throw line.error("it was written by " + age + " version of Nestmap, in format " + format
                    + ", and this version reads format " + SchemaText.FORMAT);
        }
        line.end();
    }

    private void declaration(LineTokens line) {
        String keyword = line.word();
        switch (keyword) {
            case "from" -> origin = line.name();
            case "header" -> header = headerName(line);
            case "include" -> includes.add(new Schema.Include(headerName(line), tags(line)));
            case "external" -> includes.add(new Schema.Include(line.name(), tags(line), true));
            case "enum", "struct", "union" -> type(line, keyword);
            case "map" -> addMap(line);
            default -> throw line.error("unknown fact \"" + keyword + "\"");
        }
        line.end();
    }

    private static String headerName(LineTokens line) {
        String name = line.name();
        if (!name.endsWith(SchemaText.HEADER_SUFFIX)) {
            throw line.error(
                    "the name of a header ends with " + SchemaText.HEADER_SUFFIX + ", not so \"" + name + "\"");
        }
        return name.substring(0, name.length() - SchemaText.HEADER_SUFFIX.length());
    }

    private static List<String> tags(LineTokens line) {
        line.expect(":");
        List<String> tags = new ArrayList<>();
        while (!line.atEnd()) {
            tags.add(line.name());
        }
        return tags;
    }

    private void type(LineTokens line, String keyword) {
        String tag = line.name();
        long size = size(line.expect(":"));
        NamedType type = namedType(line, keyword, tag, size);
        if (types.putIfAbsent(type.name(), type) != null) {
            throw line.error("a second type with the tag " + type.name());
        }
    }

    /** A type from the fact behind its size on. */
    private NamedType namedType(LineTokens line, String keyword, String tag, long size) {
        line.expect(",");
        return switch (keyword) {
            case "enum" -> enumType(line, tag, size);
            case "struct" -> new StructType(tag, size, alignment(line), fields(line));
            default -> new UnionType(tag, size, alignment(line), fields(line));
        };
    }

    private EnumType enumType(LineTokens line, String tag, long size) {
        boolean signed = line.accept("signed");
        if (!signed) {
            line.expect("unsigned");
        }
        List<EnumType.Constant> constants = new ArrayList<>();
        while (isPartOf(line)) {
            LineTokens constant = lines.get(next++);
            String name = constant.expect("constant").name();
            constant.expect(":");
            constants.add(new EnumType.Constant(name, signed ? constant.integer() : constant.unsignedInteger()));
            constant.end();
        }
        return new EnumType(tag, size, signed, constants);
    }

    private static long size(LineTokens line) {
        return checked(line, "a size", line.expect("size").integer());
    }

    private static long checked(LineTokens line, String what, long bytes) {
        if (bytes < 0 || bytes > MAX_SIZE) {
            throw line.error(what + " of " + bytes);
        }
        return bytes;
    }

    private static int alignment(LineTokens line) {
        long alignment = line.expect("alignment").integer();
        if (alignment < 1 || alignment > Integer.MAX_VALUE) {
            throw line.error("an alignment of " + alignment);
        }
        return (int) alignment;
    }

    private List<Field> fields(LineTokens whole) {
        List<Field> fields = new ArrayList<>();
        while (isPartOf(whole)) {
            LineTokens line = lines.get(next++);
            if (!line.accept("pad")) {
                fields.add(field(line));
            }
        }
        return fields;
    }

    private Field field(LineTokens line) {
        String name = line.expect("field").name();
        TypeWords type = typeWords(line.expect(":"));
        long offset =
                checked(line, "an offset", line.expect(",").expect("offset").integer());
        if (!line.expect(",").accept("bit")) {
            CType whole = wholeType(line, type);
            checked(line, "a size", whole.size());
            return new Field(name, whole, offset);
        }
        long bit = line.integer();
        long bits = line.expect(",").expect("bits").integer();
        CType carrier = type.base() == null ? untagged(line.expect(","), type) : type.base();
        if (bit < 0 || bit >= Byte.SIZE || bits < 1 || bits > carrier.size() * Byte.SIZE) {
            throw line.error(bits + " bits of a " + carrier.spelling() + " from bit " + bit);
        }
        return new Field(name, carrier, offset, (int) bit, (int) bits);
    }

    /** The type of a field or of a key or value, from its size on. */
    private CType wholeType(LineTokens line, TypeWords type) {
        if (type.base() != null) {
            return arrays(line, type.base(), type.counts());
        }
        if (!type.counts().isEmpty() && line.accept("size")) {
            line.integer();
            line.expect(",");
        }
        if (!type.counts().isEmpty()) {
            line.expect("each");
        }
        return arrays(line, untagged(line, type), type.counts());
    }

    private NamedType untagged(LineTokens line, TypeWords type) {
        return namedType(line, type.keyword(), "", size(line));
    }

    private void addMap(LineTokens line) {
        MapDef map = map(line);
        if (maps.stream().anyMatch(other -> other.name().equals(map.name()))) {
            throw line.error("a second map " + map.name());
        }
        String inner = map.inner();
        if (inner != null
                && maps.stream()
                        .noneMatch(other ->
                                other.role() == MapRole.INNER && other.name().equals(inner))) {
            throw line.error("no inner map " + inner + " is declared before this line");
        }
        maps.add(map);
    }

    private MapDef map(LineTokens line) {
        String name = line.name();
        MapRole role = oneOf(
                line.expect(":"),
                MapRole.values(),
                candidate -> candidate.name().toLowerCase(Locale.ROOT));
        MapKind kind = oneOf(line.expect(","), MapKind.values(), MapKind::cName);
        Map<String, LineTokens> facts = new LinkedHashMap<>();
        Map<String, CType> parts = new HashMap<>();
        List<SlotContents.Slot> slots = new ArrayList<>();
        while (isPartOf(line)) {
            LineTokens fact = lines.get(next++);
            if (fact.accept("slot")) {
                slots.add(slot(fact));
                continue;
            }
            String label = fact.word();
            if (facts.put(label, fact.expect(":")) != null) {
                throw fact.error("a second fact \"" + label + "\"");
            }
            if (label.equals("key") || label.equals("value")) {
                parts.put(label, part(fact));
            }
        }
        facts.keySet().removeAll(parts.keySet());
        MapDef map = new MapDef(
                name,
                role,
                kind,
                fact(line, facts, "max_entries").integer(),
                fact(line, facts, "map_flags").unsignedInteger(),
                optional(facts, "map_extra").map(LineTokens::unsignedInteger).orElse(0L),
                optional(facts, "numa_node").map(SchemaTextReader::node).orElse(0),
                parts.get("key"),
                parts.get("value"),
                optional(facts, "inner").map(LineTokens::name).orElse(null),
                new SlotContents(
                        optional(facts, "slots").map(SchemaTextReader::fill).orElse(SlotContents.NONE.fill()), slots));
        facts.forEach((label, fact) -> {
            throw fact.error("unknown fact \"" + label + "\" of a map");
        });
        return map;
    }

    private static SlotFill fill(LineTokens line) {
        return oneOf(line, SlotFill.values(), candidate -> candidate.name().toLowerCase(Locale.ROOT));
    }

    private static SlotContents.Slot slot(LineTokens line) {
        List<Long> key = new ArrayList<>();
        while (!line.isAt(":")) {
            if (!key.isEmpty()) {
                line.expect(",");
            }
            key.add(line.integer());
        }
        return new SlotContents.Slot(key, line.expect(":").name());
    }

    private CType part(LineTokens line) {
        TypeWords type = typeWords(line);
        return wholeType(type.base() == null ? line.expect(",") : line, type);
    }

    private static int node(LineTokens line) {
        long node = line.integer();
        if (node < 0 || node > Integer.MAX_VALUE) {
            throw line.error("there is no NUMA node " + node);
        }
        return (int) node;
    }

    private static Optional<LineTokens> optional(Map<String, LineTokens> facts, String label) {
        return Optional.ofNullable(facts.remove(label));
    }

    private static LineTokens fact(LineTokens map, Map<String, LineTokens> facts, String label) {
        return optional(facts, label).orElseThrow(() -> map.error("the map has no fact \"" + label + "\""));
    }

    /**
     * A type as far as its words go.
     *
     * @param base the type, or the elements' type of an array; null for one without a tag
     * @param keyword what one without a tag is
     * @param counts of an array, the outermost first
     */
    private record TypeWords(@Nullable CType base, String keyword, List<Long> counts) {}

    private TypeWords typeWords(LineTokens line) {
        String keyword = line.word();
        boolean untagged = List.of("struct", "union", "enum").contains(keyword) && (line.isAt(",") || line.isAt("["));
        CType base = untagged ? null : baseType(line, keyword);
        List<Long> counts = new ArrayList<>();
        while (line.accept("[")) {
            counts.add(line.integer());
            line.expect("]");
        }
        return new TypeWords(base, keyword, counts);
    }

    private static CType arrays(LineTokens line, CType element, List<Long> counts) {
        CType type = element;
        for (int i = counts.size() - 1; i >= 0; i--) {
            type = array(line, type, counts.get(i));
        }
        return type;
    }

    private static CType array(LineTokens line, CType element, long count) {
        try {
            return new ArrayType(element, count);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw line.error("an array of " + count + " elements of " + element.size() + " bytes");
        }
    }

    private CType baseType(LineTokens line, String word) {
        return switch (word) {
            case "opaque" -> opaque(line);
            case "pointer" -> pointer(line, PointerType.Kind.PLAIN);
            case "kptr" -> pointer(line, PointerType.Kind.KPTR);
            case "kptr_untrusted" -> pointer(line, PointerType.Kind.UNTRUSTED);
            case "kernel" -> kernelType(line);
            case "enum", "struct", "union" -> reference(line, word);
            case "unsigned" -> scalar(line, word + " " + line.word());
            default -> scalar(line, word);
        };
    }

    private static Scalar scalar(LineTokens line, String spelling) {
        return Arrays.stream(Scalar.values())
                .filter(scalar -> scalar.spelling().equals(spelling))
                .findFirst()
                .orElseThrow(() -> line.error("unknown type \"" + spelling + "\""));
    }

    private static PointerType pointer(LineTokens line, PointerType.Kind kind) {
        String target = line.expect("(").name();
        line.expect(")");
        return new PointerType(target, kind);
    }

    private static CType kernelType(LineTokens line) {
        String tag = line.name();
        KernelType type =
                KernelType.ofTag(tag).orElseThrow(() -> line.error("unknown type of the kernel \"" + tag + "\""));
        if (!line.accept("(")) {
            return type;
        }
        String contains = line.name();
        String node = line.expect(",").name();
        line.expect(")");
        try {
            return new GraphRoot(type, contains, node);
        } catch (IllegalArgumentException e) {
            throw line.error(type.spelling() + " that holds something");
        }
    }

    private static OpaqueType opaque(LineTokens line) {
        long size = size(line.expect("("));
        int alignment = alignment(line.expect(","));
        String what = line.expect(",").name();
        line.expect(")");
        return new OpaqueType(size, alignment, what);
    }

    private NamedType reference(LineTokens line, String keyword) {
        String tag = line.name();
        NamedType type = types.get(tag);
        if (type == null || !type.spelling().equals(keyword + " " + tag)) {
            throw line.error("no " + keyword + " " + tag + " is declared before this line");
        }
        return type;
    }

    private static <T> T oneOf(LineTokens line, T[] candidates, Function<T, String> spelling) {
        String word = line.word();
        return Arrays.stream(candidates)
                .filter(candidate -> spelling.apply(candidate).equals(word))
                .findFirst()
                .orElseThrow(() -> line.error("unknown word \"" + word + "\""));
    }

    /** Whether the next line is part of what this line begins. */
    private boolean isPartOf(LineTokens line) {
        return next < lines.size() && lines.get(next).indent() > line.indent();
    }

    private void requireSameLines(Schema schema) {
        List<String> expected =
                SchemaText.print(schema).lines().filter(line -> !line.isEmpty()).toList();
        for (int i = 0; i < Math.max(lines.size(), expected.size()); i++) {
            LineTokens line = lines.get(Math.min(i, lines.size() - 1));
            String found = i < lines.size() ? line.text() : "the end";
            String rest = i < expected.size() ? expected.get(i) : "the end";
            if (!found.equals(rest)) {
                throw line.error("\"" + found.strip()
                        + "\" contradicts the rest of the text, after which it should be \"" + rest.strip() + "\"");
            }
        }
    }
}
