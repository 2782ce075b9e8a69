/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import dev.nestmap.annotations.SlotFill;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.type.CType;
import java.util.ArrayList;
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
    private final TextLines lines;
    private final TypeTextReader types;
    private final List<MapDef> maps = new ArrayList<>();

    MapTextReader(TextLines lines, TypeTextReader types) {
        this.lines = lines;
        this.types = types;
    }

    /** The maps that were declared so far, in order. */
    List<MapDef> maps() {
        return List.copyOf(maps);
    }

    /** Reads a map definition after its keyword. */
    void declaration(LineTokens line) {
        MapDef map = map(line);
        if (maps.stream().anyMatch(other -> other.name().equals(map.name()))) {
            throw line.error("a second map " + map.name());
        }
        String inner = map.definition();
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
        Map<String, CType> parts = new HashMap<>();
        List<SlotContents.Slot> slots = new ArrayList<>();
        Map<String, LineTokens> facts = facts(line, parts, slots);
        MapDef map = new MapDef(
                name,
                role,
                kind,
                fact(line, facts, "max_entries").integer(),
                fact(line, facts, "map_flags").unsignedInteger(),
                optional(facts, "map_extra").map(LineTokens::unsignedInteger).orElse(0L),
                optional(facts, "numa_node").map(MapTextReader::node).orElse(0),
                parts.get("key"),
                parts.get("value"),
                optional(facts, "inner").map(LineTokens::name).orElse(null),
                new SlotContents(
                        optional(facts, "slots").map(MapTextReader::fill).orElse(SlotContents.NONE.fill()), slots));
        facts.forEach((label, fact) -> {
            throw fact.error("unknown fact \"" + label + "\" of a map");
        });
        return map;
    }

    /** Reads the lines of a map definition. Returns the facts that are neither types nor slots, by their label. */
    private Map<String, LineTokens> facts(LineTokens line, Map<String, CType> parts, List<SlotContents.Slot> slots) {
        Map<String, LineTokens> facts = new LinkedHashMap<>();
        while (lines.isPartOf(line)) {
            LineTokens fact = lines.next();
            if (fact.accept("slot")) {
                slots.add(slot(fact));
                continue;
            }
            String label = fact.word();
            if (facts.put(label, fact.expect(":")) != null) {
                throw fact.error("a second fact \"" + label + "\"");
            }
            if (label.equals("key") || label.equals("value")) {
                parts.put(label, types.part(fact));
            }
        }
        facts.keySet().removeAll(parts.keySet());
        return facts;
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

    private static <T> T oneOf(LineTokens line, T[] candidates, Function<T, String> spelling) {
        String word = line.word();
        return Arrays.stream(candidates)
                .filter(candidate -> spelling.apply(candidate).equals(word))
                .findFirst()
                .orElseThrow(() -> line.error("unknown word \"" + word + "\""));
    }
}
