/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import com.google.auto.common.MoreElements;
import com.google.auto.common.MoreTypes;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.BpfType;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.OuterMapModel;
import dev.nestmap.processor.model.PinModel;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.EnclosingTypeFinder;
import dev.nestmap.processor.reader.source.GeneratedJavaNames;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.ReaderContext;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.type.CTypeReader;
import dev.nestmap.processor.reader.type.ManagedFieldReader;
import dev.nestmap.processor.reader.type.TypedComponent;
import dev.nestmap.schema.KeyRequestMaps;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.schema.type.CType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/** Reads the outer maps that records declare. All components of such a record are the key. */
final class OuterMapReader {
    private final ReaderContext context;
    private final CTypeReader types;
    private final MapKeyReader mapKeys;
    private final PinReader pins;
    private final MapDefinitionsByAnnotation definitions;
    private final Problems problems;
    private final List<StructModel> keyStructs = new ArrayList<>();
    private final Map<TypeElement, Optional<Conversion>> keys = new HashMap<>();
    private final Map<TypeElement, EntryMapModel> innersOfFamilies = new HashMap<>();

    /** @param definitions receives every definition that is read */
    OuterMapReader(
            ReaderContext context,
            CTypeReader types,
            MapKeyReader mapKeys,
            PinReader pins,
            MapDefinitionsByAnnotation definitions) {
        this.context = context;
        this.types = types;
        this.mapKeys = mapKeys;
        this.pins = pins;
        this.definitions = definitions;
        this.problems = context.problems();
    }

    /** The structs of keys with several components. */
    List<StructModel> keyStructs() {
        return List.copyOf(keyStructs);
    }

    /** Reads an outer map. The inner maps of the same top-level type must have been read before. */
    Optional<OuterMapModel> read(MapAnnotation annotation, List<EntryMapModel> innerMaps) {
        TypeElement record = annotation.record();
        String name = annotation.name(context.names(), problems);
        long maxEntries = annotation.maxEntries(name, problems);
        Optional<Conversion> key = key(annotation, name);
        Optional<EntryMapModel> inner = inner(annotation, innerMaps);
        inner.ifPresent(model -> checkFamily(annotation, name, model));
        if (key.isEmpty()) {
            return Optional.empty();
        }
        String content =
                inner.map(model -> sized(annotation, name, model.map()).name()).orElse(null);
        TypedComponent index =
                new TypedComponent(new Component(record.getRecordComponents().get(0)), key.get());
        mapKeys.checkIndex(annotation.kind(), index);
        CType keyType = MapKeyReader.keyType(annotation.kind(), index);
        MapDef map = annotation.definition(name, maxEntries, keyType, null, content, problems);
        definitions.ofRecords().put(annotation, map);
        mapKeys.checkEnum(index, map);
        Optional<PinModel> pin = pins.pin(annotation, map);
        Optional<KeyRequestMaps> requests = requests(annotation, map);
        return inner.map(model -> new OuterMapModel(
                ClassName.get(record),
                GeneratedJavaNames.accessor(record, context.topLevel()),
                annotation.javaName(context.names()),
                map,
                key.get(),
                onlyComponent(record),
                model,
                pin,
                requests,
                uncounted(annotation, map, model.map(), requests.isPresent())));
    }

    /**
     * The inner map that an outer map names.
     *
     * @param innerMaps the inner maps of the same top-level type, which have been read before
     */
    private Optional<EntryMapModel> inner(MapAnnotation outer, List<EntryMapModel> innerMaps) {
        SourceLocation place = outer.place("inner");
        TypeMirror named = outer.use().type("inner");
        if (named.getKind() != TypeKind.DECLARED) {
            context.error(place, Rule.INNER_NOT_AN_INNER_MAP, named, "", "");
            return Optional.empty();
        }
        TypeElement inner = MoreTypes.asTypeElement(named);
        boolean isInner = inner.getKind() == ElementKind.RECORD
                && MapAnnotation.on(inner).stream().anyMatch(annotation -> annotation.role() == MapRole.INNER);
        if (!isInner) {
            rejectInner(inner, place);
            return Optional.empty();
        }
        TypeElement home = EnclosingTypeFinder.topLevel(inner);
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
            context.error(place, Rule.TYPE_NESTED_ELSEWHERE, inner.getSimpleName(), home.getSimpleName());
            return Optional.empty();
        }
        checkKeyVisible(inner, place);
        return context.imports().innerMap(inner, place);
    }

    /** Rejects a type that declares no inner map, and says how it can become one. */
    private void rejectInner(TypeElement type, SourceLocation place) {
        Optional<MapAnnotation> other = MapAnnotation.on(type).stream().findFirst();
        String name = type.getSimpleName().toString();
        String why = "";
        String fix = "";
        if (other.map(MapAnnotation::role).equals(Optional.of(MapRole.OUTER))) {
            why = ", and it allows only one level of nesting (EINVAL)";
        } else if (other.isPresent() && !other.get().kind().canBeInner()) {
            why = ", and it does not accept a " + other.get().kind() + " as an inner map";
        } else if (type.getKind() == ElementKind.RECORD) {
            fix = other.isPresent()
                    ? ", or replace @BpfMap on " + name + " with @InnerMap"
                    : MoreElements.isAnnotationPresent(type, BpfType.class)
                            ? ", or replace @BpfType on " + name + " with @InnerMap"
                            : ", or annotate " + name + " with @InnerMap";
        }
        context.error(place, Rule.INNER_NOT_AN_INNER_MAP, name, why, fix);
    }

    /** Reports an inner map of another package whose key type is not public. The outer map's accessor has methods with such keys. */
    private void checkKeyVisible(TypeElement inner, SourceLocation place) {
        inner.getRecordComponents().stream()
                .filter(MapKeyReader::isKey)
                .filter(key -> key.asType().getKind() == TypeKind.DECLARED)
                .map(key -> MoreTypes.asTypeElement(key.asType()))
                .filter(key -> !EnclosingTypeFinder.isVisibleTo(key, context.topLevel()))
                .forEach(key -> context.error(
                        place,
                        Rule.TYPE_NOT_VISIBLE,
                        key.getSimpleName(),
                        GeneratedJavaNames.holder(context.topLevel()).simpleName(),
                        "public"));
    }

    /** The key of the map with this name. It is read once for all outer maps of one record. */
    private Optional<Conversion> key(MapAnnotation annotation, String name) {
        TypeElement record = annotation.record();
        return keys.computeIfAbsent(record, unused -> {
            boolean isShared =
                    annotation.isOfFamily() && record.getRecordComponents().size() > 1;
            return readKey(record, isShared ? context.names().of(record) : name);
        });
    }

    /** @param owner the name before {@code _key} in the tag of a struct: the name of the map, or of the record if several maps share it */
    private Optional<Conversion> readKey(TypeElement record, String owner) {
        List<? extends RecordComponentElement> elements = record.getRecordComponents();
        if (elements.isEmpty()) {
            problems.error(
                    record,
                    Rule.KEY_MISSING,
                    "an outer map",
                    "add components, all of which form the key, such as @U32 long id");
            return Optional.empty();
        }
        List<TypedComponent> components = types.components(record);
        types.managed().reject(record, ManagedFieldReader.Role.OUTER);
        checkAllKey(record, elements);
        elements.forEach(mapKeys::checkEquality);
        if (elements.size() == 1) {
            types.checkSingleComponent(record, components.get(0));
            return Optional.of(components.get(0).conversion());
        }
        String tag = context.names().derived(owner, "_key");
        StructModel struct = types.struct(record, tag, components, List.of());
        keyStructs.add(struct);
        return Optional.of(struct);
    }

    private void checkAllKey(TypeElement record, List<? extends RecordComponentElement> elements) {
        if (elements.stream().anyMatch(MapKeyReader::isKey)) {
            elements.stream()
                    .filter(element -> !MapKeyReader.isKey(element))
                    .forEach(element -> problems.error(
                            SourceLocation.of(element),
                            Rule.OUTER_WITH_VALUE,
                            new Component(element).qualifiedName(),
                            record.getSimpleName()));
        }
    }

    /** Reports outer maps on one record with different inner records. They share an accessor, which reads the entries of one record. */
    private void checkFamily(MapAnnotation annotation, String name, EntryMapModel inner) {
        TypeElement record = annotation.record();
        EntryMapModel first = innersOfFamilies.putIfAbsent(record, inner);
        if (first != null && !first.record().equals(inner.record())) {
            problems.error(
                    annotation.place("inner"),
                    Rule.OUTER_MAPS_DIFFER_IN_INNER,
                    record.getSimpleName(),
                    name,
                    inner.record().simpleName(),
                    first.record().simpleName());
        }
    }

    /** The definition of an outer map's inner maps: that of their record, or one with another size. */
    private MapDef sized(MapAnnotation annotation, String outer, MapDef inner) {
        Optional<MapDef> other = annotation
                .innerMaxEntries(outer, inner, problems)
                .filter(maxEntries -> maxEntries != inner.maxEntries())
                .map(maxEntries -> inner.variant(context.names().derived(inner.name(), "_" + maxEntries), maxEntries));
        other.ifPresent(map -> definitions.resized().put(annotation, map));
        return other.orElse(inner);
    }

    private Optional<KeyRequestMaps> requests(MapAnnotation annotation, MapDef map) {
        return annotation.maxPending(map.name(), problems).map(maxPending -> {
            context.names().derived(map.name(), KeyRequestMaps.TABLE_SUFFIX);
            context.names().derived(map.name(), KeyRequestMaps.REQUESTS_SUFFIX);
            return KeyRequestMaps.of(map, maxPending);
        });
    }

    /** The map in which the helpers count what no inner map counts. Programs of an existing object use no helpers. */
    private Optional<MapDef> uncounted(MapAnnotation annotation, MapDef map, MapDef inner, boolean isOnDemand) {
        boolean countsFailures =
                annotation.use().flag("countsFailedAdditions") && !context.isForeign() && UncountedMap.canCount(inner);
        if (!countsFailures && !isOnDemand) {
            return Optional.empty();
        }
        context.names().derived(map.name(), UncountedMap.SUFFIX);
        return Optional.of(UncountedMap.of(map));
    }

    private static Optional<String> onlyComponent(TypeElement record) {
        return Optional.of(record.getRecordComponents())
                .filter(components -> components.size() == 1)
                .map(components -> components.get(0).getSimpleName().toString());
    }
}
