/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

import dev.nestmap.schema.MapDef;
import java.util.ArrayList;
import java.util.List;

/**
 * A rule that a schema breaks.
 *
 * @param rule the rule
 * @param spot where
 * @param args what the placeholders of the rule's message stand for
 */
public record Finding(Rule rule, FindingLocation spot, List<Object> args) {
    /** Copies the list. */
    public Finding {
        args = List.copyOf(args);
    }

    /** Of a part of a map, which is always the first argument of its rule. */
    static Finding of(Rule rule, MapDef map, FindingLocation.Part part, Object... further) {
        List<Object> args = new ArrayList<>(List.of(map.name()));
        args.addAll(List.of(further));
        return new Finding(rule, new FindingLocation(map.name(), part), args);
    }

    /** What is wrong, why, and what to do. */
    public String message() {
        return rule.message(args.toArray());
    }
}
