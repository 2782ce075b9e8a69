/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

import java.util.List;

/**
 * A rule that a schema breaks.
 *
 * @param rule the rule
 * @param spot where
 * @param args what the placeholders of the rule's message stand for
 */
public record Finding(Rule rule, Spot spot, List<Object> args) {
    /** Copies the list. */
    public Finding {
        args = List.copyOf(args);
    }

    /** What is wrong, why, and what to do. */
    public String message() {
        return rule.message(args.toArray());
    }
}
