/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import com.google.auto.common.MoreElements;
import com.google.auto.common.MoreTypes;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.BpfType;
import dev.nestmap.annotations.InnerType;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.reader.declaration.ReaderContext;
import dev.nestmap.processor.reader.name.JavaNames;
import dev.nestmap.processor.reader.source.EnclosingTypes;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.rules.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;

/** Finds the inner maps that outer maps name. */
record InnerMapLookup(ReaderContext context) {
    private static final String NO_PROTOTYPE =
            "the kernel compares every inner map with a prototype, which an @InnerMap record declares";

    /**
     * The inner map that an outer map names.
     *
     * @param innerMaps the inner maps of the same top-level type, which have been read before
     */
    Optional<EntryMapModel> of(MapAnnotation outer, List<EntryMapModel> innerMaps) {
        SourceLocation place = outer.place("inner");
        if (outer.inner().getKind() != TypeKind.DECLARED) {
            context.problems()
                    .error(place, Rule.INNER_NOT_AN_INNER_MAP, outer.inner(), NO_PROTOTYPE, "name an @InnerMap record");
            return Optional.empty();
        }
        TypeElement inner = MoreTypes.asTypeElement(outer.inner());
        boolean isInner = inner.getKind() == ElementKind.RECORD
                && MapAnnotation.on(inner).stream().anyMatch(annotation -> annotation.role() == MapRole.INNER);
        if (!isInner) {
            reject(inner, place);
            return Optional.empty();
        }
        TypeElement home = EnclosingTypes.topLevel(inner);
        if (home.equals(context.topLevel())) {
            Optional<EntryMapModel> here = innerMaps.stream()
                    .filter(map -> map.record().equals(ClassName.get(inner)))
                    .findFirst();
            if (here.isEmpty()) {
                context.problems().addReportedElsewhere();
            }
            return here;
        }
        if (!home.equals(inner)) {
            context.problems().error(place, Rule.TYPE_NESTED_ELSEWHERE, inner.getSimpleName(), home.getSimpleName());
            return Optional.empty();
        }
        checkKeyVisible(inner, place);
        return context.imports().innerMap(inner, place);
    }

    /** Rejects a type that declares no inner map, and says how it can become one. */
    private void reject(TypeElement type, SourceLocation place) {
        Optional<MapAnnotation> other = MapAnnotation.on(type).stream().findFirst();
        String name = type.getSimpleName().toString();
        String why = NO_PROTOTYPE;
        String fix;
        if (other.map(MapAnnotation::role).equals(Optional.of(MapRole.OUTER))) {
            why = "the kernel allows only one level of nesting (EINVAL)";
            fix = "name an @InnerMap record";
        } else if (other.isPresent() && !isInnerType(other.get())) {
            why = "the kernel does not accept a " + other.get().kind() + " as an inner map";
            fix = "name an @InnerMap record";
        } else if (type.getKind() != ElementKind.RECORD) {
            fix = "name an @InnerMap record";
        } else if (other.isPresent()) {
            fix = "replace @BpfMap on " + name + " with @InnerMap, or name another record";
        } else if (MoreElements.isAnnotationPresent(type, BpfType.class)) {
            fix = "replace @BpfType on " + name + " with @InnerMap, or name another record";
        } else {
            fix = "annotate " + name + " with @InnerMap, or name another record";
        }
        context.problems().error(place, Rule.INNER_NOT_AN_INNER_MAP, name, why, fix);
    }

    private static boolean isInnerType(MapAnnotation map) {
        return Arrays.stream(InnerType.values())
                .anyMatch(type -> type.name().equals(map.kind().name()));
    }

    /** Reports an inner map of another package whose key type is not public. The outer map's accessor has methods with such keys. */
    private void checkKeyVisible(TypeElement inner, SourceLocation place) {
        inner.getRecordComponents().stream()
                .filter(MapKeys::isKey)
                .filter(key -> key.asType().getKind() == TypeKind.DECLARED)
                .map(key -> MoreTypes.asTypeElement(key.asType()))
                .filter(key -> !EnclosingTypes.isVisibleTo(key, context.topLevel()))
                .forEach(key -> context.problems()
                        .error(
                                place,
                                Rule.TYPE_NOT_VISIBLE,
                                key.getSimpleName(),
                                JavaNames.holder(context.topLevel()).simpleName(),
                                "public"));
    }
}
