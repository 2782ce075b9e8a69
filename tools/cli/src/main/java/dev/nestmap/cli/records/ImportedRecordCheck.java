/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import dev.nestmap.header.HeaderIdentifier;
import dev.nestmap.header.HeaderIdentifiers;
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
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
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
        Set<CType> pointers = Stream.of(declared.name(), String.valueOf(declared.definition()))
                .flatMap(name -> Stream.ofNullable(actual.get(name)))
                .flatMap(ImportedRecordCheck::pointers)
                .collect(Collectors.toSet());
        present(declared, inner).flatMap(ImportedRecordCheck::pointers).forEach(pointers::remove);
        Stream<String> pointersAsNumbers = pointers.isEmpty()
                ? Stream.empty()
                : Stream.of(
                        "the header declares pointers in arrays, to pointers, to functions and with type tags as __u64");
        Stream<String> definitions = Stream.of(String.valueOf(declared.definition()), declared.name())
                .flatMap(name -> Stream.ofNullable(actual.get(name)))
                .flatMap(map -> leftOutInHeader(map, types(declared, inner)));
        String all = Stream.of(differences(declared, inner).stream(), pointersAsNumbers, definitions)
                .flatMap(parts -> parts)
                .distinct()
                .collect(Collectors.joining("; "));
        return Optional.of(all).filter(text -> !text.isEmpty());
    }

    /** The attributes that the definition of a map states and a generated header omits, although the kernel creates the same map. */
    private Stream<String> leftOutInHeader(MapDef map, Set<NamedType> declared) {
        List<String> texts = new ArrayList<>();
        Set<NamedType> types = new LinkedHashSet<>(map.types());
        Long pinning = request.otherPinning().get(map.name());
        if (pinning != null) {
            texts.add(
                    "the header leaves out its pinning, " + pinning + ", which only another loader than libbpf knows");
        }
        if (types.stream()
                .filter(type -> !ReservedNames.isTagOfBpfHeader(type.name()))
                .flatMap(type -> type.fields().stream())
                .anyMatch(field -> !field.isBitField() && field.type().size() == 0)) {
            texts.add("the header leaves out its fields without bytes, such as arrays of length 0");
        }
        if (types.stream().anyMatch(ImportedRecordCheck::hasEqualConstants)) {
            texts.add("the header declares an enum with two names for one number as a number");
        } else if (parts(map, types).anyMatch(type -> isNoEnum(type, declared))) {
            texts.add("the header declares an enum that Java can't have as a number");
        }
        parts(map, types)
                .filter(OpaqueType.class::isInstance)
                .map(type -> ((OpaqueType) type).what())
                .filter(what -> !what.endsWith(OpaqueType.BY_SIZE) && !what.startsWith(OpaqueType.FORWARD))
                .distinct()
                .forEach(what -> texts.add("the header declares each " + what + " as bytes"));
        if (types.stream()
                .flatMap(type -> type.fields().stream())
                .anyMatch(field -> field.isBitField() && field.type() instanceof EnumType)) {
            texts.add("the header declares bit-fields with an enum as numbers");
        }
        if (map.kind().isStorage() && map.key() != Scalar.S32) {
            texts.add("the header declares its key as int, the number of a file descriptor");
        }
        if (map.kind().keyRule() == MapKind.KeyRule.INDEX && map.key() instanceof StructType) {
            texts.add("the header declares its key, an index in a struct, as a number");
        }
        if (map.kind() == MapKind.PERF_EVENT_ARRAY && !map.isPerfStream() && sizeOf(map.value()) > Integer.BYTES) {
            texts.add("the header leaves out its value_size, " + sizeOf(map.value())
                    + ", because the kernel accepts only 4");
        }
        if (map.kind().isRing() && (map.key() != null || map.value() != null)) {
            texts.add("the header leaves out the type of its events: with it, libbpf can't create the map");
        }
        if (map.kind().holdsPrograms() && (hasType(map.key()) || hasType(map.value()))) {
            texts.add("the header declares the key and the value by their sizes");
        }
        return texts.stream();
    }

    private static boolean hasEqualConstants(NamedType type) {
        return type instanceof EnumType constants
                && constants.constants().stream()
                                .map(EnumType.Constant::value)
                                .distinct()
                                .count()
                        < constants.constants().size();
    }

    /** The types of the key, the value and their fields, without arrays around them. Bit-fields are left out. */
    private static Stream<CType> parts(MapDef map, Set<NamedType> types) {
        Stream<CType> fields = types.stream()
                .flatMap(type -> type.fields().stream())
                .filter(field -> !field.isBitField())
                .map(Field::type);
        return Stream.concat(present(map.key(), map.value()), fields).map(ImportedRecordCheck::element);
    }

    private static CType element(CType type) {
        return type instanceof ArrayType array ? element(array.element()) : type;
    }

    /** Whether the records declare no enum with these constants, or with this tag. */
    private static boolean isNoEnum(CType type, Set<NamedType> declared) {
        return type instanceof EnumType constants
                && declared.stream()
                        .noneMatch(other -> other instanceof EnumType written
                                && written.size() == constants.size()
                                && (values(written).equals(values(constants))
                                        || (!written.name().isEmpty()
                                                && written.name().equals(constants.name()))));
    }

    private static List<Long> values(EnumType type) {
        return type.constants().stream().map(EnumType.Constant::value).toList();
    }

    private static long sizeOf(@Nullable CType type) {
        return type == null ? 0 : type.size();
    }

    /** The types with and without tags in the records of a map and its inner maps. */
    private Set<NamedType> types(MapDef declared, @Nullable MapDef inner) {
        Set<NamedType> types = new LinkedHashSet<>();
        present(declared, inner).forEach(map -> types.addAll(map.types()));
        return types;
    }

    private static boolean hasType(@Nullable CType type) {
        return type != null && !(type instanceof OpaqueType);
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

    /** The maps to leave out because the header would declare a C name twice, with the reason. */
    Map<String, String> clashes(Collection<MapDef> maps) {
        if (!request.hasHeader()) {
            return Map.of();
        }
        Set<NamedType> types = new LinkedHashSet<>();
        maps.stream()
                .flatMap(map -> map.types().stream())
                .filter(type -> !type.name().isEmpty())
                .forEach(types::add);
        Schema schema =
                new Schema("", request.objectName(), List.of(), List.copyOf(types), List.copyOf(maps), List.of());
        Set<String> names = maps.stream().map(MapDef::name).collect(Collectors.toSet());
        Map<String, String> leftOut = new LinkedHashMap<>();
        for (HeaderIdentifiers.Clash clash : HeaderIdentifiers.clashes(schema, "")) {
            List<String> owners = Stream.of(clash.second(), clash.first())
                    .map(HeaderIdentifier::owner)
                    .filter(names::contains)
                    .toList();
            if (!owners.isEmpty() && owners.stream().noneMatch(leftOut::containsKey)) {
                leftOut.put(owners.get(0), reason(clash));
            }
        }
        return leftOut;
    }

    private static <T> Stream<T> present(@Nullable T first, @Nullable T second) {
        return Stream.concat(Stream.ofNullable(first), Stream.ofNullable(second));
    }

    private static String reason(HeaderIdentifiers.Clash clash) {
        return "the header would declare " + clash.second().identifier() + " twice: as "
                + clash.first().what() + " and as " + clash.second().what()
                + "; leave out --header, or rename one of them in C";
    }

    /** The plain pointers in keys and values. */
    private static Stream<CType> pointers(MapDef map) {
        return present(map.key(), map.value()).flatMap(ImportedRecordCheck::pointersIn);
    }

    private static Stream<CType> pointersIn(CType type) {
        return type instanceof PointerType pointer && !pointer.isManaged()
                ? Stream.of(type)
                : type.parts().stream().flatMap(ImportedRecordCheck::pointersIn);
    }
}
