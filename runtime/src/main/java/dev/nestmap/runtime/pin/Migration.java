/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.schema.MapConstantName;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a load does with pinned maps of a previous version. Each pinned map that has changed needs a word: {@link #drain} hands out what
 * programs have counted in an outer map, {@link #copy} copies the entries of settings at one moment, and {@link #discard} drops them. Only a map that programs can't write
 * ({@code RDONLY_PROG}) is copied without a word.
 *
 * <p>Rules convert the entries to the current records. A component with the same name is copied, if its type is the same
 * or holds every value of the old type. A new component of a value is zero, unless a function computes it; a new component of a key needs a
 * function. A component that no longer exists needs {@link #drop} or {@link #rename}, so that a renamed component is not lost by accident.
 *
 * <p>Structs and components have the names of C and of the schema text: {@code flow}, {@code packets}. The only component of a key or value
 * has no name in C, so rules name it by the empty string. If the new version has a struct instead, {@code rename("flow", "", "packets")}
 * says which component it becomes; on the way back, {@code rename("flow", "packets", "")}. Instances are immutable.
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

        /** {@return the component's name in C, in the new version; for a dropped component, in the previous version. Empty for a value that is no struct} */
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
     * Renames a component. If a new component has the old name, {@link #compute} it: only one component may be a copy of the old one.
     *
     * @param struct the struct's name in the new version
     * @param oldName the component's name in the previous version; empty if it was the only component
     * @param newName the component's name in the new version; empty if it is the only component, so that the new version has no such struct
     * @return a new migration
     * @throws IllegalArgumentException if the component already has a rule
     */
    public Migration rename(String struct, String oldName, String newName) {
        return with(new Renamed(struct, newName, Objects.requireNonNull(oldName, "oldName")));
    }

    /**
     * Drops a component. Its values are lost, unless functions of other components read them.
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
     * Accepts programs that go on using the old maps of {@link #drain}, or that this process can't see. What these programs count in the old maps
     * afterwards is lost.
     *
     * @return a new migration
     */
    public Migration withOtherWriters() {
        return new Migration(schemaText, rules, words, true);
    }

    /**
     * Derives the way back, for the build of the previous version that replaces this one. Turns renames around, also if a single component
     * became a struct or the reverse, drops the components that are new in this version, and keeps the words for maps. What it can't derive is a problem of its {@link Check}: a number that becomes narrower
     * or a component that this migration drops from a key, needs {@link #compute}.
     *
     * @param schemaText schema text of this version, from which the way back leads
     * @return a migration from this version to the previous one
     * @throws IllegalArgumentException if the text is not a schema text
     */
    public Migration rollback(String schemaText) {
        Migration back = from(schemaText);
        Schema previous = SchemaText.parse(this.schemaText);
        Schema current = SchemaText.parse(schemaText);
        List<Rule> reversed = new ArrayList<>();
        for (StructType struct : structs(current)) {
            StructType before = struct(previous, struct.name());
            if (before != null) {
                reverse(struct, before, reversed);
            }
        }
        rules.stream()
                .map(Rule::struct)
                .distinct()
                .forEach(struct -> reverseUnnamed(struct, previous, current, reversed));
        Map<String, Word> kept = new LinkedHashMap<>(words);
        kept.keySet()
                .removeIf(map -> previous.map(map).isEmpty() || current.map(map).isEmpty());
        return new Migration(back.schemaText, reversed, kept, acceptsOtherWriters);
    }

    private static List<StructType> structs(Schema schema) {
        return Stream.concat(schema.types().stream(), schema.maps().stream().flatMap(map -> map.types().stream()))
                .filter(StructType.class::isInstance)
                .map(StructType.class::cast)
                .filter(struct -> !struct.name().isEmpty())
                .distinct()
                .toList();
    }

    private void reverse(StructType struct, StructType before, List<Rule> reversed) {
        List<String> old = before.fields().stream().map(Field::name).toList();
        for (Field field : struct.fields()) {
            String name = field.name();
            Renamed renamed = rules.stream()
                    .filter(Renamed.class::isInstance)
                    .map(Renamed.class::cast)
                    .filter(rule -> rule.struct().equals(struct.name())
                            && rule.component().equals(name)
                            && !rule.oldName().isEmpty())
                    .findFirst()
                    .orElse(null);
            if (renamed != null) {
                reversed.add(new Renamed(struct.name(), renamed.oldName(), name));
            } else if (!name.isEmpty()
                    && !field.type().isManaged()
                    && (!old.contains(name) || isRenamed(struct, name))) {
                reversed.add(new Dropped(struct.name(), name));
            }
        }
    }

    /** Whether a component of the previous version has a new name, so that one with its old name is new. */
    private boolean isRenamed(StructType struct, String oldName) {
        return rules.stream()
                .anyMatch(rule -> rule instanceof Renamed renamed
                        && rule.struct().equals(struct.name())
                        && renamed.oldName().equals(oldName));
    }

    /** Adds the rules for a struct that only one version has, because the other one has a value without a name in its place. */
    private void reverseUnnamed(String struct, Schema previous, Schema current, List<Rule> reversed) {
        StructType before = struct(previous, struct);
        StructType now = struct(current, struct);
        if ((before == null) == (now == null)) {
            return;
        }
        Renamed kept = rules.stream()
                .filter(Renamed.class::isInstance)
                .map(Renamed.class::cast)
                .filter(rule ->
                        rule.struct().equals(struct) && (now == null ? rule.component() : rule.oldName()).isEmpty())
                .findFirst()
                .orElse(null);
        if (kept != null) {
            reversed.add(new Renamed(struct, kept.oldName(), kept.component()));
        }
        if (now == null) {
            if (kept == null) {
                reversed.add(new Dropped(struct, ""));
            }
            return;
        }
        now.fields().stream()
                .filter(field -> !field.type().isManaged())
                .map(Field::name)
                .filter(name -> kept == null || !name.equals(kept.component()))
                .forEach(name -> reversed.add(new Dropped(struct, name)));
    }

    private static @Nullable StructType struct(Schema schema, String name) {
        return structs(schema).stream()
                .filter(struct -> struct.name().equals(name))
                .findFirst()
                .orElse(null);
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
        String struct = "(\"" + rule.struct() + "\", \"";
        String component = rule.component() + "\"";
        if (rule instanceof Renamed renamed) {
            return ".rename" + struct + renamed.oldName() + "\", \"" + component + ")";
        }
        return rule instanceof Dropped
                ? ".drop" + struct + component + ")"
                : (rule instanceof ByNumber ? ".compute" : ".computeBytes") + struct + component + ", ...)";
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
        if (rules.stream().anyMatch(other -> isForSameComponent(other, rule))) {
            throw new IllegalArgumentException(
                    rule.struct() + "." + rule.component() + " has two rules: leave one of them out");
        }
        List<Rule> more = new ArrayList<>(rules);
        more.add(rule);
        return new Migration(schemaText, more, words, acceptsOtherWriters);
    }

    /** A new component may have the name of a dropped component, so one rule of each kind may have the same name. */
    private static boolean isForSameComponent(Rule one, Rule other) {
        return one instanceof Dropped == other instanceof Dropped
                && one.struct().equals(other.struct())
                && one.component().equals(other.component());
    }
}
