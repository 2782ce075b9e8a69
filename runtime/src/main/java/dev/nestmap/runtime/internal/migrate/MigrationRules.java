/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.Migration.Rule;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The rules of a migration for one map, and the problems so far that prevent its conversion. */
final class MigrationRules {
    private final Migration migration;
    private final Set<String> structsOfOtherMaps;
    private final List<String> problems = new ArrayList<>();
    private final Set<Rule> used = new HashSet<>();

    /**
     * @param structsOfOtherMaps the structs in the new version that only other maps of the object use. One migration can have rules for
     *     all maps, and each map ignores those for other maps.
     */
    MigrationRules(Migration migration, Set<String> structsOfOtherMaps) {
        this.migration = migration;
        this.structsOfOtherMaps = structsOfOtherMaps;
    }

    /** Returns the problems found in all conversions, and the rules that name a component that does not exist. */
    List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        migration.rules().stream()
                .filter(rule -> !used.contains(rule) && !structsOfOtherMaps.contains(rule.struct()))
                .forEach(rule -> all.add("the migration names " + rule.struct() + "."
                        + (rule.component().isEmpty() ? "\"\"" : rule.component()) + ", but "
                        + (rule instanceof Migration.Dropped
                                ? "the previous version has no such component, or it is still declared; remove drop(...)"
                                : "the records declare no such component; correct the name or remove the rule")));
        return all;
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
        return migration.rules().stream().anyMatch(rule -> rule.struct().equals(struct.name()));
    }

    /** Returns the first rule for a component that passes the filter; null if no rule passes. */
    @Nullable
    Rule rule(StructType struct, String component, Predicate<Rule> filter) {
        Rule found = migration.rules().stream()
                .filter(filter)
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
