/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.palantir.javapoet.ClassName;
import dev.nestmap.processor.binding.Conversion;
import dev.nestmap.processor.binding.EntryMapBinding;
import dev.nestmap.processor.binding.OuterMapBinding;
import dev.nestmap.processor.binding.Pin;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Requests;
import dev.nestmap.schema.Slots;
import dev.nestmap.schema.rules.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.TypeElement;

/** Reads annotated records as outer maps, alone or as a family. */
final class OuterMapReader {
    private final TypeElement topLevel;
    private final Names names;
    private final OuterKeys keys;
    private final InnerMaps inners;
    private final Problems problems;
    private final PinReader pins;
    private final SlotReader slots;
    private final Definitions definitions;
    private final Map<TypeElement, EntryMapBinding> innersOfFamilies = new HashMap<>();

    /** @param definitions where every definition that was read goes */
    OuterMapReader(
            TypeElement topLevel,
            Names names,
            OuterKeys keys,
            InnerMaps inners,
            PinReader pins,
            SlotReader slots,
            Problems problems,
            Definitions definitions) {
        this.topLevel = topLevel;
        this.names = names;
        this.keys = keys;
        this.inners = inners;
        this.problems = problems;
        this.pins = pins;
        this.slots = slots;
        this.definitions = definitions;
    }

    /** Reads an outer map; its inner map's record has been read before when it is of the same top-level type. */
    Optional<OuterMapBinding> read(MapAnnotation annotation, List<EntryMapBinding> innerMaps) {
        TypeElement record = annotation.record();
        String name = annotation.name(names);
        long maxEntries = annotation.maxEntries(name, problems);
        Optional<Conversion> key = keys.of(annotation, name);
        Optional<EntryMapBinding> inner = inners.of(annotation, innerMaps);
        inner.ifPresent(binding -> checkFamily(annotation, name, binding));
        if (key.isEmpty()) {
            return Optional.empty();
        }
        Optional<MapDef> content = inner.map(binding -> sized(annotation, name, binding.map()));
        MapDef map = new MapDef(
                name,
                MapRole.OUTER,
                annotation.kind(),
                maxEntries,
                annotation.flags(),
                annotation.extra(),
                annotation.numaNode(),
                MapReader.keyType(annotation.kind(), key.get()),
                null,
                content.map(MapDef::name).orElse(null),
                inner.map(binding -> slots.read(annotation, key.get(), binding)).orElse(Slots.NONE));
        definitions.add(annotation, map);
        Optional<Pin> pin = pins.pin(annotation, map);
        Optional<Requests> requests = requests(annotation, map);
        return inner.map(binding -> new OuterMapBinding(
                ClassName.get(record),
                JavaNames.accessor(record, topLevel),
                ofFamily(annotation),
                map,
                key.get(),
                onlyComponent(record),
                binding,
                pin,
                requests));
    }

    /** In a family maps are told apart by their names. */
    private static Optional<String> ofFamily(MapAnnotation annotation) {
        return Optional.of(Written.text(annotation.mirror(), "name"))
                .filter(name -> annotation.isOfFamily() && !name.isEmpty())
                .map(JavaNames::member);
    }

    /** A family has one accessor, which reads the entries of one record. */
    private void checkFamily(MapAnnotation annotation, String name, EntryMapBinding inner) {
        TypeElement record = annotation.record();
        EntryMapBinding first = innersOfFamilies.putIfAbsent(record, inner);
        if (first != null && !first.record().equals(inner.record())) {
            problems.error(
                    annotation.place("inner"),
                    Rule.FAMILY_OF_TWO_INNERS,
                    record.getSimpleName(),
                    name,
                    inner.record().simpleName(),
                    first.record().simpleName());
        }
    }

    /** The definition of an outer map's inner maps: that of their record, or one of another size. */
    private MapDef sized(MapAnnotation annotation, String outer, MapDef inner) {
        Optional<MapDef> other = annotation
                .innerMaxEntries(outer, inner, problems)
                .filter(maxEntries -> maxEntries != inner.maxEntries())
                .map(maxEntries -> inner.resized(names.derived(inner.name(), "_" + maxEntries), maxEntries));
        other.ifPresent(map -> definitions.addResized(annotation, map));
        return other.orElse(inner);
    }

    private Optional<Requests> requests(MapAnnotation annotation, MapDef map) {
        return annotation.maxPending(map.name(), problems).map(maxPending -> {
            names.derived(map.name(), Requests.NOTED);
            names.derived(map.name(), Requests.UNNOTED);
            return Requests.of(map, maxPending);
        });
    }

    private static Optional<String> onlyComponent(TypeElement record) {
        return Optional.of(record.getRecordComponents())
                .filter(components -> components.size() == 1)
                .map(components -> components.get(0).getSimpleName().toString());
    }
}
