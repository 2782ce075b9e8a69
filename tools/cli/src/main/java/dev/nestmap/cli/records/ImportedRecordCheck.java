/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import dev.nestmap.header.ReservedNames;
import dev.nestmap.lint.rules.KernelRules;
import dev.nestmap.lint.rules.RecordRules;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.lint.rules.RuleViolation;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares the maps of the written records with the object.
 *
 * @param actual the maps of the object by their names
 */
record ImportedRecordCheck(ImportRequest request, Map<String, MapDef> actual) {
    /** Why Nestmap would reject the record of a map; empty if it accepts the record. */
    Optional<String> rejection(MapDef declared, @Nullable MapDef inner) {
        Optional<String> rule = refused(declared)
                .or(() -> RecordRules.check(schema(declared, inner)).stream()
                        .filter(finding -> finding.map().equals(declared.name()))
                        .map(finding -> finding.message())
                        .findFirst());
        return rule.or(() -> request.hasHeader() ? enumBesideBitFields(declared, inner) : differences(declared, inner));
    }

    /** Why the kernel refuses the object's own definition. The record would differ from it. */
    private Optional<String> refused(MapDef declared) {
        MapDef map = actual.get(declared.name());
        return map == null
                ? Optional.empty()
                : KernelRules.check(map.withPages(MapKind.PAGE_SIZE)).stream()
                        .map(RuleViolation::message)
                        .findFirst();
    }

    private Optional<String> enumBesideBitFields(MapDef declared, @Nullable MapDef inner) {
        return present(declared, inner)
                .flatMap(map -> map.types().stream())
                .filter(StructType.class::isInstance)
                .map(StructType.class::cast)
                .flatMap(struct -> RecordRules.enumBesideBitFields(struct).stream()
                        .map(field -> Rule.ENUM_BESIDE_BIT_FIELDS.message(
                                field.name(),
                                CountText.of(field.type().size(), "byte"),
                                field.offset(),
                                CountText.of(struct.size(), "byte"))))
                .findFirst();
    }

    /** How a map that is made from the record differs from the object's map; empty if both are equal. */
    Optional<String> remark(MapDef declared, @Nullable MapDef inner) {
        if (!request.hasHeader()) {
            return Optional.empty();
        }
        return differences(declared, inner);
    }

    /** The types with and without tags in the records of a map and its inner maps. */
    private Set<NamedType> types(MapDef declared, @Nullable MapDef inner) {
        Set<NamedType> types = new LinkedHashSet<>();
        present(declared, inner).forEach(map -> types.addAll(map.types()));
        return types;
    }

    private Optional<String> differences(MapDef declared, @Nullable MapDef inner) {
        // The object has no definition to compare with if the user states it.
        boolean isOfUser = request.inners().containsKey(declared.name());
        String differences = SchemaComparison.compare(schema(declared, inner), actual(declared.name())).stream()
                .filter(difference -> !isOfUser || difference.aspect() != Difference.Aspect.PRESENCE)
                .map(Difference::message)
                .collect(Collectors.joining("; "));
        return Optional.of(differences).filter(text -> !text.isEmpty());
    }

    /** The object's map with this name, with the definition of its inner maps. */
    private Schema actual(String name) {
        MapDef map = actual.get(name);
        MapDef inner = map == null ? null : actual.get(String.valueOf(map.definition()));
        List<MapDef> maps = present(inner, map).toList();
        return new Schema(
                "", request.schema().header(), List.of(), request.schema().types(), maps);
    }

    private Schema schema(MapDef declared, @Nullable MapDef inner) {
        List<MapDef> maps = inner == null ? List.of(declared) : List.of(inner, declared);
        List<Schema.Include> includes = request.hasHeader() ? kernelHeaders(types(declared, inner)) : List.of();
        Schema schema = new Schema("", request.objectName(), includes, List.of(), maps);
        return request.hasHeader() ? schema : schema.asForeign();
    }

    /** The headers of the kernel that define some of these types. */
    private static List<Schema.Include> kernelHeaders(Set<NamedType> types) {
        return types.stream()
                .flatMap(type -> ReservedNames.header(type.name(), type.size()).stream()
                        .map(header -> new Schema.Include(header, List.of(type.name()), true)))
                .toList();
    }

    private static <T> Stream<T> present(@Nullable T first, @Nullable T second) {
        return Stream.concat(Stream.ofNullable(first), Stream.ofNullable(second));
    }
}
