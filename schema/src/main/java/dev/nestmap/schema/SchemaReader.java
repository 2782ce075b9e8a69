/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import java.util.ArrayList;
import java.util.Arrays;
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
final class SchemaReader {
    private final List<Tokens> lines = new ArrayList<>();
    private int next;

    private String origin = "";
    private @Nullable String header;
    private final List<Schema.Include> includes = new ArrayList<>();
    private final Map<String, NamedType> types = new LinkedHashMap<>();
    private final List<MapDef> maps = new ArrayList<>();

    SchemaReader(String text) {
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String content = line.stripTrailing();
            if (content.isEmpty()) {
                continue;
            }
            lines.add(new Tokens(number, content));
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
        Tokens line = lines.get(next++);
        if (!line.accept(SchemaText.FORMAT_WORD)) {
            throw line.error("this is no schema text of Nestmap, which begins with \"" + SchemaText.FORMAT_WORD + "\"");
        }
        long format = line.integer();
        if (format != SchemaText.FORMAT) {
            String age = format > SchemaText.FORMAT ? "a newer" : "an older";
            throw line.error("it was written by " + age + " version of Nestmap, in format " + format
                    + ", and this version reads format " + SchemaText.FORMAT
                    + ". Use one version for annotation processor, Maven plugin and runtime, and build again");
        }
        line.end();
    }

    private void declaration(Tokens line) {
        String keyword = line.word();
        switch (keyword) {
            case "from" -> origin = line.name();
            case "header" -> header = headerName(line);
            case "include" -> includes.add(include(line));
            case "enum" -> type(line, enumType(line));
            case "struct" -> type(line, structType(line));
            case "union" -> type(line, unionType(line));
            case "map" -> maps.add(map(line));
            default -> throw line.error("unknown fact \"" + keyword + "\"");
        }
        line.end();
    }

    private static String headerName(Tokens line) {
        String name = line.name();
        if (!name.endsWith(SchemaText.HEADER_SUFFIX)) {
            throw line.error(
                    "the name of a header ends with " + SchemaText.HEADER_SUFFIX + ", not so \"" + name + "\"");
        }
        return name.substring(0, name.length() - SchemaText.HEADER_SUFFIX.length());
    }

    private static Schema.Include include(Tokens line) {
        String name = headerName(line);
        line.expect(":");
        List<String> tags = new ArrayList<>();
        while (!line.atEnd()) {
            tags.add(line.name());
        }
        return new Schema.Include(name, tags);
    }

    private void type(Tokens line, NamedType type) {
        if (types.putIfAbsent(type.name(), type) != null) {
            throw line.error("a second type with the tag " + type.name());
        }
    }

    private EnumType enumType(Tokens line) {
        String name = line.name();
        long size = line.expect(":").expect("size").integer();
        boolean signed = line.expect(",").accept("signed");
        if (!signed) {
            line.expect("unsigned");
        }
        List<EnumType.Constant> constants = new ArrayList<>();
        for (Tokens constant : body()) {
            String constantName = constant.expect("constant").name();
            constant.expect(":");
            constants.add(
                    new EnumType.Constant(constantName, signed ? constant.integer() : constant.unsignedInteger()));
            constant.end();
        }
        return new EnumType(name, size, signed, constants);
    }

    private StructType structType(Tokens line) {
        String name = line.name();
        long size = line.expect(":").expect("size").integer();
        return new StructType(name, size, alignment(line), fields());
    }

    private UnionType unionType(Tokens line) {
        String name = line.name();
        long size = line.expect(":").expect("size").integer();
        return new UnionType(name, size, alignment(line), fields());
    }

    private static int alignment(Tokens line) {
        long alignment = line.expect(",").expect("alignment").integer();
        if (alignment < 1 || alignment > Integer.MAX_VALUE) {
            throw line.error("an alignment of " + alignment);
        }
        return (int) alignment;
    }

    private List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        for (Tokens line : body()) {
            if (!line.accept("pad")) {
                String name = line.expect("field").name();
                CType type = cType(line.expect(":"));
                fields.add(
                        new Field(name, type, line.expect(",").expect("offset").integer()));
            }
        }
        return fields;
    }

    private MapDef map(Tokens line) {
        String name = line.name();
        MapRole role = oneOf(
                line.expect(":"),
                MapRole.values(),
                candidate -> candidate.name().toLowerCase(Locale.ROOT));
        MapKind kind = oneOf(line.expect(","), MapKind.values(), MapKind::cName);
        Map<String, Tokens> facts = new LinkedHashMap<>();
        for (Tokens fact : body()) {
            String label = fact.word();
            if (facts.put(label, fact.expect(":")) != null) {
                throw fact.error("a second fact \"" + label + "\"");
            }
        }
        MapDef map = new MapDef(
                name,
                role,
                kind,
                fact(line, facts, "max_entries").integer(),
                fact(line, facts, "map_flags").unsignedInteger(),
                optional(facts, "key").map(this::cType).orElse(null),
                optional(facts, "value").map(this::cType).orElse(null),
                optional(facts, "inner").map(Tokens::name).orElse(null));
        facts.forEach((label, fact) -> {
            throw fact.error("unknown fact \"" + label + "\" of a map");
        });
        return map;
    }

    private static Optional<Tokens> optional(Map<String, Tokens> facts, String label) {
        return Optional.ofNullable(facts.remove(label));
    }

    private static Tokens fact(Tokens map, Map<String, Tokens> facts, String label) {
        return optional(facts, label).orElseThrow(() -> map.error("the map has no fact \"" + label + "\""));
    }

    private CType cType(Tokens line) {
        CType base = baseType(line);
        List<Long> counts = new ArrayList<>();
        while (line.accept("[")) {
            counts.add(line.integer());
            line.expect("]");
        }
        for (int i = counts.size() - 1; i >= 0; i--) {
            base = array(line, base, counts.get(i));
        }
        return base;
    }

    private static CType array(Tokens line, CType element, long count) {
        try {
            return new ArrayType(element, count);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw line.error("an array of " + count + " elements of " + element.size() + " bytes");
        }
    }

    private CType baseType(Tokens line) {
        String word = line.word();
        return switch (word) {
            case "opaque" -> opaque(line);
            case "enum", "struct", "union" -> reference(line, word);
            default ->
                Arrays.stream(Scalar.values())
                        .filter(scalar -> scalar.spelling().equals(word))
                        .findFirst()
                        .orElseThrow(() -> line.error("unknown type \"" + word + "\""));
        };
    }

    private static OpaqueType opaque(Tokens line) {
        long size = line.expect("(").expect("size").integer();
        int alignment = alignment(line);
        String what = line.expect(",").name();
        line.expect(")");
        return new OpaqueType(size, alignment, what);
    }

    private NamedType reference(Tokens line, String keyword) {
        String tag = line.name();
        NamedType type = types.get(tag);
        if (type == null || !type.spelling().equals(keyword + " " + tag)) {
            throw line.error("no " + keyword + " " + tag + " is declared before this line");
        }
        return type;
    }

    private static <T> T oneOf(Tokens line, T[] candidates, Function<T, String> spelling) {
        String word = line.word();
        return Arrays.stream(candidates)
                .filter(candidate -> spelling.apply(candidate).equals(word))
                .findFirst()
                .orElseThrow(() -> line.error("unknown word \"" + word + "\""));
    }

    /** The indented lines from here on. */
    private List<Tokens> body() {
        int start = next;
        while (next < lines.size() && lines.get(next).indented()) {
            next++;
        }
        return lines.subList(start, next);
    }

    private void requireSameLines(Schema schema) {
        List<String> expected =
                SchemaText.print(schema).lines().filter(line -> !line.isEmpty()).toList();
        for (int i = 0; i < Math.max(lines.size(), expected.size()); i++) {
            Tokens line = lines.get(Math.min(i, lines.size() - 1));
            String found = i < lines.size() ? line.text() : "the end";
            String rest = i < expected.size() ? expected.get(i) : "the end";
            if (!found.equals(rest)) {
                throw line.error(
                        "\"" + found.strip() + "\" contradicts the rest of the text, after which it should be \""
                                + rest.strip() + "\". This text is generated and not to be edited: build it again");
            }
        }
    }
}
