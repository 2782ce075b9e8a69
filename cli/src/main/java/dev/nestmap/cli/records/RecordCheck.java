/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import dev.nestmap.header.HeaderNames;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.rules.KernelRules;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares what Nestmap makes of the written records with the object. */
record RecordCheck(ImportRequest request) {
    /** Why Nestmap would reject the record of a map; empty if it accepts the record. */
    Optional<String> rejection(MapDef declared, @Nullable MapDef inner) {
        Optional<String> rule = KernelRules.check(schema(declared, inner)).stream()
                .filter(finding -> finding.location().map().equals(declared.name()))
                .map(finding -> finding.message())
                .findFirst();
        return rule.or(() -> request.hasHeader() ? Optional.empty() : differences(declared, inner));
    }

    /** How a map that is made from the record differs from the object's map; empty if both are equal. */
    Optional<String> remark(MapDef declared, @Nullable MapDef inner) {
        if (!request.hasHeader()) {
            return Optional.empty();
        }
        boolean hasPointer = Stream.of(declared.name(), String.valueOf(declared.definition()))
                .flatMap(name -> request.schema().map(name).stream())
                .flatMap(map -> Stream.of(Optional.ofNullable(map.key()), Optional.ofNullable(map.value())))
                .flatMap(Optional::stream)
                .anyMatch(RecordCheck::hasPointer);
        Stream<String> pointers = hasPointer
                ? Stream.of("the header declares its pointers as __u64, because a component can't be a pointer")
                : Stream.empty();
        String all =
                Stream.concat(differences(declared, inner).stream(), pointers).collect(Collectors.joining("; "));
        return Optional.of(all).filter(text -> !text.isEmpty());
    }

    private Optional<String> differences(MapDef declared, @Nullable MapDef inner) {
        // The object has no definition to compare with if the user states it.
        boolean isOfUser = request.inners().containsKey(declared.name());
        String differences = SchemaComparison.compare(schema(declared, inner), request.schema()).stream()
                .filter(difference -> !isOfUser || difference.aspect() != Difference.Aspect.PRESENCE)
                .map(Difference::message)
                .collect(Collectors.joining("; "));
        return Optional.of(differences).filter(text -> !text.isEmpty());
    }

    private Schema schema(MapDef declared, @Nullable MapDef inner) {
        List<MapDef> maps = inner == null ? List.of(declared) : List.of(inner, declared);
        Schema schema = new Schema("", request.objectName(), List.of(), List.of(), maps);
        return request.hasHeader() ? schema : schema.asForeign();
    }

    /** A C name that the header would declare twice, and the map to leave out to prevent it. Empty if no name is declared twice. */
    Optional<Remark> clash(Collection<MapDef> maps) {
        if (!request.hasHeader()) {
            return Optional.empty();
        }
        Set<NamedType> types = new LinkedHashSet<>();
        maps.forEach(map ->
                map.types().stream().filter(type -> !type.name().isEmpty()).forEach(types::add));
        Schema schema =
                new Schema("", request.objectName(), List.of(), List.copyOf(types), List.copyOf(maps), List.of());
        Set<String> names = maps.stream().map(MapDef::name).collect(Collectors.toSet());
        return HeaderNames.clashes(schema, "").stream()
                .flatMap(clash -> Stream.of(
                                clash.second().owner(), clash.first().owner())
                        .filter(names::contains)
                        .map(map -> new Remark(
                                map,
                                true,
                                "the header would declare " + clash.second().identifier() + " twice: as "
                                        + clash.first().what() + " and as "
                                        + clash.second().what()
                                        + "; leave out --header, or rename one of them in C")))
                .findFirst();
    }

    private static boolean hasPointer(CType type) {
        if (type instanceof ArrayType array) {
            return hasPointer(array.element());
        }
        if (type instanceof StructType struct) {
            return struct.fields().stream().anyMatch(field -> hasPointer(field.type()));
        }
        if (type instanceof UnionType union) {
            return union.fields().stream().anyMatch(field -> hasPointer(field.type()));
        }
        return type instanceof PointerType pointer && !pointer.isManaged();
    }
}
