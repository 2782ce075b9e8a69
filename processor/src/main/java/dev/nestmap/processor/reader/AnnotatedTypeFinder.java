/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.google.auto.common.MoreElements;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfType;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.reader.map.MapAnnotation;
import dev.nestmap.processor.reader.source.AnnotationUse;
import dev.nestmap.processor.reader.source.ExternalTypeReader;
import dev.nestmap.processor.reader.source.GeneratedJavaNames;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.source.WidthAnnotation;
import dev.nestmap.processor.reader.type.CTypeReader;
import dev.nestmap.processor.reader.type.LayoutAnnotationReader;
import dev.nestmap.processor.reader.type.UnionReader;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;

/** Finds the types with Nestmap's annotations in one top-level type, and annotations that would have no effect. */
record AnnotatedTypeFinder(TypeElement type, Problems problems) {
    private Optional<AnnotationUse> object() {
        return AnnotationUse.on(type, BpfObject.class);
    }

    /** Checks that the object is an interface with at least one map, global variable or program. */
    void checkObject() {
        object().ifPresent(object -> {
            if (type.getKind() != ElementKind.INTERFACE) {
                problems.error(object, Rule.OBJECT_NOT_AN_INTERFACE);
            } else if (ProgramReader.annotations(type).isEmpty()
                    && declared().stream().allMatch(nested -> roles(nested).isEmpty())) {
                problems.error(object, Rule.OBJECT_WITHOUT_MAPS);
            }
        });
    }

    /** The types that can have annotations: the types nested in an object, or else the top-level type itself. */
    private List<TypeElement> declared() {
        return object().isPresent() ? nested(type) : List.of(type);
    }

    private static List<TypeElement> nested(TypeElement around) {
        return around.getEnclosedElements().stream()
                .filter(MoreElements::isType)
                .map(MoreElements::asType)
                .toList();
    }

    /** The classes that users can name and that are generated in the class of this type, at any depth. */
    Set<ClassName> nestedClasses() {
        Set<ClassName> classes = new LinkedHashSet<>();
        for (TypeElement candidate : declared()) {
            if (!MapAnnotation.on(candidate).isEmpty()) {
                ClassName map = GeneratedJavaNames.accessor(candidate, type);
                classes.addAll(List.of(map, map.nestedClass("Owned"), map.nestedClass("View")));
            } else if (!GlobalReader.annotations(candidate).isEmpty()) {
                classes.add(GeneratedJavaNames.variable(candidate, type));
            } else {
                ClassName codec = GeneratedJavaNames.codec(candidate, type);
                classes.addAll(List.of(codec, StructModel.view(codec, ClassName.get(candidate))));
            }
        }
        classes.remove(GeneratedJavaNames.holder(type));
        return classes;
    }

    /** The map annotations: one on each record, or several {@code @OuterMap}. */
    List<MapAnnotation> maps() {
        return declared().stream()
                .flatMap(candidate -> mapsOf(candidate).stream())
                .filter(annotation -> isReadable(annotation.use()) && hasTypeOfRole(annotation))
                .toList();
    }

    /** Whether a map in this role can have its type; reports it otherwise. */
    private boolean hasTypeOfRole(MapAnnotation annotation) {
        String name = annotation.record().getSimpleName().toString();
        String type = annotation.use().text("type");
        SourceLocation place = annotation.place("type");
        MapKind kind = annotation.kind();
        if (annotation.role() == MapRole.INNER && kind.isMapOfMaps()) {
            problems.error(
                    place,
                    Rule.INNER_TYPE_REFUSED,
                    name,
                    type,
                    "an inner map with inner maps of its own, with EINVAL",
                    "declare one outer map, whose key has a component for each level");
        } else if (annotation.role() == MapRole.INNER && kind.holdsPrograms()) {
            problems.error(
                    place,
                    Rule.INNER_TYPE_REFUSED,
                    name,
                    type,
                    "a program array as an inner map, because it can't compare it with a prototype, with ENOTSUPP",
                    "declare it with @BpfMap, and give each key of the outer map a range of its indexes");
        } else if (annotation.role() == MapRole.OUTER && !kind.isMapOfMaps()) {
            problems.error(
                    place,
                    Rule.TYPE_NOT_OF_ROLE,
                    name,
                    type,
                    "the values of an outer map are inner maps",
                    "use HASH_OF_MAPS or ARRAY_OF_MAPS, or declare the record with @BpfMap or @InnerMap");
        } else if (annotation.role() == MapRole.PLAIN && kind.isMapOfMaps()) {
            problems.error(
                    place,
                    Rule.TYPE_NOT_OF_ROLE,
                    name,
                    type,
                    "the values of such a map are inner maps, and its record must name them",
                    "declare it with @OuterMap(inner = ...)");
        } else {
            return true;
        }
        return false;
    }

    /** The annotations of the record's first role. A second role is reported as an error. */
    private List<MapAnnotation> mapsOf(TypeElement record) {
        List<MapAnnotation> all = MapAnnotation.on(record);
        List<MapAnnotation> same =
                all.stream().filter(map -> map.role() == all.get(0).role()).toList();
        all.stream()
                .filter(map -> !same.contains(map))
                .findFirst()
                .ifPresent(other -> rejectSecond(all.get(0).use(), other.use()));
        return same;
    }

    private boolean isReadable(AnnotationUse annotation) {
        TypeElement record = MoreElements.asType(annotation.element());
        if (!problems.isComplete(annotation)) {
            return false;
        }
        if (record.getKind() != ElementKind.RECORD) {
            problems.error(annotation, Rule.NOT_A_RECORD, "a record");
            return false;
        }
        if (!record.getTypeParameters().isEmpty()) {
            problems.error(record, Rule.GENERIC_RECORD);
        }
        return true;
    }

    /** The annotations for maps and global variables on a type. */
    private static List<AnnotationUse> roles(TypeElement type) {
        return Stream.concat(
                        MapAnnotation.on(type).stream().map(MapAnnotation::use),
                        GlobalReader.annotations(type).stream())
                .toList();
    }

    /** The annotations for global variables, one on each record. */
    List<AnnotationUse> globals() {
        return declared().stream()
                .flatMap(candidate -> GlobalReader.annotations(candidate).stream())
                .filter(this::isReadableGlobal)
                .toList();
    }

    private boolean isReadableGlobal(AnnotationUse annotation) {
        TypeElement record = MoreElements.asType(annotation.element());
        AnnotationUse first = roles(record).get(0);
        if (object().isEmpty()) {
            problems.error(
                    annotation, Rule.OUTSIDE_OBJECT, annotation.name(), "nest the record in a @BpfObject interface");
            return false;
        }
        if (!first.equals(annotation)) {
            rejectSecond(first, annotation);
            return false;
        }
        return isReadable(annotation);
    }

    /** The types with {@code @BpfType}, whether or not a map uses them. */
    List<TypeElement> types() {
        List<TypeElement> shared = new ArrayList<>();
        for (TypeElement candidate : declared()) {
            AnnotationUse.on(candidate, BpfType.class).ifPresent(annotation -> {
                List<AnnotationUse> others = roles(candidate);
                if (!others.isEmpty()) {
                    rejectSecond(others.get(0), annotation);
                } else if (!CTypeReader.isType(candidate)) {
                    problems.error(annotation, Rule.NOT_A_RECORD, "a record, an enum or a @Union interface");
                } else {
                    shared.add(candidate);
                }
            });
        }
        return shared;
    }

    private void rejectSecond(AnnotationUse first, AnnotationUse second) {
        problems.error(second, Rule.SEVERAL_MAP_ANNOTATIONS, first.name(), second.name());
    }

    /** Rejects annotations that would have no effect on their type. Call it after everything has been read. */
    void checkMisplaced() {
        List<TypeElement> declared = declared();
        declared.forEach(this::checkFamily);
        declared.forEach(this::checkOnDemand);
        declared.forEach(this::checkWidth);
        declared.forEach(this::checkProgram);
        checkExternal(declared);
        checkLayouts(type);
    }

    /** Rejects an empty {@code @OuterMap.All}. The compiler never adds one, but a developer can write one. */
    private void checkFamily(TypeElement candidate) {
        AnnotationUse.on(candidate, OuterMap.All.class)
                .filter(container -> container.contained().findFirst().isEmpty())
                .ifPresent(container -> problems.error(container, Rule.OUTER_MAPS_EMPTY));
    }

    private void checkOnDemand(TypeElement candidate) {
        boolean isOuter = MapAnnotation.on(candidate).stream().anyMatch(map -> map.role() == MapRole.OUTER);
        AnnotationUse.on(candidate, InnerMapsOnDemand.class)
                .filter(unused -> !isOuter)
                .ifPresent(onDemand -> problems.error(onDemand, Rule.ON_DEMAND_MISPLACED));
    }

    /** Rejects a program that is declared on a record, or on a top-level type that is not an object. */
    private void checkProgram(TypeElement candidate) {
        if (!MoreElements.isAnnotationPresent(candidate, BpfObject.class)) {
            ProgramReader.annotations(candidate)
                    .forEach(program -> problems.error(
                            program, Rule.OUTSIDE_OBJECT, program.name(), "put it on a @BpfObject interface"));
        }
    }

    /** Rejects a width on a type that is not an enum. */
    private void checkWidth(TypeElement candidate) {
        if (candidate.getKind() != ElementKind.ENUM) {
            WidthAnnotation.on(candidate)
                    .forEach(width -> problems.error(
                            SourceLocation.of(candidate),
                            Rule.WIDTH_MISPLACED,
                            width.spelling(),
                            candidate.getSimpleName()));
        }
    }

    /** Rejects {@code @External} on a declaration that has no C type with a tag. */
    private void checkExternal(List<TypeElement> declared) {
        ExternalTypeReader externals = new ExternalTypeReader(problems);
        if (object().isPresent()) {
            externals.reject(type, "a @BpfObject is not a C type", ", or put it on the record of the C type");
        }
        for (TypeElement candidate : declared) {
            if (!MapAnnotation.on(candidate).isEmpty()) {
                externals.reject(
                        candidate,
                        "the record declares a map and not a C struct",
                        ", or make the key or value a separate record and put it there");
            } else if (!GlobalReader.annotations(candidate).isEmpty()) {
                externals.reject(
                        candidate,
                        "the record declares a variable and not a C struct",
                        ", or put it on a separate record that is the only component of this one");
            } else if (!CTypeReader.isType(candidate)) {
                externals.reject(candidate, "it does not become a struct, union or enum in C", "");
            }
        }
    }

    /** Rejects annotations of unions' members and of structs on a type that is neither, at any depth. */
    private void checkLayouts(TypeElement around) {
        LayoutAnnotationReader layouts = new LayoutAnnotationReader(problems);
        if (!UnionReader.isMemberOfAny(around, problems)) {
            layouts.rejectAnonymous(around);
        }
        if (around.getKind() == ElementKind.ENUM) {
            layouts.rejectStructAnnotations(around, "an enum is not a C struct", ", or give it a width, such as @U8");
        } else if (MoreElements.isAnnotationPresent(around, BpfObject.class)) {
            layouts.rejectStructAnnotations(
                    around, "a @BpfObject is not a C struct", ", or put it on the records that need it");
        }
        nested(around).forEach(this::checkLayouts);
    }
}
