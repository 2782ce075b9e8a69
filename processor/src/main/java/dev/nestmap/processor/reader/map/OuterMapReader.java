/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import com.palantir.javapoet.ClassName;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.OuterMapModel;
import dev.nestmap.processor.model.PinModel;
import dev.nestmap.processor.reader.name.CNameAllocator;
import dev.nestmap.processor.reader.name.JavaNames;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.RequestMaps;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.rules.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.TypeElement;

/** Reads the outer maps that records declare. */
final class OuterMapReader {
    private final TypeElement topLevel;
    private final CNameAllocator names;
    private final OuterKeyReader keys;
    private final InnerMapLookup inners;
    private final Problems problems;
    private final PinReader pins;
    private final SlotAnnotationReader slots;
    private final DefinitionsByAnnotation definitions;
    private final Map<TypeElement, EntryMapModel> innersOfFamilies = new HashMap<>();

    /** @param definitions receives every definition that is read */
    OuterMapReader(
            TypeElement topLevel,
            CNameAllocator names,
            OuterKeyReader keys,
            InnerMapLookup inners,
            PinReader pins,
            SlotAnnotationReader slots,
            Problems problems,
            DefinitionsByAnnotation definitions) {
        this.topLevel = topLevel;
        this.names = names;
        this.keys = keys;
        this.inners = inners;
        this.problems = problems;
        this.pins = pins;
        this.slots = slots;
        this.definitions = definitions;
    }

    /** Reads an outer map. The inner maps of the same top-level type must have been read before. */
    Optional<OuterMapModel> read(MapAnnotation annotation, List<EntryMapModel> innerMaps) {
        TypeElement record = annotation.record();
        String name = annotation.name(names, problems);
        long maxEntries = annotation.maxEntries(name, problems);
        Optional<Conversion> key = keys.of(annotation, name);
        Optional<EntryMapModel> inner = inners.of(annotation, innerMaps);
        inner.ifPresent(model -> checkFamily(annotation, name, model));
        if (key.isEmpty()) {
            return Optional.empty();
        }
        Optional<MapDef> content = inner.map(model -> sized(annotation, name, model.map()));
        MapDef map = new MapDef(
                name,
                MapRole.OUTER,
                annotation.kind(),
                maxEntries,
                annotation.flags(),
                annotation.extra(),
                annotation.numaNode(),
                MapKeys.keyType(annotation.kind(), key.get()),
                null,
                content.map(MapDef::name).orElse(null),
                inner.map(model -> slots.read(annotation, key.get(), model)).orElse(SlotContents.NONE),
                annotation.isPinnedByName());
        definitions.add(annotation, map);
        MapKeys.checkEnum(
                annotation, SourceLocation.of(record.getRecordComponents().get(0)), key.get(), map, problems);
        Optional<PinModel> pin = pins.pin(annotation, map);
        Optional<RequestMaps> requests = requests(annotation, map);
        return inner.map(model -> new OuterMapModel(
                ClassName.get(record),
                JavaNames.accessor(record, topLevel),
                annotation.javaName(),
                map,
                key.get(),
                onlyComponent(record),
                model,
                pin,
                requests));
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
                .map(maxEntries -> inner.variant(names.derived(inner.name(), "_" + maxEntries), maxEntries));
        other.ifPresent(map -> definitions.addResized(annotation, map));
        return other.orElse(inner);
    }

    private Optional<RequestMaps> requests(MapAnnotation annotation, MapDef map) {
        return annotation.maxPending(map.name(), problems).map(maxPending -> {
            names.derived(map.name(), RequestMaps.REQUESTS_SUFFIX);
            names.derived(map.name(), RequestMaps.LOST_SUFFIX);
            return RequestMaps.of(map, maxPending);
        });
    }

    private static Optional<String> onlyComponent(TypeElement record) {
        return Optional.of(record.getRecordComponents())
                .filter(components -> components.size() == 1)
                .map(components -> components.get(0).getSimpleName().toString());
    }
}
