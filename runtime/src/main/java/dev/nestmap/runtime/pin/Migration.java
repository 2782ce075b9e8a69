/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Rules for converting the entries of pinned maps to the current records. A component with the same name is copied, if its type is
 * the same or holds every value of the old type. A new component is zero, unless a function computes it; a new component of a key
 * needs a function. A component that no longer exists has to be named with {@link #dropping} or {@link #renamed}, so that a renamed
 * component is not lost by accident.
 *
 * <p>Structs and components are named as in C and in the schema text: {@code flow}, {@code packets}. The only component of a key or
 * value has no name in C. If the new version has a struct instead, {@link #dropping} or {@link #renamed} names the old component by the
 * empty string. Instances are immutable.
 */
public final class Migration {
    private final @Nullable String schemaText;
    private final List<Rule> rules;
    private final Set<String> drained;

    private Migration(@Nullable String schemaText, List<Rule> rules, Set<String> drained) {
        this.schemaText = schemaText;
        this.rules = List.copyOf(rules);
        this.drained = Set.copyOf(drained);
    }

    /** A rule for one component of a struct, as {@link #rules} returns it. */
    public sealed interface Rule {
        /** {@return the struct's name in C, in the new version} */
        String struct();

        /** {@return the component's name in C, in the new version; for a dropped component in the previous version} */
        String component();
    }

    /**
     * Copies a component that has a new name.
     *
     * @param struct the struct's name in the new version
     * @param component the component's name in the new version
     * @param oldName the component's name in the previous version
     */
    public record Renamed(String struct, String component, String oldName) implements Rule {}

    /**
     * Drops a component.
     *
     * @param struct the struct's name in the new version
     * @param component the component's name in the previous version
     */
    public record Dropped(String struct, String component) implements Rule {}

    /**
     * Computes a component as a number.
     *
     * @param struct the struct's name in the new version
     * @param component the component's name in the new version
     * @param function computes the number from the previous version of the struct
     */
    public record ByNumber(String struct, String component, ToLongFunction<OldValue> function) implements Rule {}

    /**
     * Computes a component as bytes.
     *
     * @param struct the struct's name in the new version
     * @param component the component's name in the new version
     * @param function computes the bytes from the previous version of the struct
     */
    public record ByBytes(String struct, String component, Function<OldValue, byte[]> function) implements Rule {}

    /**
     * Returns a migration from maps that a previous version pinned.
     *
     * @param schemaText schema text of the previous version: {@code META-INF/bpf/<header>.schema} in its jar, or the copy that the
     *     Maven goal {@code compare} keeps
     * @return a migration without rules
     * @throws IllegalArgumentException if the text is not a schema text; the message has the line
     */
    public static Migration from(String schemaText) {
        try {
            SchemaText.parse(schemaText);
        } catch (SchemaFormatException e) {
            throw new IllegalArgumentException(
                    "Migration.from needs the schema text of the previous version: " + e.getMessage(), e);
        }
        return new Migration(schemaText, List.of(), Set.of());
    }

    /**
     * Returns a migration from maps whose layout the kernel knows: it keeps the BTF that a map was created with. It works for maps
     * whose schema text is lost and for maps that C programs created. Reading the BTF requires CAP_SYS_ADMIN. Maps that were
     * created without BTF are rejected. The BTF of a map that Nestmap created without an object ({@code newMap}, or an earlier
     * migration) describes enums as integers; then a component whose type is an enum needs a rule by {@link #number}.
     *
     * @return a migration without rules
     */
    public static Migration fromBtf() {
        return new Migration(null, List.of(), Set.of());
    }

    /**
     * Adds the rule that a component has a new name.
     *
     * @param struct the struct's name in the new version
     * @param oldName the component's name in the previous version; empty if it was the only component
     * @param newName the component's name in the new version
     * @return a new migration
     * @throws IllegalArgumentException if the component already has a rule
     */
    public Migration renamed(String struct, String oldName, String newName) {
        return with(new Renamed(struct, newName, Objects.requireNonNull(oldName, "oldName")));
    }

    /**
     * Adds the rule that a component no longer exists. Its values are lost, unless functions of other components read them.
     *
     * @param struct the struct's name in the new version
     * @param component the component's name in the previous version; empty if it was the only component
     * @return a new migration
     * @throws IllegalArgumentException if the component already has such a rule
     */
    public Migration dropping(String struct, String component) {
        return with(new Dropped(struct, component));
    }

    /**
     * Adds the rule that a function computes a component as a number. The component may be new, or have another type than before.
     *
     * @param struct the struct's name in the new version
     * @param component the component's name in the new version
     * @param function computes the number from the previous version of the struct
     * @return a new migration
     * @throws IllegalArgumentException if the component already has a rule
     */
    public Migration number(String struct, String component, ToLongFunction<OldValue> function) {
        return with(new ByNumber(struct, component, Objects.requireNonNull(function, "function")));
    }

    /**
     * Adds the rule that a function computes the bytes of a component. It is for arrays of another length, addresses, texts and
     * structs; the component may have any type but a bit-field.
     *
     * @param struct the struct's name in the new version
     * @param component the component's name in the new version
     * @param function computes the bytes from the previous version of the struct: as many as the component's type has, in the byte
     *     order of this machine
     * @return a new migration
     * @throws IllegalArgumentException if the component already has a rule
     */
    public Migration bytes(String struct, String component, Function<OldValue, byte[]> function) {
        return with(new ByBytes(struct, component, Objects.requireNonNull(function, "function")));
    }

    /**
     * Hands out the old inner maps of an outer map instead of copying their entries. The new inner maps start empty, at the same keys.
     * {@code recoverUndrained()} returns the old ones in the new layout, as if the previous version had taken them out. This is for maps
     * that programs count in: an upgrade ({@code OpenObject.attaching}) converts them when no program writes to them any more, so no count
     * is lost.
     *
     * @param outerMap the name of the outer map in C
     * @return a new migration
     * @throws IllegalArgumentException if the migration has no schema text ({@link #fromBtf})
     */
    public Migration draining(String outerMap) {
        if (schemaText == null) {
            throw new IllegalArgumentException(
                    "Migration.draining needs the schema text of the previous version: use Migration.from");
        }
        Set<String> more = new HashSet<>(drained);
        more.add(outerMap);
        return new Migration(schemaText, rules, more);
    }

    /**
     * Returns whether the old inner maps of an outer map are handed out.
     *
     * @param outerMap the name of the outer map in C
     * @return true if {@link #draining} names it
     */
    public boolean isDraining(String outerMap) {
        return drained.contains(outerMap);
    }

    /** {@return the schema text of the previous version; null if the kernel's BTF describes the old maps} */
    public @Nullable String schemaText() {
        return schemaText;
    }

    /** {@return the rules, in the order in which they were added} */
    public List<Rule> rules() {
        return rules;
    }

    private Migration with(Rule rule) {
        if (rules.stream().anyMatch(other -> isForSameComponent(other, rule))) {
            throw new IllegalArgumentException(
                    rule.struct() + "." + rule.component() + " has two rules: leave one of them out");
        }
        List<Rule> more = new ArrayList<>(rules);
        more.add(rule);
        return new Migration(schemaText, more, drained);
    }

    /** A new component may have the name of a dropped one. So one rule of each kind may name it. */
    private static boolean isForSameComponent(Rule one, Rule other) {
        return one instanceof Dropped == other instanceof Dropped
                && one.struct().equals(other.struct())
                && one.component().equals(other.component());
    }
}
