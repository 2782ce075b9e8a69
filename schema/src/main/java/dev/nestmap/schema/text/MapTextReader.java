/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.CType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads map definitions from a schema text. */
final class MapTextReader {
    /** The value of {@code pinning} for a pin with the map's name. */
    static final String BY_NAME = "by_name";

    /** The value of {@code older_kernels} for an RHASH that may be a HASH. */
    static final String HASH = MapKind.HASH.cName();

    private final TextLines lines;
    private final TypeTextReader types;
    private final Map<String, MapDef> maps = new LinkedHashMap<>();

    MapTextReader(TextLines lines, TypeTextReader types) {
        this.lines = lines;
        this.types = types;
    }

    /** The maps that were declared so far, in order. */
    List<MapDef> maps() {
        return List.copyOf(maps.values());
    }

    /** Reads a map definition after its keyword. */
    void declaration(LineTokens line) {
        MapDef map = map(line);
        if (maps.containsKey(map.name())) {
            throw line.error("the text declares map " + map.name() + " twice");
        }
        String inner = map.definition();
        MapDef definition = inner == null ? null : maps.get(inner);
        if (inner != null && (definition == null || definition.role() != MapRole.INNER)) {
            throw line.error("the lines before this one declare no inner map " + inner);
        }
        maps.put(map.name(), map);
    }

    private MapDef map(LineTokens line) {
        String name = line.name();
        MapRole role = oneOf(
                line.expect(":"),
                MapRole.values(),
                candidate -> candidate.name().toLowerCase(Locale.ROOT));
        MapKind kind = oneOf(line.expect(","), MapKind.values(), MapKind::cName);
        Map<String, CType> parts = new HashMap<>();
        Map<String, LineTokens> attributes = attributes(line, parts);
        MapDef map = new MapDef(
                        name,
                        role,
                        kind,
                        attribute(line, attributes, "max_entries").integer(),
                        attribute(line, attributes, "map_flags").unsignedInteger(),
                        parts.get("key"),
                        parts.get("value"),
                        optional(attributes, "inner").map(LineTokens::name).orElse(null))
                .withExtra(optional(attributes, "map_extra")
                        .map(LineTokens::unsignedInteger)
                        .orElse(0L))
                .withNumaNode(optional(attributes, "numa_node")
                        .map(MapTextReader::node)
                        .orElse(0))
                .pinnedByNameIf(optional(attributes, "pinning")
                        .map(attribute -> attribute.expect(BY_NAME))
                        .isPresent())
                .orHashIf(optional(attributes, "older_kernels")
                        .map(attribute -> attribute.expect(HASH))
                        .isPresent());
        attributes.forEach((label, attribute) -> {
            throw attribute.error("unknown attribute \"" + label + "\" of a map");
        });
        return map;
    }

    /** Reads the lines of a map definition. Returns the attributes that are not types, by their label. */
    private Map<String, LineTokens> attributes(LineTokens line, Map<String, CType> parts) {
        Map<String, LineTokens> attributes = new LinkedHashMap<>();
        while (lines.isPartOf(line)) {
            LineTokens attribute = lines.next();
            String label = attribute.word();
            if (attributes.put(label, attribute.expect(":")) != null) {
                throw attribute.error("the map has the attribute \"" + label + "\" twice");
            }
            if (label.equals("key") || label.equals("value")) {
                parts.put(label, types.part(attribute));
            }
        }
        attributes.keySet().removeAll(parts.keySet());
        return attributes;
    }

    private static int node(LineTokens line) {
        long node = line.integer();
        if (node < 0 || node > Integer.MAX_VALUE) {
            throw line.error("numa_node " + node + " is out of range");
        }
        return (int) node;
    }

    private static Optional<LineTokens> optional(Map<String, LineTokens> attributes, String label) {
        return Optional.ofNullable(attributes.remove(label));
    }

    private static LineTokens attribute(LineTokens map, Map<String, LineTokens> attributes, String label) {
        return optional(attributes, label).orElseThrow(() -> map.error("the map has no attribute \"" + label + "\""));
    }

    private static <T> T oneOf(LineTokens line, T[] candidates, Function<T, String> spelling) {
        String word = line.word();
        return Arrays.stream(candidates)
                .filter(candidate -> spelling.apply(candidate).equals(word))
                .findFirst()
                .orElseThrow(() -> line.error("unknown word \"" + word + "\""));
    }
}
