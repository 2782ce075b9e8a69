/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

import dev.nestmap.schema.MapDef;
import java.util.ArrayList;
import java.util.List;

/**
 * A rule that a schema breaks.
 *
 * @param rule the rule
 * @param location the place
 * @param args replaces the placeholders of the rule's message
 */
public record RuleViolation(Rule rule, ViolationLocation location, List<Object> args) {
    /** Copies the list. */
    public RuleViolation {
        args = List.copyOf(args);
    }

    /** A finding about a part of a map. The first argument of its rule is the map's name. */
    static RuleViolation of(Rule rule, MapDef map, ViolationLocation.Part part, Object... further) {
        List<Object> args = new ArrayList<>(List.of(map.name()));
        args.addAll(List.of(further));
        return new RuleViolation(rule, new ViolationLocation(map.name(), part), args);
    }

    /** The message: what is wrong, why, and what to do. */
    public String message() {
        return rule.message(args.toArray());
    }
}
