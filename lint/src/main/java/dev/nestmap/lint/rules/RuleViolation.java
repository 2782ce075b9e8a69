/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.rules;

import dev.nestmap.schema.MapDef;
import java.util.ArrayList;
import java.util.List;

/**
 * A rule that a schema breaks.
 *
 * @param rule the rule
 * @param map name of the map in C
 * @param part the part of its definition, which the processor maps to the annotation or component in the source
 * @param args replaces the placeholders of the rule's message
 */
public record RuleViolation(Rule rule, String map, Part part, List<Object> args) {
    /** A part of a map's definition. */
    public enum Part {
        /** The map type. */
        KIND,
        /** {@code max_entries}. */
        MAX_ENTRIES,
        /** {@code map_flags}. */
        FLAGS,
        /** {@code numa_node}. */
        NUMA_NODE,
        /** {@code map_extra}. */
        EXTRA,
        /** The key. */
        KEY,
        /** The value. */
        VALUE,
    }

    /** Copies the list. */
    public RuleViolation {
        args = List.copyOf(args);
    }

    /** A finding about a part of a map. The first argument of its rule is the map's name. */
    static RuleViolation of(Rule rule, MapDef map, Part part, Object... further) {
        List<Object> args = new ArrayList<>(List.of(map.name()));
        args.addAll(List.of(further));
        return new RuleViolation(rule, map.name(), part, args);
    }

    /** The message: what is wrong, why, and what to do. */
    public String message() {
        return rule.message(args.toArray());
    }
}
