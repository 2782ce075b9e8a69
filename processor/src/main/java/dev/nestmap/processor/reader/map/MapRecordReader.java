/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import com.google.auto.common.MoreElements;
import com.google.auto.common.MoreTypes;
import com.palantir.javapoet.ClassName;
import dev.nestmap.annotations.Key;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.DeclaredInnerMapModel;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.OuterMapModel;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.reader.declaration.Imports;
import dev.nestmap.processor.reader.name.CNameAllocator;
import dev.nestmap.processor.reader.name.JavaNames;
import dev.nestmap.processor.reader.source.KeyCheck;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.processor.reader.type.CTypeReader;
import dev.nestmap.processor.reader.type.ManagedReader;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.KeyRule;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.types.Reducible;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/** Reads annotated records as maps, those that are no outer ones by itself. */
public final class MapRecordReader {
    /** The value of a set's entries: one byte that says that the key is there. */
    private static final Scalar PRESENT = Scalar.U8;

    /** The key of a storage, for which the kernel takes no other BTF than a 4-byte integer. */
    private static final Scalar DESCRIPTOR = Scalar.S32;

    private final TypeElement topLevel;
    private final CNameAllocator names;
    private final CTypeReader types;
    private final Problems problems;
    private final PinReader pins;
    private final KeyPadding padding;
    private final SlotAnnotationReader slots;
    private final OuterKeys outerKeys;
    private final OuterMapReader outerMaps;
    private final Definitions definitions = new Definitions();

    public MapRecordReader(
            TypeElement topLevel, CNameAllocator names, CTypeReader types, Imports imports, Problems problems) {
        this.topLevel = topLevel;
        this.names = names;
        this.types = types;
        this.problems = problems;
        this.pins = new PinReader(problems);
        this.padding = new KeyPadding(topLevel, types, problems);
        this.slots = new SlotAnnotationReader(topLevel, names, problems);
        this.outerKeys = new OuterKeys(topLevel, names, types, padding, problems);
        this.outerMaps = new OuterMapReader(
                topLevel,
                names,
                outerKeys,
                new InnerMapLookup(topLevel, imports, problems),
                pins,
                slots,
                problems,
                definitions);
    }

    /** The inner maps that are in slots from the start. */
    public List<DeclaredInnerMapModel> instances() {
        return slots.instances();
    }

    /** The key structs of outer maps with several components. */
    public List<StructModel> outerKeys() {
        return outerKeys.structs();
    }

    /** What was read up to now. */
    public Definitions definitions() {
        return definitions;
    }

    /** Reads an inner or plain map. */
    public Optional<EntryMapModel> entryMap(MapAnnotation annotation) {
        TypeElement record = annotation.record();
        if (!annotation.kind().holdsPrograms()) {
            slots.refuse(annotation);
        }
        String name = annotation.name(names);
        long maxEntries = annotation.maxEntries(name, problems);
        boolean keyless = isKeyless(annotation);
        Optional<RecordComponentElement> key = keyOf(annotation);
        List<RecordComponentElement> elements = new ArrayList<>(record.getRecordComponents());
        List<Conversion> values = new ArrayList<>(types.components(elements));
        int keyIndex = key.map(elements::indexOf).orElse(-1);
        key.ifPresent(new KeyCheck(topLevel, problems)::check);
        key.ifPresent(padding::check);
        if (keyIndex < 0 && !keyless) {
            value(annotation, name, elements, values);
            return Optional.empty();
        }
        Optional<EntryMapModel.Key> keyed = key.map(element ->
                new EntryMapModel.Key(elements.remove(keyIndex).getSimpleName().toString(), values.remove(keyIndex)));
        key.ifPresent(element -> types.checkOutsideStruct(
                element, keyed.orElseThrow().conversion(), "the key is not part of the value struct"));
        Value value = value(annotation, name, elements, values);
        checkValue(annotation, elements, value);
        MapDef map = new MapDef(
                annotation.role() == MapRole.INNER ? names.derived(name, "_map") : name,
                annotation.role(),
                annotation.kind(),
                maxEntries,
                annotation.flags(),
                annotation.extra(),
                annotation.numaNode(),
                keyed.map(found -> keyType(annotation.kind(), found.conversion()))
                        .orElse(annotation.kind().isStorage() ? DESCRIPTOR : null),
                value.type(),
                null,
                keyed.filter(found -> annotation.kind().holdsPrograms())
                        .map(found -> slots.programs(annotation, found.conversion()))
                        .orElse(SlotContents.NONE));
        definitions.add(annotation, map);
        List<ComponentModel> components = new ArrayList<>(value.components());
        keyed.ifPresent(found -> components.add(keyIndex, new ComponentModel(found.name(), 0, found.conversion())));
        return Optional.of(new EntryMapModel(
                ClassName.get(record),
                JavaNames.accessor(record, topLevel),
                map,
                keyed,
                isReducible(record),
                components,
                pins.pin(annotation, map)));
    }

    /** Reads an outer map; its inner map's record has been read before when it is of the same top-level type. */
    public Optional<OuterMapModel> outerMap(MapAnnotation annotation, List<EntryMapModel> innerMaps) {
        return outerMaps.read(annotation, innerMaps);
    }

    /** A set has keys only; of other types something has to be the value. */
    private void checkValue(MapAnnotation annotation, List<RecordComponentElement> elements, Value value) {
        TypeElement record = annotation.record();
        if (annotation.kind().descriptorSize() > 0 && !isKeyless(annotation)) {
            elements.forEach(element -> problems.error(
                    SourceLocation.of(element), Rule.VALUE_OF_DESCRIPTORS, record.getSimpleName(), annotation.kind()));
            return;
        }
        if (value.type() != PRESENT || !value.components().isEmpty()) {
            return;
        }
        switch (annotation.kind().keyRule()) {
            case INDEX, NUMBER ->
                problems.error(SourceLocation.of(record), Rule.ARRAY_WITHOUT_VALUE, record.getSimpleName());
            case NONE, OWNER -> problems.error(SourceLocation.of(record), Rule.EMPTY_STRUCT, record.getSimpleName());
            case ANY, PREFIX -> {}
        }
    }

    private record Value(@Nullable CType type, List<ComponentModel> components) {}

    /** One component is its own C type, several are a struct, none makes a set; with fields of the kernel it is a struct. */
    private Value value(
            MapAnnotation annotation,
            String name,
            List<RecordComponentElement> elements,
            List<Conversion> conversions) {
        TypeElement record = annotation.record();
        if (!annotation.kind().hasEntries()) {
            refuseEntries(record, elements);
            return new Value(null, List.of());
        }
        List<ManagedReader.Managed> managed = types.managed(record, elements, ManagedReader.Role.VALUE);
        if (!managed.isEmpty()) {
            StructType struct = types.structOf(record, name, elements, conversions, managed);
            return new Value(struct, types.place(elements, conversions, struct));
        }
        if (elements.isEmpty()) {
            types.refuseShape(record, "the map has no values with a struct", "remove it");
            return new Value(implied(annotation.kind()), List.of());
        }
        if (elements.size() == 1) {
            Conversion only = conversions.get(0);
            types.checkStandsAlone(record, elements.get(0), only);
            String component = elements.get(0).getSimpleName().toString();
            return new Value(only.type(), List.of(new ComponentModel(component, 0, only)));
        }
        StructType struct = types.structOf(record, name, elements, conversions);
        return new Value(struct, types.place(elements, conversions, struct));
    }

    /** Refuses what the record of a map without entries says of them. */
    private void refuseEntries(TypeElement record, List<RecordComponentElement> elements) {
        elements.forEach(element -> problems.error(
                SourceLocation.of(element),
                Rule.ARENA_WITH_COMPONENTS,
                record.getSimpleName(),
                element.getSimpleName()));
        types.managed(record, elements, ManagedReader.Role.ARENA);
        types.refuseShape(record, "the map has no values with a struct", "remove it");
    }

    /** The type of values that no component describes. */
    private static Scalar implied(MapKind kind) {
        return switch (kind.descriptorSize()) {
            case Integer.BYTES -> Scalar.U32;
            case Long.BYTES -> Scalar.U64;
            default -> PRESENT;
        };
    }

    private Optional<RecordComponentElement> keyOf(MapAnnotation annotation) {
        TypeElement record = annotation.record();
        List<? extends RecordComponentElement> keys = record.getRecordComponents().stream()
                .filter(MapRecordReader::isKey)
                .toList();
        if (isKeyless(annotation)) {
            keys.forEach(key -> problems.error(
                    SourceLocation.of(key),
                    annotation.kind().isStorage() ? Rule.KEY_OF_STORAGE : Rule.KEY_OF_KEYLESS,
                    key.getSimpleName(),
                    record.getSimpleName(),
                    annotation.kind()));
            return Optional.empty();
        }
        if (keys.isEmpty()) {
            String fix = record.getRecordComponents().isEmpty()
                    ? "add a component with @Key"
                    : "annotate the key component with @Key";
            problems.error(SourceLocation.of(record), Rule.NO_KEY, record.getSimpleName(), annotation.kind(), fix);
            return Optional.empty();
        }
        keys.stream()
                .skip(1)
                .forEach(second -> problems.error(
                        SourceLocation.of(second), Rule.SEVERAL_KEYS, record.getSimpleName(), second.getSimpleName()));
        return keys.size() == 1 ? Optional.of(keys.get(0)) : Optional.empty();
    }

    /** Whether no component of the record is a key. */
    private static boolean isKeyless(MapAnnotation annotation) {
        MapKind kind = annotation.kind();
        return kind.keyRule() == KeyRule.NONE || kind.isStorage() || isPerfStream(annotation);
    }

    /** A record without components lacks a key, rather than being an event of no bytes. */
    private static boolean isPerfStream(MapAnnotation annotation) {
        List<? extends RecordComponentElement> components = annotation.record().getRecordComponents();
        return annotation
                .kind()
                .isPerfStream(components.isEmpty() || components.stream().anyMatch(MapRecordReader::isKey));
    }

    /** The kernel takes no other BTF for an index than a 4-byte integer, so enums are written as one. */
    static CType keyType(MapKind kind, Conversion key) {
        boolean isIndex =
                key.type().size() == Scalar.U32.size() && (key.type() instanceof EnumType || key.type() == Scalar.S32);
        return kind.keyRule().isNumber() && isIndex ? Scalar.U32 : key.type();
    }

    /** Whether a record is {@code Reducible} to one of its own kind. */
    private static boolean isReducible(TypeElement record) {
        return record.getInterfaces().stream()
                .map(MoreTypes::asDeclared)
                .filter(type -> MoreTypes.isTypeOf(Reducible.class, type))
                .flatMap(type -> type.getTypeArguments().stream())
                .anyMatch(argument -> MoreTypes.equivalence().equivalent(argument, record.asType()));
    }

    public static boolean isKey(RecordComponentElement element) {
        return MoreElements.isAnnotationPresent(element, Key.class);
    }
}
