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
 * needs a function. A component that no longer exists has to be named with {@link #drop} or {@link #rename}, so that a renamed
 * component is not lost by accident.
 *
 * <p>Structs and components are named as in C and in the schema text: {@code flow}, {@code packets}. The only component of a key or
 * value has no name in C. If the new version has a struct instead, {@link #drop} or {@link #rename} names the old component by the
 * empty string. Instances are immutable.
 */
public final class Migration {
    private final @Nullable String schemaText;
    private final List<Rule> rules;
    private final Set<String> drained;

    /**
     * The result of a migration.
     *
     * @param done false if there was nothing to do, because nothing is pinned at the path or the pinned map is as declared
     * @param maps number of maps that were filled; for an outer map the number of its inner maps. 0 if an earlier, interrupted
     *     migration was only completed
     * @param entries number of copied entries
     * @param evicted number of copied entries that the new map no longer has, because it is an LRU map and evicted them to make room
     *     for others. An LRU map starts to evict before it is full
     */
    public record Result(boolean done, int maps, long entries, long evicted) {
        /** The result if there was nothing to do. */
        public static final Result NOTHING = new Result(false, 0, 0, 0);
    }

    /** A struct in one entry of the previous version. Its components have their names in C. */
    public interface OldEntry {
        /**
         * Returns a number, an enum's constant or a {@code bool}.
         *
         * @param component {@code packets}, or {@code peer.port} for a component of a nested struct; empty if the old value was not a
         *     struct
         * @return the number; unsigned numbers of 64 bits are returned as their bits
         * @throws IllegalArgumentException if there is no such component, or if it is not a number of at most 64 bits
         */
        long number(String component);

        /**
         * Returns the bytes of any component but a bit-field.
         *
         * @param component {@code packets}, or {@code peer.port} for a component of a nested struct; empty if the old value was not a
         *     struct
         * @return the bytes as they are in the map
         * @throws IllegalArgumentException if there is no such component
         */
        byte[] bytes(String component);
    }

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
    public record ByNumber(String struct, String component, ToLongFunction<OldEntry> function) implements Rule {}

    /**
     * Computes a component as bytes.
     *
     * @param struct the struct's name in the new version
     * @param component the component's name in the new version
     * @param function computes the bytes from the previous version of the struct
     */
    public record ByBytes(String struct, String component, Function<OldEntry, byte[]> function) implements Rule {}

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
     * created without BTF are rejected. The BTF of a map that Nestmap created without an object ({@code DeclaredOuterMap.create}, or an earlier
     * migration) describes enums as integers; then a component whose type is an enum needs a rule by {@link #compute}.
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
    public Migration rename(String struct, String oldName, String newName) {
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
    public Migration drop(String struct, String component) {
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
    public Migration compute(String struct, String component, ToLongFunction<OldEntry> function) {
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
    public Migration computeBytes(String struct, String component, Function<OldEntry, byte[]> function) {
        return with(new ByBytes(struct, component, Objects.requireNonNull(function, "function")));
    }

    /**
     * Hands out the old inner maps of an outer map instead of copying their entries. The new inner maps start empty, at the same keys.
     * {@code recoverUndrained()} returns the old ones in the new layout, as if the previous version had taken them out. This is for maps
     * that programs count in: an upgrade ({@code OpenObject.attach}) converts them when no program writes to them any more, so no count
     * is lost.
     *
     * @param outerMap the name of the outer map in C
     * @return a new migration
     * @throws IllegalArgumentException if the migration has no schema text ({@link #fromBtf})
     */
    public Migration drain(String outerMap) {
        if (schemaText == null) {
            throw new IllegalArgumentException(
                    "Migration.drain needs the schema text of the previous version: use Migration.from");
        }
        Set<String> more = new HashSet<>(drained);
        more.add(outerMap);
        return new Migration(schemaText, rules, more);
    }

    /**
     * Returns whether the old inner maps of an outer map are handed out.
     *
     * @param outerMap the name of the outer map in C
     * @return true if {@link #drain} names it
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
