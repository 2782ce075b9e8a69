/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a schema from its text.
 *
 * <p>It reads the attributes that define the schema, and skips derived attributes (the size of a field, its sign, padding). At the end it
 * prints the schema and compares the lines with the text, which checks all skipped attributes.
 */
final class SchemaTextReader {
    private final TextLines lines;
    private final TypeTextReader types;
    private final MapTextReader maps;

    private String origin = "";
    private @Nullable String header;
    private boolean isForeign;
    private final List<Schema.Include> includes = new ArrayList<>();
    private final Map<String, GlobalDef> globals = new LinkedHashMap<>();
    private final Map<String, ProgramDef> programs = new LinkedHashMap<>();
    private final List<FieldMeaning> meanings = new ArrayList<>();

    SchemaTextReader(String text) {
        this.lines = new TextLines(text);
        this.types = new TypeTextReader(lines);
        this.maps = new MapTextReader(lines, types);
    }

    Schema read() {
        while (lines.hasNext()) {
            declaration(lines.next());
        }
        if (header == null) {
            throw lines.last().error("the text ends without a line that begins with \"header\" or \"object\"");
        }
        Schema schema = new Schema(
                origin,
                header,
                includes,
                types.types(),
                maps.maps(),
                List.copyOf(globals.values()),
                List.copyOf(programs.values()),
                isForeign,
                meanings);
        lines.requireEqual(SchemaText.print(schema));
        return schema;
    }

    private void declaration(LineTokens line) {
        String keyword = line.word();
        switch (keyword) {
            case "from" -> origin = line.name();
            case "header" -> header = headerName(line);
            case "object" -> {
                header = line.name();
                isForeign = true;
            }
            case "include" -> includes.add(new Schema.Include(headerName(line), tags(line)));
            case "external" -> includes.add(new Schema.Include(line.name(), tags(line), true));
            case "enum", "struct", "union" -> types.declaration(line, keyword);
            case "map" -> maps.declaration(line);
            case "global" -> global(line);
            case "program" -> program(line);
            case FieldMeaningText.KEYWORD -> meanings.add(FieldMeaningText.read(line, types));
            case FieldMeaningText.OTHER_VERSIONS -> meanings.add(FieldMeaningText.readWord(line));
            default -> throw line.error("unknown line: it begins with \"" + keyword + "\"");
        }
        line.end();
    }

    private void global(LineTokens line) {
        String name = line.name();
        String section = line.expect(":").name();
        if (globals.containsKey(name)) {
            throw line.error("the text declares global variable " + name + " twice");
        }
        if (!GlobalDef.isDataSection(section)) {
            throw line.error("\"" + section + "\" is not a section of global variables");
        }
        if (!lines.isPartOf(line)) {
            throw line.error("the variable has no attribute \"type\"");
        }
        LineTokens attribute = lines.next();
        globals.put(
                name,
                new GlobalDef(name, section, types.part(attribute.expect("type").expect(":"))));
        attribute.end();
    }

    private void program(LineTokens line) {
        String name = line.name();
        if (programs.containsKey(name)) {
            throw line.error("the text declares program " + name + " twice");
        }
        String section = line.accept(":") ? line.name() : "";
        programs.put(name, new ProgramDef(name, section, lines.isPartOf(line) ? loadAs(lines.next()) : ""));
    }

    private static String loadAs(LineTokens line) {
        String section = line.expect(SchemaTextWriter.LOAD_AS).expect(":").name();
        line.end();
        return section;
    }

    private static String headerName(LineTokens line) {
        String name = line.name();
        if (!name.endsWith(SchemaText.HEADER_SUFFIX)) {
            throw line.error("the name of a header must end with " + SchemaText.HEADER_SUFFIX + ": \"" + name + "\"");
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
}
