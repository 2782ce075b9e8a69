/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.change;

import dev.nestmap.lint.change.SchemaChange.Effect;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.ChangeDescription;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.Difference.Aspect;
import dev.nestmap.schema.compare.KeyOrValueSizeChange;
import dev.nestmap.schema.compare.SchemaComparison;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the changes between two versions of a schema that reach pinned maps, and what happens to each map: {@link PinOutcome}. The
 * compilers of C and Java report what no longer compiles, and the loader rejects an object that does not match the records ({@link
 * SchemaComparison}).
 */
public final class SchemaChangeFinder {
    private final Schema before;
    private final Schema after;
    private final List<Difference> differences;
    private final List<SchemaChange> changes = new ArrayList<>();

    /** The cause of a difference. Differences with the same cause are one change, even if they are at different places. */
    private record Cause(String subject, Aspect aspect, String declared, String actual) {
        static Cause of(Difference difference) {
            return new Cause(
                    ChangeDescription.subject(difference.where()),
                    difference.aspect(),
                    difference.declared(),
                    difference.actual());
        }
    }

    private SchemaChangeFinder(Schema before, Schema after) {
        this.before = before;
        this.after = after;
        this.differences = SchemaComparison.compareVersions(before, after);
    }

    /**
     * The changes from the previous version to the new version that reach pinned maps, each with its consequences.
     *
     * @return the worst first
     */
    public static List<SchemaChange> between(Schema before, Schema after) {
        return new SchemaChangeFinder(before, after).find();
    }

    /**
     * The maps of both versions whose entries were not compared, because at least one definition has a size and no type. If two counters in
     * the entries of such a map change places, no change is found unless another part of the schemas uses the same type.
     */
    public static List<String> uncompared(Schema before, Schema after) {
        List<String> old = names(before);
        return names(after).stream().filter(old::contains).toList();
    }

    private static List<String> names(Schema schema) {
        return UntypedMaps.in(schema).stream().map(MapDef::name).toList();
    }

    private List<SchemaChange> find() {
        differences();
        pinsByName();
        changes.addAll(FieldMeaningChanges.between(before, after));
        return changes.stream()
                .sorted(Comparator.comparing(SchemaChange::effect).reversed())
                .toList();
    }

    /** Merges the differences that resize the same keys and values into one change, because the new sizes result from all of them. */
    private void differences() {
        Map<Cause, List<Difference>> causes =
                differences.stream().collect(Collectors.groupingBy(Cause::of, LinkedHashMap::new, Collectors.toList()));
        Map<Set<KeyOrValueSizeChange>, List<List<Difference>>> bySizes = causes.values().stream()
                .collect(Collectors.groupingBy(this::sizes, LinkedHashMap::new, Collectors.toList()));
        bySizes.forEach((sizes, group) -> {
            if (sizes.isEmpty()) {
                group.forEach(cause -> add(List.of(cause), ""));
            } else {
                String verb = group.size() == 1 ? " changes " : " change ";
                add(group, verb + ChangeDescription.list(sizes, "and"));
            }
        });
    }

    /** Adds a change if it reaches a pinned map. */
    private void add(List<List<Difference>> causes, String sizes) {
        List<Difference> all = causes.stream().flatMap(Collection::stream).toList();
        ChangeConsequences consequences = new ChangeConsequences(before, after, all);
        if (!consequences.text().isEmpty()) {
            List<String> descriptions = causes.stream()
                    .map(cause -> ChangeDescription.cause(cause.get(0)))
                    .toList();
            add(consequences.effect(), ChangeDescription.list(descriptions, "and") + sizes, consequences.text());
        }
    }

    private Set<KeyOrValueSizeChange> sizes(List<Difference> cause) {
        return cause.stream()
                .flatMap(difference -> KeyOrValueSizeChange.of(before, after, difference).stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private void pinsByName() {
        for (MapDef map : before.maps()) {
            boolean isPinned = after.map(map.name()).orElse(map).pinnedByName();
            String name = "`" + map.name() + "`";
            if (isPinned && !map.pinnedByName()) {
                add(
                        Effect.COMPATIBLE,
                        "adding the pin by name to " + name,
                        "a load pins the map by its name, and uses a map that is already pinned there");
            } else if (!isPinned && map.pinnedByName()) {
                add(
                        Effect.BREAKS_MAPS,
                        "removing the pin by name from " + name,
                        "each load creates a new map; a pinned one stays, with its entries, until its pin is removed");
            }
        }
    }

    private void add(Effect effect, String cause, String consequence) {
        changes.add(new SchemaChange(effect, cause, consequence));
    }
}
