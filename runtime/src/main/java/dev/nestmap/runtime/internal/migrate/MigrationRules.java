/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.Migration.Rule;
import dev.nestmap.schema.program.NearestNameFinder;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of a migration for one or more maps, and the problems so far that prevent their conversion. */
final class MigrationRules {
    private final List<Rule> rules;
    private final List<String> problems = new ArrayList<>();
    private final Set<Rule> used = new HashSet<>();

    /** The names of the components of each struct, in the previous and in the new version. */
    private final Map<String, Set<String>> oldNames = new HashMap<>();

    private final Map<String, Set<String>> newNames = new HashMap<>();

    MigrationRules(List<Rule> rules) {
        this.rules = rules;
    }

    /** Returns the problems found in all conversions. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /**
     * Returns the rules that name a component which none of the conversions has.
     *
     * @param others the structs that no conversion has
     */
    List<String> wrongNames(Set<String> others) {
        return rules.stream()
                .filter(rule -> !used.contains(rule) && !others.contains(rule.struct()))
                .map(rule -> "the migration names " + rule.struct() + "."
                        + (rule.component().isEmpty() ? "\"\"" : rule.component()) + ", but " + reason(rule))
                .toList();
    }

    private String reason(Rule rule) {
        Set<String> known = newNames.getOrDefault(rule.struct(), Set.of());
        Set<String> removed = new HashSet<>(oldNames.getOrDefault(rule.struct(), Set.of()));
        removed.removeAll(known);
        boolean isDrop = rule instanceof Migration.Dropped;
        return (isDrop ? "the previous version has no such component" : "the records declare no such component")
                + NearestNameFinder.in(isDrop ? removed : known, rule.component())
                        .filter(near -> !near.equals(rule.component()))
                        .map(near -> ": did you mean " + near + "?")
                        .orElse(
                                isDrop
                                        ? ", or it is still declared, or renamed, or managed by the kernel; remove drop(...)"
                                        : "; correct the name or remove the rule");
    }

    /** Adds the components of a struct, and those of its previous version. */
    void addComponents(StructType struct, List<Field> oldFields, List<Field> newFields) {
        oldNames.computeIfAbsent(struct.name(), name -> new HashSet<>()).addAll(names(oldFields));
        newNames.computeIfAbsent(struct.name(), name -> new HashSet<>()).addAll(names(newFields));
    }

    private static List<String> names(List<Field> fields) {
        return fields.stream().map(Field::name).filter(name -> !name.isEmpty()).toList();
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
