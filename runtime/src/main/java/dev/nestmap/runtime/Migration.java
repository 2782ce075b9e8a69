/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SchemaFormatException;
import dev.nestmap.schema.SchemaText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How the entries of pinned maps become entries of the records as they are now. Components that have the same name are taken
 * over, if their type is the same or holds every value of the old one. New ones are zero, unless a function says more; in
 * keys they need one. Those that are no more have to be named, so that a component that was only renamed is not lost.
 *
 * <p>Structs and components are called as in C and in the schema text: {@code flow}, {@code packets}. Immutable.
 */
public final class Migration {
    private final Schema before;
    private final List<Rule> rules;

    private Migration(Schema before, List<Rule> rules) {
        this.before = before;
        this.rules = List.copyOf(rules);
    }

    /**
     * What is said of one component.
     *
     * @param struct the struct's name, as it is now
     * @param component the component's name: now, or of one that is dropped before
     * @param from its name before, where it was renamed
     * @param value what it is made by, where a function does
     */
    public record Rule(
            String struct, String component, @Nullable String from, @Nullable ToLongFunction<OldValue> value) {
        /** Whether it says that a component is no more. */
        public boolean isDrop() {
            return from == null && value == null;
        }

        @Override
        public String toString() {
            return struct + "." + component;
        }
    }

    /**
     * From maps that a version before pinned.
     *
     * @param schemaText the schema text of that version: {@code META-INF/bpf/<header>.schema} of its jar, or the copy that the
     *     Maven goal {@code compare} keeps
     * @throws IllegalArgumentException when it is no schema text, with the line
     */
    public static Migration from(String schemaText) {
        try {
            return new Migration(SchemaText.parse(schemaText), List.of());
        } catch (SchemaFormatException e) {
            throw new IllegalArgumentException("no schema text to migrate from: " + e.getMessage(), e);
        }
    }

    /** The same; a component that is now called otherwise is taken over. */
    public Migration renamed(String struct, String before, String now) {
        return and(new Rule(struct, now, Objects.requireNonNull(before, "before"), null));
    }

    /** The same; a component that is no more is dropped. */
    public Migration dropping(String struct, String component) {
        return and(new Rule(struct, component, null, null));
    }

    /**
     * The same; a component's number is what a function makes of the old struct in the same place. It may be new, or of
     * another type than before.
     */
    public Migration number(String struct, String component, ToLongFunction<OldValue> value) {
        return and(new Rule(struct, component, null, Objects.requireNonNull(value, "value")));
    }

    /** What the version before declared. */
    public Schema before() {
        return before;
    }

    /** What is said of components. */
    public List<Rule> rules() {
        return rules;
    }

    private Migration and(Rule rule) {
        if (rules.stream().anyMatch(other -> other.isDrop() == rule.isDrop() && other.toString().equals(rule.toString()))) {
            throw new IllegalArgumentException(rule + " is said twice");
        }
        List<Rule> more = new ArrayList<>(rules);
        more.add(rule);
        return new Migration(before, more);
    }
}
