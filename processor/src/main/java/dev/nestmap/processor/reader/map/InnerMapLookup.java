/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import com.google.auto.common.MoreTypes;
import com.palantir.javapoet.ClassName;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.reader.declaration.Imports;
import dev.nestmap.processor.reader.name.JavaNames;
import dev.nestmap.processor.reader.source.EnclosingTypes;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.source.Visibility;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.rules.Rule;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;

/** Finds the inner maps that outer maps name. */
record InnerMapLookup(TypeElement topLevel, Imports imports, Problems problems) {
    /**
     * The inner map that an outer map names.
     *
     * @param innerMaps those of the same top-level type, which have been read before
     */
    Optional<EntryMapModel> of(MapAnnotation outer, List<EntryMapModel> innerMaps) {
        SourceLocation place = outer.place("inner");
        if (outer.inner().getKind() != TypeKind.DECLARED) {
            problems.error(place, Rule.INNER_IS_NO_INNER_MAP, outer.inner());
            return Optional.empty();
        }
        TypeElement inner = MoreTypes.asTypeElement(outer.inner());
        boolean isInner = inner.getKind() == ElementKind.RECORD
                && MapAnnotation.on(inner).stream().anyMatch(annotation -> annotation.role() == MapRole.INNER);
        if (!isInner) {
            problems.error(place, Rule.INNER_IS_NO_INNER_MAP, inner.getSimpleName());
            return Optional.empty();
        }
        TypeElement home = EnclosingTypes.topLevel(inner);
        if (home.equals(topLevel)) {
            Optional<EntryMapModel> here = innerMaps.stream()
                    .filter(map -> map.record().equals(ClassName.get(inner)))
                    .findFirst();
            if (here.isEmpty()) {
                problems.toldElsewhere();
            }
            return here;
        }
        if (!home.equals(inner)) {
            problems.error(place, Rule.ELSEWHERE_NESTED, inner.getSimpleName(), home.getSimpleName());
            return Optional.empty();
        }
        checkKeyVisible(inner, place);
        return imports.innerMap(inner, place);
    }

    /** The accessor of an outer map takes keys of its inner map, which may be of another package. */
    private void checkKeyVisible(TypeElement inner, SourceLocation place) {
        inner.getRecordComponents().stream()
                .filter(MapRecordReader::isKey)
                .filter(key -> key.asType().getKind() == TypeKind.DECLARED)
                .map(key -> MoreTypes.asTypeElement(key.asType()))
                .filter(key -> !Visibility.isVisibleTo(key, topLevel))
                .forEach(key -> problems.error(
                        place,
                        Rule.NOT_VISIBLE,
                        key.getSimpleName(),
                        JavaNames.holder(topLevel).simpleName(),
                        "public"));
    }
}
