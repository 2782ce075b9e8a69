/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.google.auto.common.MoreElements;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Union;
import dev.nestmap.processor.reader.global.GlobalAnnotation;
import dev.nestmap.processor.reader.map.MapAnnotation;
import dev.nestmap.processor.reader.name.ExternalTypes;
import dev.nestmap.processor.reader.program.ProgramAnnotation;
import dev.nestmap.processor.reader.source.AnnotationValues;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.source.Width;
import dev.nestmap.processor.reader.type.CTypeReader;
import dev.nestmap.processor.reader.type.UnionMembers;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.rules.Rule;
import java.util.List;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;

/**
 * Finds annotations that would have no effect on their type.
 *
 * @param declared the types that can have annotations
 * @param problems the problems of the top-level type after it has been read
 */
record MisplacedAnnotations(TypeElement topLevel, List<TypeElement> declared, Problems problems) {
    void check() {
        declared.forEach(this::checkFamily);
        declared.forEach(this::checkOnDemand);
        declared.forEach(this::checkWidth);
        declared.forEach(this::checkProgram);
        checkExternal();
        checkCases(topLevel);
    }

    /** Rejects an empty {@code @OuterMap.All}. The compiler never adds one, but a developer can write one. */
    private void checkFamily(TypeElement type) {
        if (AnnotationValues.repeated(type, OuterMap.All.class).isEmpty()) {
            MoreElements.getAnnotationMirror(type, OuterMap.All.class)
                    .asSet()
                    .forEach(mirror -> problems.error(
                            SourceLocation.of(type, mirror), Rule.OUTER_MAPS_EMPTY, type.getSimpleName()));
        }
    }

    private void checkOnDemand(TypeElement type) {
        boolean isOuter = MapAnnotation.on(type).stream().anyMatch(map -> map.role() == MapRole.OUTER);
        MapAnnotation.onDemand(type)
                .filter(unused -> !isOuter)
                .ifPresent(onDemand -> problems.error(
                        SourceLocation.of(type, onDemand), Rule.ON_DEMAND_MISPLACED, type.getSimpleName()));
    }

    /** Rejects a program that is declared on a record, or on a top-level type that is not an object. */
    private void checkProgram(TypeElement type) {
        if (!MoreElements.isAnnotationPresent(type, BpfObject.class)) {
            ProgramAnnotation.on(type)
                    .forEach(program ->
                            problems.error(program.place(), Rule.PROGRAM_OUTSIDE_OBJECT, type.getSimpleName()));
        }
    }

    /** Rejects a width on a type that is not an enum. */
    private void checkWidth(TypeElement type) {
        if (type.getKind() != ElementKind.ENUM) {
            Width.on(type)
                    .forEach(width -> problems.error(
                            SourceLocation.of(type),
                            Rule.RECORD_ANNOTATION_DOES_NOT_FIT,
                            width.spelling(),
                            type.getSimpleName(),
                            "a width belongs to a component or an enum",
                            "remove it"));
        }
    }

    /** Rejects {@code @External} on a declaration that has no C type with a tag. */
    private void checkExternal() {
        ExternalTypes externals = new ExternalTypes(problems);
        if (MoreElements.isAnnotationPresent(topLevel, BpfObject.class)) {
            externals.reject(topLevel, "a @BpfObject is not a C type", "put @External on the record of the C type");
        }
        for (TypeElement type : declared) {
            if (!MapAnnotation.on(type).isEmpty()) {
                externals.reject(
                        type,
                        "the record declares a map and not a C struct",
                        "make the key or value a record of its own and put @External there");
            } else if (!GlobalAnnotation.on(type).isEmpty()) {
                externals.reject(
                        type,
                        "the record declares a variable and not a C struct",
                        "make the value a record of its own, the only component of this one, and put @External there");
            } else if (!CTypeReader.isType(type)) {
                externals.reject(type, "it does not become a struct, union or enum in C", "remove @External");
            }
        }
    }

    /** Rejects {@code @Union.Case} on a type that is not a union's member, at any depth. */
    private void checkCases(TypeElement around) {
        if (!UnionMembers.isMemberOfAny(around, problems)) {
            MoreElements.getAnnotationMirror(around, Union.Case.class)
                    .asSet()
                    .forEach(mirror -> problems.error(
                            SourceLocation.of(around, mirror), Rule.CASE_OUTSIDE_UNION, around.getSimpleName()));
        }
        around.getEnclosedElements().stream()
                .filter(MoreElements::isType)
                .map(MoreElements::asType)
                .forEach(this::checkCases);
    }
}
