/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.palantir.javapoet.ClassName;
import dev.nestmap.c.HeaderNames;
import dev.nestmap.processor.binding.EntryMapBinding;
import dev.nestmap.processor.binding.MapBinding;
import dev.nestmap.processor.binding.ObjectBinding;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.rules.Finding;
import dev.nestmap.schema.rules.KernelRules;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.rules.Spot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;

/** Checks what was read as a whole: what the kernel demands of it, and names that meet in one place. */
record SchemaCheck(Problems problems, Names names, TypeElement topLevel, List<MapAnnotation> annotations) {
    /** The methods without parameters that a skeleton has anyway. */
    private static final Set<String> SKELETON_METHODS = Set.of(
            "programs",
            "close",
            "isClosed",
            "isInMemory",
            "inMemory",
            "load",
            "getClass",
            "hashCode",
            "notify",
            "notifyAll",
            "toString",
            "wait",
            "clone",
            "finalize");

    void check(Schema schema, ObjectBinding binding) {
        KernelRules.check(schema).forEach(finding -> report(finding, binding));
        HeaderNames.clashes(schema)
                .forEach(clash -> problems.error(
                        names.placeOf(clash.second().owner()).orElse(Place.of(topLevel)),
                        Rule.C_NAME_CLASH,
                        clash.second().what(),
                        clash.second().identifier(),
                        clash.first().what(),
                        "rename one of them, or set name = \"...\""));
        if (binding.skeleton().isPresent()) {
            checkMembers(binding.maps());
        }
    }

    private void report(Finding finding, ObjectBinding binding) {
        binding.maps().stream()
                .filter(map -> map.map().name().equals(finding.spot().map()))
                .findFirst()
                .ifPresent(map -> problems.error(place(finding.spot(), map), finding.message()));
    }

    private Place place(Spot spot, MapBinding map) {
        MapAnnotation annotation = annotations.stream()
                .filter(candidate -> ClassName.get(candidate.record()).equals(map.record()))
                .findFirst()
                .orElseThrow();
        return switch (spot.part()) {
            case MAX_ENTRIES -> annotation.place("maxEntries");
            case KIND -> annotation.place("type");
            case INNER -> annotation.place("inner");
            case MAP -> annotation.place();
            case KEY -> keyOf(annotation.record(), map).orElse(Place.of(annotation.record()));
            case VALUE -> Place.of(annotation.record());
        };
    }

    /** The component that is the key; none where several are. */
    private static Optional<Place> keyOf(TypeElement record, MapBinding map) {
        return record.getRecordComponents().stream()
                .filter(component -> map instanceof EntryMapBinding entries
                        ? component.getSimpleName().contentEquals(entries.key())
                        : record.getRecordComponents().size() == 1)
                .findFirst()
                .map(Place::of);
    }

    /** Each map of an object is a method of the skeleton. */
    private void checkMembers(List<MapBinding> maps) {
        Map<String, String> seen = new HashMap<>();
        for (MapBinding map : maps) {
            if (map.map().role() == MapRole.INNER) {
                continue;
            }
            String member = map.member();
            if (SKELETON_METHODS.contains(member)) {
                clash(map, member, "a method that every object has");
            } else if (SourceVersion.isKeyword(member)) {
                clash(map, member, "a keyword of Java");
            }
            String former = seen.putIfAbsent(member, map.record().simpleName());
            if (former != null) {
                clash(map, member, former);
            }
        }
    }

    private void clash(MapBinding map, String member, String other) {
        annotations.stream()
                .filter(candidate -> ClassName.get(candidate.record()).equals(map.record()))
                .forEach(annotation -> problems.error(
                        Place.of(annotation.record()),
                        Rule.JAVA_NAME_CLASH,
                        map.record().simpleName(),
                        "method " + member + "()",
                        other));
    }
}
