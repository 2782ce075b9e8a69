/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import static dev.nestmap.schema.text.SchemaTextNames.name;

import dev.nestmap.schema.LostEventMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.UncountedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a pinned map says about itself, in a text beside its pin: its id, the directory of its set, and the part of the schema that it needs. So the next
 * version, a command and a process that may not read BTF know what its bytes mean, and a second pin of the map and its text elsewhere is no pin of
 * the service.
 *
 * <pre>
 * nestmap-pin 1
 * map tenant: id 4711
 * pin tenant
 * directory 2c00000000-17
 *
 * nestmap-schema 1
 * from com.acme.TenantFlows
 * header tenant_flows.bpf.h
 * ...
 * </pre>
 *
 * <p>A reader skips lines that begin with {@code note}. Any other line that it does not know makes the text unreadable, because it may change what
 * the bytes mean. Whoever may write the directory of the pin can replace the text, so a reader trusts neither its size nor its content.
 *
 * @param map the name of the map in the schema
 * @param id the kernel's id of the map
 * @param pin the name of its pin
 * @param directory what the kernel calls the directory of the set, wherever it is moved or mounted
 * @param schema the map, the definition of its inner maps, and the map in which programs count what it does not
 */
public record PinnedMapText(String map, int id, String pin, String directory, Schema schema) {
    /** The kernel's name of the map that contains a text. */
    public static final String MAP_OF_TEXT = "nestmap_schema";

    /** The most bytes of a text. */
    public static final int MOST_BYTES = 1 << 20;

    private static final int FORMAT = 1;
    private static final String FORMAT_WORD = "nestmap-pin";
    private static final String NOTE = "note";

    /**
     * The text of a map.
     *
     * @param schema the records, with all sizes
     * @param map a map of them that is pinned by itself
     */
    public static PinnedMapText of(Schema schema, MapDef map, int id, String pin, String directory) {
        List<MapDef> parts = new ArrayList<>();
        if (map.role() == MapRole.OUTER && map.definition() != null) {
            MapDef inner = schema.innerOf(map);
            if (inner.definition() != null) {
                parts.add(schema.innerOf(inner)); // it differs only in size, and has the meanings of the entries
            }
            parts.add(inner);
        }
        parts.add(map);
        Stream.of(UncountedMap.in(schema, map), LostEventMap.in(schema, map))
                .forEach(counts -> counts.ifPresent(parts::add));
        return new PinnedMapText(map.name(), id, pin, directory, schema.part(parts));
    }

    /** The definition of the map. */
    public MapDef definition() {
        return schema.map(map).orElseThrow();
    }

    /** Whether a text begins as one of a pinned map, of any format. */
    public static boolean isOne(String text) {
        return text.startsWith(FORMAT_WORD + " ");
    }

    /** Prints the text, which {@link #parse} reads. */
    public String print() {
        return FORMAT_WORD + " " + FORMAT + "\nmap " + name(map) + ": id " + Integer.toUnsignedString(id) + "\npin "
                + name(pin) + "\ndirectory " + name(directory) + "\n\n" + SchemaText.print(schema);
    }

    /**
     * Parses a text.
     *
     * @throws SchemaFormatException with the number of the line, if it has an unknown format or an unknown line, or contradicts itself
     */
    public static PinnedMapText parse(String text) {
        Head head = new Head();
        StringBuilder rest = new StringBuilder(); // with the same numbers of lines
        for (String line : text.lines().toList()) {
            head.number++;
            boolean isSkipped = line.equals(NOTE) || line.startsWith(NOTE + " ");
            head.hasEnded |= SchemaText.isSchemaText(line);
            if (!isSkipped && !head.hasEnded && !line.isBlank()) {
                head.read(new LineTokens(head.number, line.stripTrailing()));
            }
            rest.append(isSkipped || !head.hasEnded ? "" : line).append('\n');
        }
        String map = head.map;
        String pin = head.pin;
        String directory = head.directory;
        if (map == null || pin == null || directory == null) {
            throw new SchemaFormatException(
                    head.number, "the text does not say which map it describes, and its pin and directory");
        }
        Schema schema = SchemaText.parse(rest.toString());
        boolean isPinnable = schema.map(map)
                .filter(found ->
                        found.role() == MapRole.OUTER ? found.definition() != null : found.role() == MapRole.PLAIN)
                .isPresent();
        if (!isPinnable) {
            throw new SchemaFormatException(
                    head.number, "the text declares no map " + map + " with entries or inner maps");
        }
        return new PinnedMapText(map, head.id, pin, directory, schema);
    }

    /** The lines before the schema. */
    private static final class Head {
        private int number;
        private boolean hasFormat;
        private boolean hasEnded;
        private @Nullable String map;
        private @Nullable String pin;
        private @Nullable String directory;
        private int id;

        void read(LineTokens line) {
            if (!hasFormat) {
                TextLines.requireFormat(line, FORMAT_WORD, FORMAT);
                hasFormat = true;
                return;
            }
            String word = line.word();
            switch (word) {
                case "map" -> {
                    map = line.name();
                    id = (int) line.expect(":").expect("id").unsignedInteger();
                }
                case "pin" -> pin = line.name();
                case "directory" -> directory = line.name();
                default -> throw line.error("unknown line: it begins with \"" + word + "\"");
            }
            line.end();
        }
    }
}
