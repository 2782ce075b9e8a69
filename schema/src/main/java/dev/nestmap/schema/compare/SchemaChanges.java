/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference.Aspect;
import dev.nestmap.schema.compare.SchemaChange.Effect;
import dev.nestmap.schema.type.NamedType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What it breaks to go from one version of a schema to the next.
 *
 * <p>What was made with the version before is of three kinds. Maps that are pinned stay as they are: whether they are taken,
 * refused or misread follows from {@link PinOutcome}. C and Java source has to be edited where it says what is gone. Objects
 * that were compiled before are no matter here: they are compared when they are loaded, refused if anything differs that the
 * records declare ({@link SchemaComparison}), and compiled anew by the build.
 */
public final class SchemaChanges {
    private final Schema before;
    private final Schema after;
    private final List<Difference> differences;
    private final List<SchemaChange> changes = new ArrayList<>();
    private final Set<String> refused = new HashSet<>();

    /** The sizes of keys and values as a change makes them. */
    private record SizeChange(String definition, String part, long before, long after) {
        @Override
        public String toString() {
            return part + "_size of `" + definition + "` from " + before + " to " + after;
        }
    }

    /** What makes differences one and the same, wherever they are. */
    private record Cause(String subject, Aspect aspect, String declared, String actual) {
        static Cause of(Difference difference) {
            return new Cause(
                    ChangeDescription.subject(difference.where()),
                    difference.aspect(),
                    difference.declared(),
                    difference.actual());
        }
    }

    private SchemaChanges(Schema before, Schema after) {
        this.before = before;
        this.after = after;
        this.differences = SchemaComparison.versions(before, after);
    }

    /**
     * The changes from one version to the next, each with what it breaks.
     *
     * @return the worst first; empty exactly when the schemas are equal
     */
    public static List<SchemaChange> between(Schema before, Schema after) {
        return new SchemaChanges(before, after).find();
    }

    private List<SchemaChange> find() {
        origin();
        differing();
        goneTypes();
        newMaps();
        order();
        if (changes.isEmpty() && !before.equals(after)) {
            changes.add(new SchemaChange(
                    Effect.COMPATIBLE,
                    "changing includes, an order, or types that no map has",
                    ChangeConsequences.NONE));
        }
        return changes.stream()
                .sorted(Comparator.comparing(SchemaChange::effect).reversed())
                .toList();
    }

    private void origin() {
        if (!before.origin().equals(after.origin())) {
            changes.add(new SchemaChange(
                    Effect.BREAKS_SOURCE,
                    "renaming " + before.origin() + " to " + after.origin(),
                    "Java that uses it, or the class that is generated from it, does not compile"));
        }
    }

    /** Several differences that make one key or value larger or smaller are one change, because the sizes are of all of them. */
    private void differing() {
        Map<Cause, List<Difference>> causes =
                differences.stream().collect(Collectors.groupingBy(Cause::of, LinkedHashMap::new, Collectors.toList()));
        Map<Set<SizeChange>, List<List<Difference>>> bySizes = causes.values().stream()
                .collect(Collectors.groupingBy(this::sizes, LinkedHashMap::new, Collectors.toList()));
        bySizes.forEach((sizes, group) -> {
            if (sizes.isEmpty()) {
                group.forEach(cause -> changes.add(change(List.of(cause), "")));
            } else {
                String verb = group.size() == 1 ? " changes " : " change ";
                changes.add(change(group, verb + ChangeDescription.list(sizes, "and")));
            }
        });
    }

    private SchemaChange change(List<List<Difference>> causes, String sizes) {
        List<String> words = causes.stream()
                .map(cause -> ChangeDescription.cause(cause.get(0)))
                .toList();
        List<Difference> all = causes.stream().flatMap(Collection::stream).toList();
        ChangeConsequences consequences = new ChangeConsequences(before, after, all);
        before.maps().stream().filter(consequences::refuses).map(MapDef::name).forEach(refused::add);
        return new SchemaChange(
                consequences.effect(), ChangeDescription.list(words, "and") + sizes, consequences.text());
    }

    private Set<SizeChange> sizes(List<Difference> cause) {
        Set<SizeChange> sizes = new LinkedHashSet<>();
        for (Difference difference : cause) {
            PartSizes part = PartSizes.of(before, after, difference).orElse(null);
            if (part != null && part.differ()) {
                sizes.add(new SizeChange(part.definition(), part.part(), part.before(), part.after()));
            }
        }
        return sizes;
    }

    private void goneTypes() {
        for (NamedType type : before.types()) {
            boolean renamed = differences.stream()
                    .anyMatch(difference -> difference.aspect() == Aspect.TAG
                            && difference.declared().equals(type.spelling()));
            if (after.type(type.name()).isEmpty() && !renamed) {
                changes.add(new SchemaChange(
                        Effect.BREAKS_SOURCE,
                        "removing `" + type.spelling() + "`",
                        "C and Java that use it do not compile"));
            }
        }
    }

    private void newMaps() {
        after.maps().stream()
                .filter(map -> map.role() != MapRole.INNER || !after.isUsed(map))
                .filter(map -> before.map(map.name()).isEmpty())
                .forEach(
                        map -> changes.add(
                                new SchemaChange(
                                        Effect.COMPATIBLE,
                                        "adding the map `" + map.name() + "`",
                                        "nothing that is there uses it; objects that were compiled before lack it, so compile them anew")));
    }

    /** The layout of an outer map is compared as text, so it says more than the differences do. */
    private void order() {
        List<String> maps = before.maps().stream()
                .filter(map -> isNest(map) && !refused.contains(map.name()))
                .filter(map -> after.map(map.name())
                        .filter(SchemaChanges::isNest)
                        .filter(other -> !OuterMapLayout.of(before, map).equals(OuterMapLayout.of(after, other)))
                        .isPresent())
                .map(map -> "`" + map.name() + "`")
                .toList();
        if (!maps.isEmpty()) {
            changes.add(new SchemaChange(
                    Effect.BREAKS_MAPS,
                    "changing the order of types",
                    PinOutcome.REFUSED.text(maps) + PinOutcome.REMEDY));
        }
    }

    private static boolean isNest(MapDef map) {
        return map.role() == MapRole.OUTER && map.inner() != null;
    }
}
