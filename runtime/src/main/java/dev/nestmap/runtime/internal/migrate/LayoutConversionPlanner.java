/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.Migration.Rule;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds out how keys and values of before become those of now, and collects what can't. */
final class LayoutConversionPlanner {
    private final Migration how;
    private final List<String> problems = new ArrayList<>();
    private final Set<Rule> used = new HashSet<>();

    LayoutConversionPlanner(Migration how) {
        this.how = how;
    }

    /** The way from keys of before to keys of now. */
    LayoutConversion keys(CType before, CType after) {
        return new LayoutConversionSteps(this, true).plan(before, after);
    }

    /** The way from values of before to values of now. */
    LayoutConversion values(CType before, CType after) {
        return new LayoutConversionSteps(this, false).plan(before, after);
    }

    /** What can't be taken over, and what to say about it; with what was said of components that there are not. */
    List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        how.rules().stream()
                .filter(rule -> !used.contains(rule))
                .forEach(rule -> all.add(rule.struct() + "." + rule.component() + " is spoken of by the migration, but "
                        + (rule instanceof Migration.Dropped
                                ? "it was not there, or is taken over"
                                : "there is no such component")));
        return all;
    }

    void problem(String what) {
        problems.add(what);
    }

    /** How many there are until now. */
    int problemCount() {
        return problems.size();
    }

    /** Whether functions say what components of the struct are. */
    boolean isMade(StructType after) {
        return how.rules().stream()
                .anyMatch(rule ->
                        LayoutConversionSteps.isFunction(rule) && rule.struct().equals(after.name()));
    }

    /** What is said of a component. */
    @Nullable
    Rule rule(StructType struct, String component, Predicate<Rule> which) {
        Rule found = how.rules().stream()
                .filter(which)
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
