/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import static dev.nestmap.schema.text.SchemaText.HEADER_SUFFIX;
import static dev.nestmap.schema.text.SchemaTextNames.name;

import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.Schema;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints a schema as text, which {@link SchemaTextReader} reads. */
final class SchemaTextWriter {
    /** The attribute with the section whose type a program gets. */
    static final String LOAD_AS = "load_as";

    private static final String INDENT = "  ";

    private final StringBuilder out = new StringBuilder();
    private final TypeTextWriter types = new TypeTextWriter(out);

    String write(Schema schema) {
        line(SchemaText.FORMAT_WORD + " " + SchemaText.FORMAT);
        if (!schema.origin().isEmpty()) {
            line("from " + name(schema.origin()));
        }
        line(
                schema.isForeign()
                        ? "object " + name(schema.header())
                        : "header " + name(schema.header() + HEADER_SUFFIX));
        schema.includes().forEach(this::include);
        schema.types().forEach(types::declaration);
        schema.maps().forEach(this::map);
        schema.globals().forEach(this::global);
        schema.programs().forEach(this::program);
        if (!schema.meanings().isEmpty()) {
            line("");
        }
        schema.meanings().forEach(meaning -> out.append(FieldMeaningText.print(meaning, types)));
        return out.toString();
    }

    private void include(Schema.Include include) {
        String header = include.external() ? include.header() : include.header() + HEADER_SUFFIX;
        StringBuilder line = new StringBuilder((include.external() ? "external " : "include ") + name(header) + ":");
        include.tags().forEach(tag -> line.append(' ').append(name(tag)));
        line(line.toString());
    }

    private void map(MapDef map) {
        line("");
        line("map " + name(map.name()) + ": " + map.role().name().toLowerCase(Locale.ROOT) + ", "
                + map.kind().cName());
        attribute("older_kernels", map.orHash() ? MapTextReader.HASH : null);
        attribute("max_entries", Long.toString(map.maxEntries()));
        attribute("map_flags", "0x" + Long.toHexString(map.flags()));
        attribute("map_extra", map.extra() == 0 ? null : "0x" + Long.toHexString(map.extra()));
        attribute("numa_node", map.isOnNode() ? Integer.toString(map.numaNode()) : null);
        if (map.key() != null) {
            types.part("key", map.key());
        }
        if (map.value() != null) {
            types.part("value", map.value());
        }
        attribute("inner", map.definition() == null ? null : name(map.definition()));
        attribute("pinning", map.pinnedByName() ? MapTextReader.BY_NAME : null);
    }

    private void global(GlobalDef global) {
        line("");
        line("global " + name(global.name()) + ": " + name(global.section()));
        types.part("type", global.type());
    }

    private void program(ProgramDef program) {
        line("");
        line("program " + name(program.name()) + (program.section().isEmpty() ? "" : ": " + name(program.section())));
        attribute(LOAD_AS, nameOrNull(program.loadAs()));
    }

    private static @Nullable String nameOrNull(String name) {
        return name.isEmpty() ? null : name(name);
    }

    private void attribute(String label, @Nullable String value) {
        if (value != null) {
            line(INDENT + label + ": " + value);
        }
    }

    private void line(String line) {
        out.append(line).append('\n');
    }
}
