/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.Migration.Rule;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of a migration for one or more maps, and the problems so far that prevent their conversion. */
final class MigrationRules {
    private final List<Rule> rules;
    private final List<String> problems = new ArrayList<>();
    private final Set<Rule> used = new HashSet<>();

    MigrationRules(List<Rule> rules) {
        this.rules = rules;
    }

    /** Returns the problems found in all conversions. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /**
     * Returns the rules that none of the conversions has used.
     *
     * @param others the structs that no conversion has
     */
    List<String> unused(Set<String> others) {
        return rules.stream()
                .filter(rule -> !used.contains(rule) && !others.contains(rule.struct()))
                .map(rule -> "the migration has a rule for " + rule.struct() + "."
                        + (rule.component().isEmpty() ? "\"\"" : rule.component())
                        + ", which no map uses: correct the name, or remove the rule. drop(...) names a component of the previous version"
                        + " that is no longer declared; the other rules name one of the records")
                .toList();
    }

    void addProblem(String problem) {
        problems.add(problem);
    }

    /** The number of problems found so far. */
    int problemCount() {
        return problems.size();
    }

    /** Whether the migration has rules for components of the struct. */
    boolean hasRuleFor(StructType struct) {
        return rules.stream().anyMatch(rule -> rule.struct().equals(struct.name()));
    }

    /** Returns the rule that drops a component, or the rule for its new value; null if there is none. */
    @Nullable
    Rule rule(StructType struct, String component, boolean isDrop) {
        Rule found = rules.stream()
                .filter(rule -> rule instanceof Migration.Dropped == isDrop)
                .filter(rule ->
                        rule.struct().equals(struct.name()) && rule.component().equals(component))
                .findFirst()
                .orElse(null);
        if (found != null) {
            used.add(found);
        }
        return found;
    }
}
