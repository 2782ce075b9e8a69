/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.google.auto.common.MoreElements;
import dev.nestmap.annotations.BpfType;
import dev.nestmap.processor.reader.global.GlobalAnnotation;
import dev.nestmap.processor.reader.map.MapAnnotation;
import dev.nestmap.processor.reader.program.ProgramAnnotation;
import dev.nestmap.processor.reader.source.AnnotationValues;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.type.CTypeReader;
import dev.nestmap.schema.rules.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/**
 * Finds the types with Nestmap's annotations in one top-level type.
 *
 * @param type the top-level type
 * @param object its {@code @BpfObject}, or null
 */
record AnnotatedTypes(TypeElement type, @Nullable AnnotationMirror object, Problems problems) {
    /** Checks that the object is an interface with at least one map, global variable or program. */
    void checkObject() {
        if (object == null) {
            return;
        }
        if (type.getKind() != ElementKind.INTERFACE) {
            problems.error(SourceLocation.of(type, object), Rule.OBJECT_NOT_AN_INTERFACE, type.getSimpleName());
        } else if (ProgramAnnotation.on(type).isEmpty()
                && nested().stream().allMatch(nested -> roles(nested).isEmpty())) {
            problems.error(SourceLocation.of(type, object), Rule.OBJECT_WITHOUT_MAPS, type.getSimpleName());
        }
    }

    private List<TypeElement> nested() {
        return type.getEnclosedElements().stream()
                .filter(MoreElements::isType)
                .map(MoreElements::asType)
                .toList();
    }

    /** The types that can have annotations: the types nested in an object, or else the top-level type itself. */
    List<TypeElement> declared() {
        return object == null ? List.of(type) : nested();
    }

    /** The map annotations: one on each record, or several {@code @OuterMap}. */
    List<MapAnnotation> maps() {
        return declared().stream()
                .flatMap(candidate -> mapsOf(candidate).stream())
                .filter(this::isReadable)
                .toList();
    }

    /** The annotations of the record's first role. A second role is reported as an error. */
    private List<MapAnnotation> mapsOf(TypeElement record) {
        List<MapAnnotation> all = MapAnnotation.on(record);
        if (all.isEmpty()) {
            return all;
        }
        MapAnnotation first = all.get(0);
        List<MapAnnotation> same =
                all.stream().filter(map -> map.role() == first.role()).toList();
        all.stream()
                .filter(map -> !same.contains(map))
                .findFirst()
                .ifPresent(other -> rejectSecond(record, first.mirror(), other.mirror()));
        return same;
    }

    private boolean isReadable(MapAnnotation annotation) {
        return isReadable(annotation.record(), annotation.mirror(), annotation.place());
    }

    private boolean isReadable(TypeElement record, AnnotationMirror annotation, SourceLocation place) {
        if (!AnnotationValues.isComplete(annotation)) {
            problems.addMissingType();
            return false;
        }
        if (record.getKind() != ElementKind.RECORD) {
            problems.error(place, Rule.NOT_A_RECORD, record.getSimpleName(), "a record");
            return false;
        }
        if (!record.getTypeParameters().isEmpty()) {
            problems.error(SourceLocation.of(record), Rule.GENERIC_RECORD, record.getSimpleName());
        }
        return true;
    }

    /** The annotations for maps and global variables on a type. */
    private static List<AnnotationMirror> roles(TypeElement type) {
        return Stream.concat(
                        MapAnnotation.on(type).stream().map(MapAnnotation::mirror),
                        GlobalAnnotation.on(type).stream().map(GlobalAnnotation::mirror))
                .toList();
    }

    /** The annotations for global variables, one on each record. */
    List<GlobalAnnotation> globals() {
        return declared().stream()
                .flatMap(candidate -> GlobalAnnotation.on(candidate).stream())
                .filter(this::isReadable)
                .toList();
    }

    private boolean isReadable(GlobalAnnotation annotation) {
        TypeElement record = annotation.record();
        AnnotationMirror first = roles(record).get(0);
        if (object == null) {
            problems.error(annotation.place(), Rule.GLOBAL_OUTSIDE_OBJECT, record.getSimpleName(), annotation.name());
            return false;
        }
        if (!first.equals(annotation.mirror())) {
            rejectSecond(record, first, annotation.mirror());
            return false;
        }
        return isReadable(record, annotation.mirror(), annotation.place());
    }

    /** The types with {@code @BpfType}, whether or not a map uses them. */
    List<TypeElement> types() {
        List<TypeElement> shared = new ArrayList<>();
        for (TypeElement candidate : declared()) {
            MoreElements.getAnnotationMirror(candidate, BpfType.class).asSet().forEach(annotation -> {
                List<AnnotationMirror> others = roles(candidate);
                if (!others.isEmpty()) {
                    rejectSecond(candidate, others.get(0), annotation);
                } else if (!CTypeReader.isType(candidate)) {
                    problems.error(
                            SourceLocation.of(candidate, annotation),
                            Rule.NOT_A_RECORD,
                            candidate.getSimpleName(),
                            "a record, an enum or a @Union interface");
                } else {
                    shared.add(candidate);
                }
            });
        }
        return shared;
    }

    private void rejectSecond(TypeElement record, AnnotationMirror first, AnnotationMirror second) {
        problems.error(
                SourceLocation.of(record, second),
                Rule.SEVERAL_MAP_ANNOTATIONS,
                record.getSimpleName(),
                first.getAnnotationType().asElement().getSimpleName(),
                second.getAnnotationType().asElement().getSimpleName());
    }
}
