/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.schema.MapConstantName;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a load does with pinned maps of a previous version. Each pinned map that has changed needs a word: {@link #drain} hands out what
 * programs have counted in an outer map, {@link #copy} copies the entries of settings at one moment, and {@link #discard} drops them. Only a map that programs can't write
 * ({@code RDONLY_PROG}) is copied without a word.
 *
 * <p>Components and constants of enums are matched by their names. A component is copied if its type is the same or holds every value of the old type, and a
 * time is converted to a finer unit. A new component of a value is zero, unless a function computes it; a new component of a key needs a
 * function. {@code @Was} at a component or constant has its earlier names, and {@code @Removed} at a record the components that it gives up; both versions
 * obey the words of the other one.
 *
 * <p>Functions name structs and components as C and the schema text do: {@code flow}, {@code packets}. The only component of a key or value
 * has no name in C: they name it by the empty string. Instances are immutable.
 */
public final class Migration {
    private final String schemaText;
    private final List<Rule> rules;
    private final Map<String, Word> words;
    private final boolean acceptsOtherWriters;

    /** What happens to the entries of a pinned map that has changed. */
    public enum Word {
        /** {@link #drain}. */
        DRAIN,
        /** {@link #copy}. */
        COPY,
        /** {@link #discard}. */
        DISCARD
    }

    /** A struct in one entry of the previous version. Components have their names in C. */
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
         * Returns the bytes of a component that is not a bit-field.
         *
         * @param component {@code packets}, or {@code peer.port} for a component of a nested struct; empty if the old value was not a
         *     struct
         * @return the bytes as they are in the map
         * @throws IllegalArgumentException if there is no such component
         */
        byte[] bytes(String component);
    }

    private Migration(String schemaText, List<Rule> rules, Map<String, Word> words, boolean acceptsOtherWriters) {
        this.schemaText = schemaText;
        this.rules = List.copyOf(rules);
        this.words = Collections.unmodifiableMap(new LinkedHashMap<>(words));
        this.acceptsOtherWriters = acceptsOtherWriters;
    }

    /** The result of a check of a migration, which needs no kernel and no pins. The generated class makes it: {@code TenantFlowsBpf.check}. */
    public interface Check {
        /** {@return the migration that was checked; {@code toString()} prints its calls} */
        Migration migration();

        /** {@return all reasons for which a load would refuse the migration; empty if there are none} */
        List<String> problems();

        /**
         * Requires that there are no problems.
         *
         * @throws BpfException if there are; the message has all of them
         */
        void requireComplete();

        /** {@return the check of the way back, see {@link Migration#rollback}} */
        Check rollback();
    }

    /** A rule for one component of a struct, as {@link #rules} returns it. */
    public sealed interface Rule {
        /** {@return the struct's name in C, in the new version; in the previous version if the new one has a value without a name instead} */
        String struct();

        /** {@return the component's name in C, in the new version. Empty for a value that is no struct} */
        String component();
    }

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
     * Returns a migration from maps of a previous version, whose schema text describes them.
     *
     * @param schemaText schema text of the previous version: {@code META-INF/bpf/<package>/<header>.schema} in its jar, or the copy that the
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
        return new Migration(schemaText, List.of(), Map.of(), false);
    }

    /**
     * Reads the schema text of a previous version from a resource.
     *
     * @param beside a class in the same module or jar
     * @param name name of the resource in {@code META-INF/bpf}, without {@code .schema}: {@code tenant_flows-1}
     * @return the text, for {@link #from}
     * @throws IllegalArgumentException if there is no such resource, or if it can't be read
     */
    public static String schema(Class<?> beside, String name) {
        String resource = "/META-INF/bpf/" + name + ".schema";
        try (InputStream text = beside.getResourceAsStream(resource)) {
            if (text == null) {
                throw new IllegalArgumentException("there is no resource " + resource + " beside " + beside.getName()
                        + ": copy the schema text of the previous version to src/main/resources" + resource);
            }
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalArgumentException("the resource " + resource + " can't be read: " + e, e);
        }
    }

    /**
     * Computes a component as a number. The component may be new or have a new type.
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
     * Computes a component as bytes, for example an array of another length, an address, a string or a struct. The component must not be a
     * bit-field.
     *
     * @param struct the struct's name in the new version
     * @param component the component's name in the new version
     * @param function computes the bytes from the previous version of the struct, in the size of the component's type and the byte order of
     *     this machine
     * @return a new migration
     * @throws IllegalArgumentException if the component already has a rule
     */
    public Migration computeBytes(String struct, String component, Function<OldEntry, byte[]> function) {
        return with(new ByBytes(struct, component, Objects.requireNonNull(function, "function")));
    }

    /**
     * Hands out the old inner maps of an outer map instead of copying their entries. The new inner maps start empty, at the same keys.
     * The drains pass the old maps in the new layout, as if the previous version had taken them out. Use this for maps
     * in which programs count: an upgrade ({@code OpenObject.attach}) converts them after the last program has stopped writing to them, so
     * no count is lost. If programs that use the map may sleep or run callbacks, the upgrade can't wait for all of them, and the maps have the
     * doubt {@code UNCHECKED}.
     *
     * <p>The load must replace every program that uses the old outer map. It fails if it finds another one, see {@link #withOtherWriters}. Without
     * CAP_SYS_ADMIN, it can't see which maps a program uses, and fails if it leaves out a pinned link in the directory of the maps.
     *
     * @param map a constant of the generated class; an outer map of both versions
     * @return a new migration
     * @throws IllegalArgumentException if the map has another word
     */
    public Migration drain(MapDeclaration.Outer map) {
        return with(map, Word.DRAIN);
    }

    /**
     * Copies the entries of a map, at one moment of the load. <b>What programs write to the old map after that moment is lost.</b> So copy
     * maps that only your service writes, or whose latest writes you can lose. An outer map is copied only if programs can't write to its inner maps
     * ({@code RDONLY_PROG}) in both versions; {@link #drain} the others.
     *
     * @param map a constant of the generated class
     * @return a new migration
     * @throws IllegalArgumentException if the map has another word
     */
    public Migration copy(MapDeclaration map) {
        return with(map, Word.COPY);
    }

    /**
     * Discards the entries of a map, which starts empty. An outer map keeps its keys, with empty inner maps. Its displaced maps are
     * discarded, too.
     *
     * @param map a constant of the generated class
     * @return a new migration
     * @throws IllegalArgumentException if the map has another word
     */
    public Migration discard(MapDeclaration map) {
        return with(map, Word.DISCARD);
    }

    /**
     * Accepts programs that keep using the old maps of {@link #drain}, or that this process can't see. What these programs count in the old maps
     * afterwards is lost.
     *
     * @return a new migration
     */
    public Migration withOtherWriters() {
        return new Migration(schemaText, rules, words, true);
    }

    /**
     * Derives the way back, for the build of the previous version that replaces this one: with the same words for maps, and without functions, which have
     * no way back. What can't be derived is a problem of its {@link Check}: a number that becomes narrower, or a component of a key that only the
     * previous version has, needs {@link #compute}.
     *
     * @param schemaText schema text of this version, from which the way back leads
     * @return a migration from this version to the previous one
     * @throws IllegalArgumentException if the text is not a schema text
     */
    public Migration rollback(String schemaText) {
        from(schemaText); // checks the text
        Schema previous = SchemaText.parse(this.schemaText);
        Schema current = SchemaText.parse(schemaText);
        Map<String, Word> kept = new LinkedHashMap<>(words);
        kept.keySet()
                .removeIf(map -> previous.map(map).isEmpty() || current.map(map).isEmpty());
        return new Migration(schemaText, List.of(), kept, acceptsOtherWriters);
    }

    /** {@return the calls that make an equal migration; functions and the schema text are dots} */
    @Override
    public String toString() {
        StringBuilder calls = new StringBuilder("Migration.from(...)");
        rules.forEach(rule -> calls.append("\n        ").append(call(rule)));
        words.forEach((map, word) -> calls.append("\n        .")
                .append(word.name().toLowerCase(Locale.ROOT))
                .append('(')
                .append(MapConstantName.of(map))
                .append(')'));
        return calls.append(acceptsOtherWriters ? "\n        .withOtherWriters()" : "")
                .toString();
    }

    private static String call(Rule rule) {
        return (rule instanceof ByNumber ? ".compute(\"" : ".computeBytes(\"") + rule.struct() + "\", \""
                + rule.component() + "\", ...)";
    }

    private Migration with(MapDeclaration map, Word word) {
        Map<String, Word> more = new LinkedHashMap<>(words);
        Word other = more.putIfAbsent(map.name(), word);
        if (other != null && other != word) {
            throw new IllegalArgumentException(
                    "map " + map.name() + " has the words " + other.name().toLowerCase(Locale.ROOT) + " and "
                            + word.name().toLowerCase(Locale.ROOT) + ": leave one of them out");
        }
        return new Migration(schemaText, rules, more, acceptsOtherWriters);
    }

    /** {@return what happens to the entries of pinned maps that have changed, by the names of the maps in C} */
    public Map<String, Word> words() {
        return words;
    }

    /** {@return whether other programs may use the maps ({@link #withOtherWriters})} */
    public boolean acceptsOtherWriters() {
        return acceptsOtherWriters;
    }

    /** {@return the schema text of the previous version} */
    public String schemaText() {
        return schemaText;
    }

    /** {@return the rules, in the order in which they were added} */
    public List<Rule> rules() {
        return rules;
    }

    private Migration with(Rule rule) {
        if (rule(rule.struct(), rule.component()) != null) {
            throw new IllegalArgumentException(
                    rule.struct() + "." + rule.component() + " has two rules: leave one of them out");
        }
        List<Rule> more = new ArrayList<>(rules);
        more.add(rule);
        return new Migration(schemaText, more, words, acceptsOtherWriters);
    }

    /**
     * Finds the rule of a component.
     *
     * @param struct the struct's name in the new version
     * @param component the component's name in the new version
     * @return its rule; null if there is none
     */
    public @Nullable Rule rule(String struct, String component) {
        return rules.stream()
                .filter(rule -> rule.struct().equals(struct) && rule.component().equals(component))
                .findFirst()
                .orElse(null);
    }
}
