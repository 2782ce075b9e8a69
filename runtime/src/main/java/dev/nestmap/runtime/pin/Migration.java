/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
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
    private final @Nullable Schema before;
    private final List<Rule> rules;

    private Migration(@Nullable Schema before, List<Rule> rules) {
        this.before = before;
        this.rules = List.copyOf(rules);
    }

    /** What is said of one component of a struct: both are called as they are now, a dropped one as it was. */
    public sealed interface Rule {
        /** The struct's name. */
        String struct();

        /** The component's name. */
        String component();
    }

    /**
     * It was called otherwise.
     *
     * @param before its name before
     */
    public record Renamed(String struct, String component, String before) implements Rule {}

    /** It is no more. */
    public record Dropped(String struct, String component) implements Rule {}

    /**
     * A function makes it, a number.
     *
     * @param function of the old struct in the same place
     */
    public record ByNumber(String struct, String component, ToLongFunction<OldValue> function) implements Rule {}

    /**
     * A function makes it, whatever it is.
     *
     * @param function of the old struct in the same place
     */
    public record ByBytes(String struct, String component, Function<OldValue, byte[]> function) implements Rule {}

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

    /**
     * From maps whose layout the kernel tells: it keeps the BTF that a map was made with. So maps are migrated whose schema text is
     * lost, or which C programs made. It takes CAP_SYS_ADMIN to read. Maps that were made without BTF are refused. An enum may come
     * as the number that it is.
     */
    public static Migration fromBtf() {
        return new Migration(null, List.of());
    }

    /** The same; a component that is now called otherwise is taken over. */
    public Migration renamed(String struct, String before, String now) {
        return and(new Renamed(struct, now, Objects.requireNonNull(before, "before")));
    }

    /** The same; a component that is no more is dropped. */
    public Migration dropping(String struct, String component) {
        return and(new Dropped(struct, component));
    }

    /**
     * The same; a component's number is what a function makes of the old struct in the same place. It may be new, or of
     * another type than before.
     */
    public Migration number(String struct, String component, ToLongFunction<OldValue> function) {
        return and(new ByNumber(struct, component, Objects.requireNonNull(function, "function")));
    }

    /**
     * The same for any component but a bit-field: a function makes the bytes that it has in the map, as many as its type has, in
     * this machine's byte order. For arrays of another length, addresses, texts and structs.
     */
    public Migration bytes(String struct, String component, Function<OldValue, byte[]> function) {
        return and(new ByBytes(struct, component, Objects.requireNonNull(function, "function")));
    }

    /** What the version before declared; empty where the kernel is asked. */
    public Optional<Schema> before() {
        return Optional.ofNullable(before);
    }

    /** What is said of components. */
    public List<Rule> rules() {
        return rules;
    }

    private Migration and(Rule rule) {
        if (rules.stream().anyMatch(other -> isSaidOfSame(other, rule))) {
            throw new IllegalArgumentException(rule.struct() + "." + rule.component() + " is said twice");
        }
        List<Rule> more = new ArrayList<>(rules);
        more.add(rule);
        return new Migration(before, more);
    }

    /** A name of before may be given to another component now. */
    private static boolean isSaidOfSame(Rule one, Rule other) {
        return one instanceof Dropped == other instanceof Dropped
                && one.struct().equals(other.struct())
                && one.component().equals(other.component());
    }
}
